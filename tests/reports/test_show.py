"""What a person reads of a file: golden pages of the samples, no patient data, nothing hostile, nothing too wide.

CURETTE_GOLDEN=write renews the golden pages; read their diff before you keep them.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curette import pipeline
from curette.errors import InputError
from curette.reports.layout import View
from curette.reports.show import PHI, Item, show
from curette.x12 import parts
from tests.builder import (
    ABOVE,
    PAYMENT,
    claim,
    claim_file,
    group,
    interchange,
    payment,
    read,
    remit_file,
    source,
    subscriber,
    transaction,
    write,
)
from tests.conftest import ROOT

SAMPLES = ROOT / "edi_samples"
FILES = sorted([*SAMPLES.rglob("*.837"), *SAMPLES.rglob("*.835")])
GOLDEN = Path(__file__).with_name("golden")
SHOWN = (
    "clean/second_practice.837", "faulty/clinic_day_faulty.837", "faulty/truncated.837", "faulty/wrong_count.837",
    "odd/everything.837", "odd/plb_only.835", "remits/clinic_day.835", "remits/out_of_balance.835",
)  # fmt: skip
PERSONS = ("IL", "QC", "74")


def name(path: Path) -> str:
    return path.relative_to(SAMPLES).as_posix()


def pages(path: Path, view: View | None = None) -> list[str]:
    """The lines of a file, named by its path among the samples."""
    lines = list(show(pipeline.items([path]), view or View()))
    return [line.replace(str(SAMPLES), "edi_samples") for line in lines]


def shown(data: bytes, view: View | None = None) -> list[str]:
    """The lines of a file made for the test."""
    found = read(data)
    return list(show([source(data), *found.loose, *found.transactions], view or View()))


def only(lines: list[str], start: str) -> str:
    """The one line that begins so, blanks aside."""
    found = [line for line in lines if line.lstrip().startswith(start)]
    assert len(found) == 1, found
    return found[0]


# -- the samples


@pytest.mark.parametrize("sample", SHOWN)
def test_golden_page(sample: str) -> None:
    page = GOLDEN / f"{Path(sample).name}.txt"
    text = "\n".join(pages(SAMPLES / sample)) + "\n"
    if os.environ.get("CURETTE_GOLDEN") == "write":
        page.write_text(text, "utf-8")
    assert text == page.read_text("utf-8")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("phi", [False, True], ids=["plain", "phi"])
def test_lines_fit_and_are_plain(width: int, phi: bool) -> None:
    for path in FILES:
        for line in pages(path, View(width, phi)):
            assert line.isprintable()
            assert line == line.rstrip()
            assert len(line) <= width or line.startswith("== ")


def persons(path: Path) -> tuple[set[str], set[str]]:
    """What a file says of patients and subscribers (given names, numbers, streets, birth dates), and of all others."""
    text = path.read_bytes().decode("ascii")
    secret, public = set[str](), set[str]()
    while text:
        element, terminator = text[3], text[105]
        body, trailer, rest = text.partition(f"IEA{element}")
        last, _, text = rest.partition(terminator)
        role = ""
        for segment in (body + trailer + last).split(terminator):
            values = segment.strip("\r\n").split(element)
            role = values[1] if values[0] == "NM1" else role if values[0] in ("N3", "N4", "DMG") else ""
            if role not in PERSONS:
                public.update(values)
            elif values[0] == "NM1":
                secret.update({*values[4:5], *values[9:10]} - {""})
            elif values[0] == "N3":
                secret.update(values[1:])
            elif values[0] == "DMG":
                secret.update({values[2], f"{values[2][:4]}-{values[2][4:6]}-{values[2][6:]}"})
        text = text.lstrip("\r\n")
    return secret - public, public


@pytest.mark.parametrize("path", FILES, ids=name)
def test_patients_are_shown_only_when_asked(path: Path) -> None:
    secret, _ = persons(path)
    text = "\n".join(pages(path, View(400)))
    assert not [word for word in secret if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)]
    assert PHI not in text


def test_patient_data_is_announced_and_shown_when_asked() -> None:
    lines = pages(SAMPLES / "odd" / "everything.837", View(400, phi=True))
    assert lines[0] == PHI
    assert "  Patient       DUMMY, ULRIC Q, born 2010-02-02, U, 203 TEST LANE, SPRINGFIELD IL 62701" in "\n".join(lines)
    text = "\n".join(lines)
    for word in ("SAMPLE, TERRA Q", "born 1990-01-01", "member TEST0201", "201 TEST LANE", "INVENTED CLAIM NOTE"):
        assert word in text
    remit = "\n".join(pages(SAMPLES / "remits" / "clinic_day.835", View(phi=True)))
    assert "MOCKUP, HUGO" in remit
    assert "member TEST0006" in remit


def test_free_text_stays_hidden() -> None:
    lines = pages(SAMPLES / "odd" / "everything.837")
    text = "\n".join(lines)
    assert "INVENTED" not in text
    assert "DUPILUMAB" not in text
    assert "Note          1 text, shown with --show-phi" in text
    assert "note: 2 texts, shown with --show-phi" in text


def test_parts_of_a_long_transaction_read_like_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [SAMPLES / "odd" / "everything.837", SAMPLES / "remits" / "clinic_day.835"]
    whole = [pages(path) for path in files]
    monkeypatch.setattr(parts, "LIMIT", 1000)
    monkeypatch.setattr(parts, "_SIZE", 3000)
    assert [pages(path) for path in files] == whole


# -- claims


def test_claim_of_a_second_payer() -> None:
    lines = pages(SAMPLES / "clean" / "clinic_day.837", View(wanted=frozenset({"DAY14"})))
    text = "\n".join(lines)
    assert "Claim DAY14                                                        charge 770.00" in lines
    assert "        payer 99004 paid 200.00; CO-45 170.00, PR-2 50.00" in lines
    assert (
        "  Other payer   EXAMPLE MEDICARE CONTRACTOR (99004)\n                primary, Medicare Part B (MB), paid"
        in text
    )
    assert "Batch: 17 claims, 39 lines, 1 shown" in text


def test_pointers_are_letters_and_lead_somewhere() -> None:
    data = claim_file(
        *ABOVE, "CLM*A1*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485", "LX*1", "SV1*HC:17000*100*UN*1***2:7"
    )
    lines = shown(data)
    assert only(lines, "Diagnoses") == "  Diagnoses     A L57.0  B D48.5"
    assert only(lines, "1  ").split() == ["1", "17000", "B", "?7", "1", "100.00"]


def test_replacement_names_what_it_replaces() -> None:
    lines = shown(claim_file(*ABOVE, "CLM*A1*100***24:B:7*Y*A*Y*Y", "REF*F8*OLD1", *claim()[1:]))
    assert only(lines, "Claim   ") == "  Claim         replacement (7) of OLD1, place 24 (surgery center)"


def test_unreadable_claims_are_named_between_the_others() -> None:
    data = claim_file(*ABOVE, *claim("A1"), *claim("A2", "1O0"), *claim("A3"))
    lines = shown(data)
    assert [line for line in lines if line.startswith("Claim ")] == [
        "Claim A1                                                           charge 100.00",
        "Claim A2  DAMAGED, cannot be read",
        "Claim A3                                                           charge 100.00",
    ]
    assert only(lines, "Batch: 2") == "Batch: 2 claims, 2 lines, 1 claim that cannot be read              charge 200.00"
    assert "SYN-MONEY" in lines[lines.index("Claim A2  DAMAGED, cannot be read") + 1]


def test_claims_below_a_damaged_subscriber_are_named() -> None:
    bad = [s.replace("19700101", "19701301") for s in subscriber(2)]
    data = claim_file(*ABOVE[: -len(bad)], *bad, *claim("A1"), *subscriber(3), *claim("A2"))
    lines = shown(data)
    assert "Claim A1  DAMAGED, cannot be read" in lines
    assert "SYN-DATE" in "\n".join(lines)
    assert only(lines, "Batch:").startswith("Batch: 1 claim, 1 line, 1 claim that cannot be read")


def test_charge_that_is_not_its_lines_is_told() -> None:
    lines = shown(claim_file(*ABOVE, "CLM*A1*101***11:B:1*Y*A*Y*Y", *claim()[1:]))
    assert "its lines add up to 100.00: +1.00 [BAL-A]" in " ".join(line.strip() for line in lines)


def test_claims_in_a_damaged_envelope_are_marked() -> None:
    segments = transaction(*ABOVE, *claim("A1"))
    lines = shown(write(interchange(group((*segments[:-1], "SE*99*0001")))))
    assert lines[2].endswith("DAMAGED, TEST")
    assert "[SYN-COUNT]" in only(lines, "! segment")
    assert "Claim A1  DAMAGED                                                  charge 100.00" in lines


# -- remittances


def test_lines_of_an_explanation_of_benefits_add_up() -> None:
    data = remit_file(
        *PAYMENT, "CLP*A1*1*300*100*30*12*PAYER1*11*1", "CAS*PR*3*10", "SVC*HC:11102:59*200*110**2", "DTM*150*20260104",
        "DTM*151*20260106", "CAS*CO*45*70", "CAS*PR*2*20", "AMT*B6*130", "SVC*NU:0450*100*0", "CAS*OA*94*100",
        "LQ*HE*N130",
    )  # fmt: skip
    lines = shown(data)
    start = next(i for i, line in enumerate(lines) if "Procedure" in line)
    assert lines[start : start + 12] == [
        "  Date        Procedure           Units Billed Allowed    CO    PR     OA   Paid",
        "  2026-01-04  11102 59                2 200.00  130.00 70.00 20.00        110.00",
        "      until 2026-01-06",
        "      CO-45         70.00  Charge above fee schedule / contracted amount",
        "      PR-2          20.00  Coinsurance",
        "              NU:0450                 1 100.00                     100.00   0.00",
        "      OA-94        100.00  Processed above the charge (also used, negative, when",
        "                           lines are bundled)",
        "      N130                 See plan documents for restrictions",
        "  Whole claim                                                10.00        -10.00",
        "      PR-3          10.00  Copay",
        "  Total                                 300.00  130.00 70.00 30.00 100.00 100.00",
    ]


def test_reversal_and_status_are_in_words() -> None:
    lines = pages(SAMPLES / "remits" / "clinic_day.835", View(wanted=frozenset({"DAY00"})))
    heads = [line for line in lines if line.startswith("Claim DAY00")]
    assert [head.split()[2] for head in heads] == ["REVERSAL", "charge"]
    assert "  Status        Reversal of an earlier payment (22)" in lines
    assert "  Replaces      ICN-MB-0120" in lines


def test_claim_without_lines_is_one_row() -> None:
    lines = shown(remit_file(*PAYMENT, "CLP*A1*1*100*60*0*12*P1", "CAS*CO*45*40"))
    assert only(lines, "Whole claim").split() == ["Whole", "claim", "100.00", "40.00", "60.00"]
    assert lines[-2] == "Claims paid 60.00 - provider adjustments 0.00 = payment 60.00: balances"


def test_payment_out_of_balance_is_told_by_how_much() -> None:
    lines = shown(remit_file(*PAYMENT, *payment(), "PLB*1234567893*20261231*L6*-1.25"))
    assert "  L6  interest                                                             -1.25" in lines
    text = " ".join(lines)
    assert "= 61.25, but the payment is 60.00: OUT OF BALANCE by 1.25" in text


def test_payment_that_balances_over_a_claim_that_does_not() -> None:
    lines = shown(remit_file(*PAYMENT, *payment()[:-1], "CAS*CO*45*41"))
    assert "[BAL-L]" in "\n".join(lines)
    assert lines[-3:-1] == [
        "Claims paid 60.00 - provider adjustments 0.00 = payment 60.00: balances, but 1", "claim does not",
    ]  # fmt: skip


def test_payment_with_an_unreadable_amount_is_not_to_be_posted() -> None:
    data = remit_file(*PAYMENT, *payment("A1"), "CLP*A2*1*1O0*5*0*12*P2", "CAS*CO*45*95", *payment("A3"))
    lines = shown(data)
    assert "  ! DAMAGED: nothing of this payment may be posted" in lines
    assert "Claim A2  DAMAGED, cannot be read" in lines
    assert [line.split()[2] for line in lines if line.startswith("Claim A")] == ["DAMAGED", "DAMAGED,", "DAMAGED"]
    assert lines[-2] == "The payment cannot be balanced: see what is damaged, above."


def test_unreadable_payment_amount_is_not_zero() -> None:
    lines = shown(remit_file(*[s.replace("BPR*I*60*", "BPR*I*6O*") for s in PAYMENT], *payment()))
    assert only(lines, "Payment").startswith("  Payment       ? (no amount)")


def test_unknown_codes_are_said_to_be_unknown() -> None:
    lines = shown(remit_file(*PAYMENT, *[s.replace("CAS*CO*45", "CAS*XY*9999") for s in payment()], "LQ*HE*N0"))
    assert "      XY-9999       40.00  no such reason in the list" in lines
    assert "      N0                   no such remark in the list" in lines
    assert "other" in next(line for line in lines if "Procedure" in line)


@pytest.mark.parametrize("reference", ["0208123456789 1EG4TE5MK73", "021112345678901231EG4TE5MK73"])
def test_member_number_behind_a_claim_number_is_hidden(reference: str) -> None:
    data = remit_file(*PAYMENT, *payment(), f"PLB*1234567893*20261231*WO:{reference}*0")
    assert "1EG4TE5MK73" not in "\n".join(shown(data))
    assert "1EG4TE5MK73" in "\n".join(shown(data, View(phi=True)))


# -- what else a file may hold


def test_other_kinds_are_named_and_counted() -> None:
    acknowledgement = ("ST*999*0001*005010X231A1", "AK1*HC*1", "AK9*A*1*1*1", "SE*4*0001")
    second = tuple(s.replace("0001", "0002") for s in acknowledgement)
    header = "GS*FA*SENDER*RECEIVER*20260105*0930*1*X*005010X231A1"
    lines = shown(write(interchange((header, *acknowledgement, *second, "GE*2*1"))))
    assert lines == ["== file.edi", "", "999, 2 transactions: not shown", ""]


def test_claims_and_remittances_of_another_version_are_not_guessed_at() -> None:
    old = write(interchange(group(transaction(*ABOVE, *claim(), version="004010X098A1"), version="004010X098A1")))
    lines = shown(old)
    assert lines[2] == "837 4010, 1 transaction: not shown"
    assert "4010" in only(lines, "!")


def test_file_without_transactions_says_so() -> None:
    data = write(interchange())
    assert "  no transactions" in shown(data.replace(b"IEA*0", b"TA1*000000001*260105*0930*A*000~\nIEA*0"))


def test_cut_file_shows_nothing_that_was_not_whole() -> None:
    data = claim_file(*ABOVE, *claim("A1"), *claim("A2"))
    lines = shown(data[: data.index(b"SE*")])
    assert "  cut short: nothing of it can be shown" in lines
    assert not [line for line in lines if line.startswith("Claim ")]


def test_file_that_fails_midway_says_that_more_is_missing() -> None:
    data = claim_file(*ABOVE, *claim("A1"))
    items: list[Item] = [source(data), *read(data).transactions, InputError("file.edi", "cannot be read to its end")]
    assert "  ! cannot be read to its end: no more of it is shown" in list(show(items, View()))
    assert list(show([source(b""), InputError("file.edi", "is empty")], View())) == []


def test_wanted_claims_only_wherever_they_are() -> None:
    view = View(wanted=frozenset({"SOLO02", "DAY12", "NONE"}))
    lines = list(show(pipeline.items([SAMPLES]), view))
    claims = {line.split()[1] for line in lines if line.startswith("Claim ")}
    assert claims == {"SOLO02", "DAY12"} == view.found
    assert not [line for line in lines if "not shown" in line or line == "  no transactions"]


def test_lines_come_before_the_rest_is_read() -> None:
    data = claim_file(*ABOVE, *claim("A1"))

    def items() -> Iterator[Item]:
        yield source(data)
        yield from read(data).transactions
        raise AssertionError("read too far")

    lines = show(items(), View())
    assert next(line for line in lines if line.startswith("Claim ")).endswith("charge 100.00")


# -- hostile files


def test_hostile_text_never_reaches_the_terminal() -> None:
    evil, long = "\x1b[31mX\x07\u202e\u05d0\u0301", "Z" * 300
    great = [f"CAS*{g}*1*9999999.99" for g in ("PR", "OA", "PI", "Q9")]
    remit = remit_file(
        *PAYMENT, f"CLP*{evil}*1*99999999.99*1*1*12*{evil}*11*1", f"SVC*HC:{long}:25*99999999.99*1**1",
        "DTM*472*20260104", f"CAS*{long}*{evil}*1", *great, "AMT*B6*99999999.99", f"LQ*HE*{long}",
        f"PLB*1*20261231*{long}:{evil}*1",
    )  # fmt: skip
    claims = claim_file(*[s.replace("EXAMPLE PLAN", evil) for s in ABOVE], *claim(long), *claim(evil))
    for width in (60, 80):
        lines = shown(remit, View(width, phi=True)) + shown(claims, View(width, phi=True))
        assert all(line.isprintable() and len(line) <= width for line in lines)
        assert not {ord(c) for line in lines for c in line if ord(c) >= 0x250}
    assert "\\x1b[31mX\\x07\\u202e\\u05d0\\u0301" in "".join(shown(remit))


CORPUS = [(SAMPLES / sample).read_bytes() for sample in ("remits/out_of_balance.835", "clean/second_practice.837")]


@settings(max_examples=60)
@given(st.sampled_from(CORPUS), st.lists(st.tuples(st.integers(106, 2500), st.binary(max_size=3)), max_size=4))
def test_any_change_of_bytes_gives_lines_that_print(data: bytes, changes: list[tuple[int, bytes]]) -> None:
    for position, text in changes:
        data = data[:position] + text + data[position + len(text or b"x") :]
    assert all(line.isprintable() for line in shown(data))


def test_names_in_latin_letters_stay_as_they_are() -> None:
    data = claim_file(*[s.replace("1*SAMPLE*SKIN*", "2*HAUTÄRZTE ŁÓDŹ**") for s in ABOVE], *claim())
    assert only(shown(data), "Billing") == "  Billing       HAUTÄRZTE ŁÓDŹ, NPI 1234567893 (also rendering)"
