"""JSON lines: exactly the fields that CONTRACTS promises, strict JSON, nothing a terminal might obey."""

import json
from typing import Any

import pytest

from curette.denials.categorise import categoriser
from curette.denials.lines import Options, rows
from curette.denials.link import Links
from curette.findings import Finding, Place, Severity
from curette.reports import jsonl
from curette.x12 import faults
from tests import builder as b

FINDING = [
    "type", "rule", "name", "severity", "confidence", "snip", "message", "fix", "file", "interchange", "group",
    "transaction", "claim", "line", "related_lines", "segment_index", "segment", "loop", "element", "component",
    "offset", "length", "prevents", "sources", "payer_scope", "accepted",
]  # fmt: skip
DENIAL = [
    "type", "file", "payer", "payer_id", "trace", "payment_date", "claim", "payer_claim", "claim_status",
    "line_control", "line", "procedure", "modifiers", "units", "charge", "allowed", "paid", "denied",
    "patient_responsibility", "contractual", "outcome", "group", "carc", "rarcs", "adjustments", "derm_category",
    "derm_sub", "general_category", "rule", "confidence", "action", "sla", "due", "linked", "diagnoses",
    "rendering", "billing", "location", "warnings",
]  # fmt: skip
PLACE = Place(
    file="batch.837", interchange="000000001", group="1", transaction="0001",
    segment_index=12, segment_in_transaction=10, segment="CLM", loop="2300", element=2,
    component=None, offset=345, length=20,
)  # fmt: skip


def refuse(token: str) -> None:
    raise AssertionError(f"{token} is not JSON")


def strict(text: str) -> dict[str, Any]:
    """One line as strict JSON: no NaN, no field twice, no line break."""
    assert "\n" not in text
    assert "\r" not in text

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({name for name, _ in pairs}) == len(pairs)
        return dict(pairs)

    found = json.loads(text, parse_constant=refuse, object_pairs_hook=once)
    assert isinstance(found, dict)
    return found


def finding(place: Place = PLACE, **more: Any) -> Finding:
    return faults.MONEY.at(place, segment="CLM", element=2, reason="a fraction of a cent", **more)


def test_a_finding_has_the_promised_fields() -> None:
    found = strict(jsonl.finding(finding(claim="A1", line=3)))
    assert list(found) == FINDING
    assert found == {
        "type": "finding", "rule": "SYN-MONEY", "name": "element.money", "severity": "error", "confidence": "certain",
        "snip": 1, "message": "CLM02 is no amount: a fraction of a cent", "fix": faults.MONEY.fix,
        "file": "batch.837", "interchange": "000000001", "group": "1", "transaction": "0001", "claim": "A1", "line": 3,
        "related_lines": [], "segment_index": 12, "segment": "CLM", "loop": "2300", "element": 2, "component": None,
        "offset": 345, "length": 20, "prevents": [], "sources": list(faults.MONEY.sources), "payer_scope": None,
        "accepted": None,
    }  # fmt: skip


def test_what_does_not_apply_is_null() -> None:
    found = strict(jsonl.finding(faults.FILE.at(Place(file="x"), reason="is a PDF", severity=Severity.WARNING)))
    assert found["severity"] == "warning"
    empty = ("interchange", "group", "transaction", "claim", "line", "segment", "loop", "element", "component")
    assert [found[name] for name in empty] == [None] * len(empty)
    assert (found["segment_index"], found["offset"], found["length"]) == (0, 0, 0)


def denial_lines(
    *segments: str, payment: tuple[str, ...] = b.PAYMENT, links: Links | None = None
) -> list[dict[str, Any]]:
    read = b.remits_of(b.remit_file(*payment, *segments))
    assert not read.findings
    made = (rows(read.remits[0], claim, categoriser(), Options(links or Links())) for claim in read.claims)
    return [strict(jsonl.denial_line(row)) for some in made for row in some]


LINE = (
    "CLP*A1*1*100*60*10*12*PAYER1*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001",
    "SVC*HC:99213:25*100*60**1.5", "DTM*472*20260104", "CAS*CO*45*30.5*2", "CAS*PR*2*9.5", "REF*6R*L1", "AMT*B6*69.5",
    "LQ*HE*N115",
)  # fmt: skip


def test_a_row_has_the_promised_fields() -> None:
    [found] = denial_lines(*LINE, links=Links(b.claims_of(b.GOOD_CLAIMS).claims))
    assert set(DENIAL) <= set(found)
    assert [name for name in found if name in DENIAL] == DENIAL
    shown = {name: found[name] for name in DENIAL if name not in ("action", "sla", "warnings", "confidence", "rule")}
    assert shown == {
        "type": "denial_line", "file": "file.edi", "payer": "EXAMPLE PLAN", "payer_id": "1990099001", "trace": "CHECK1",
        "payment_date": "2026-03-02", "claim": "A1", "payer_claim": "PAYER1", "claim_status": "1", "line_control": "L1",
        "line": 1, "procedure": "99213", "modifiers": ["25"], "units": "1.5", "charge": "100.00", "allowed": "69.50",
        "paid": "60.00", "denied": "0.00", "patient_responsibility": "9.50", "contractual": "30.50", "outcome": "paid",
        "group": found["group"], "carc": found["carc"], "rarcs": ["N115"],
        "adjustments": [
            {"group": "CO", "carc": "45", "amount": "30.50", "quantity": "2"},
            {"group": "PR", "carc": "2", "amount": "9.50", "quantity": None},
        ],
        "derm_category": None, "derm_sub": None, "general_category": None, "due": None, "linked": True,
        "diagnoses": ["L570"], "rendering": "1234567893", "billing": "1234567893", "location": "11",
    }  # fmt: skip
    assert found["service_date"] == "2026-01-04"


def test_a_claim_without_lines_has_null_for_what_only_lines_have() -> None:
    [found] = denial_lines("CLP*A1*4*100*0**12*PAYER1*11*1", "CAS*CO*29*100", "NM1*QC*1*SAMPLE*SAM")
    assert [found[name] for name in ("line", "line_control", "procedure", "units")] == [None] * 4
    assert (found["modifiers"], found["charge"], found["outcome"], found["carc"]) == ([], "100.00", "denied", "29")
    assert (found["linked"], found["diagnoses"], found["rendering"], found["location"]) == (False, [], None, "11")


def test_what_a_payment_lacks_is_null() -> None:
    payment = [s for s in b.PAYMENT if not s.startswith(("N1*", "N3*", "N4*", "PER*", "TRN*"))]
    [found] = denial_lines("CLP*A1*1*0*0**12", *LINE[1:2], payment=tuple(payment))
    names = ("payer", "payer_id", "trace", "payer_claim", "billing", "location", "service_date")
    assert [found[name] for name in names] == [None] * len(names)


def test_nothing_names_the_patient() -> None:
    text = json.dumps(denial_lines(*LINE))
    assert "SAMPLE" not in text.replace("SAMPLE SKIN CLINIC", "")
    assert "TEST0001" not in text


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456, "1234.56"), (None, None)]
)
def test_money(amount: int | None, text: str | None) -> None:
    assert jsonl.money(amount) == text


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x07",
        "\x1b",
        "\x7f",
        "\x85",
        "\x9b",
        "\u200b",
        "\u200e",
        "\u202e",
        "\u2028",
        "\u2029",
        "\u2066",
        "\ufeff",
    ],
)
def test_what_a_terminal_might_obey_is_an_escape_and_reads_back(character: str) -> None:
    text = jsonl.line({"type": "x", "value": f"a{character}b"})
    assert character not in text
    assert text.isprintable()
    assert strict(text)["value"] == f"a{character}b"


def test_letters_of_any_script_stay() -> None:
    assert jsonl.line({"value": "Müller 山田"}) == '{"value":"Müller 山田"}'


def test_a_file_name_that_is_no_text_becomes_text() -> None:
    name = b"\xff\xfe.837".decode("utf-8", "surrogateescape")
    text = jsonl.line({"file": name})
    assert strict(text)["file"] == "��.837"
    assert text.encode("utf-8")


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError):
        jsonl.line({"value": float("nan")})


def test_lines_end_with_a_line_feed() -> None:
    assert jsonl.lines([{"a": 1}, {"b": 2}]) == '{"a":1}\n{"b":2}\n'
    assert jsonl.lines([]) == ""
