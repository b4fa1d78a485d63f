"""The worked cases of knowledge/denials/cases.json, as remittances (and claims) through the command."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import builder as b
from tests.cli.run import run

FILE = Path(__file__).resolve().parents[2] / "shared" / "knowledge" / "denials" / "cases.json"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILE.is_file(), reason="the cases are not beside the project"),
]
CASES: list[dict[str, Any]] = (
    json.loads(FILE.read_text("utf-8"), parse_float=str, parse_int=str) if FILE.is_file() else []
)
CONFIDENCE = {"high": "certain", "medium": "likely", "low": "possible"}
FIELDS = {
    "outcome": "outcome",
    "general": "general_category",
    "sub": "general_sub",
    "derm_sub": "derm_sub",
    "sla": "sla",
}


def cents(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def money(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def remittance() -> bytes:
    claims = [s for number, case in enumerate(CASES) for s in payment(f"C{number}", case)]
    paid = sum(cents(line["paid"]) for case in CASES for line in case["lines"])
    head = (f"BPR*I*{money(paid)}*C*CHK************20260302", *b.PAYMENT[1:])
    return b.remit_file(*head, *claims)


def payment(name: str, case: dict[str, Any]) -> Iterator[str]:
    claim, lines = case["claim"], case["lines"]
    charge, paid = (sum(cents(line[key]) for line in lines) for key in ("charge", "paid"))
    yield f"CLP*{name}*{claim['clp02']}*{money(charge)}*{money(paid)}**{claim['filing']}*ICN{name}*11*1"
    yield "NM1*QC*1*SAMPLE*SAM****MI*TEST0001"
    if claim["rarcs"]:
        yield "*".join(("MOA", "", "", *claim["rarcs"]))
    for line in lines:
        code = ":".join(("HC", line["code"], *line["mods"]))
        billed = f"**1*HC:{line['svc06']}" if "svc06" in line else ""
        yield f"SVC*{code}*{money(cents(line['charge']))}*{money(cents(line['paid']))}{billed}"
        yield f"DTM*472*{line['dos']}"
        for group, carc, amount in line["cas"]:
            yield f"CAS*{group}*{carc}*{money(cents(amount))}"
        yield from (f"LQ*HE*{code}" for code in line["rarcs"])


def claims() -> bytes:
    """What was billed for the cases that say so."""
    found = []
    for number, case in enumerate(CASES):
        if case["linked"]:
            codes = list(dict.fromkeys(code for line in case["lines"] for code in line["dx"]))
            charge = sum(cents(line["charge"]) for line in case["lines"])
            marked = [f"{'ABK' if at == 0 else 'ABF'}:{code.replace('.', '')}" for at, code in enumerate(codes)]
            found += [f"CLM*C{number}*{money(charge)}***11:B:1*Y*A*Y*Y", "*".join(("HI", *marked))]
            for at, line in enumerate(case["lines"], 1):
                code = ":".join(("HC", line["code"], *line["mods"]))
                points = ":".join(str(codes.index(dx) + 1) for dx in line["dx"])
                found += [f"LX*{at}", f"SV1*{code}*{money(cents(line['charge']))}*UN*1***{points}"]
                found.append(f"DTP*472*D8*{line['dos']}")
    return b.claim_file(*b.ABOVE, *found)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], dict[str, Any]]:
    folder = tmp_path_factory.mktemp("cases")
    (folder / "all.835").write_bytes(remittance())
    (folder / "all.837").write_bytes(claims())
    options = ("--claims", folder / "all.837", "--format", "jsonl", "--no-conformance")
    done = run("denials", folder / "all.835", *options)
    found = [json.loads(line) for line in done.lines]
    return {(row["claim"], row["line"]): row for row in found if row["type"] == "denial_line"}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_case(number: int, rows: dict[tuple[str, int], dict[str, Any]]) -> None:
    case = CASES[number]
    row, expect = rows[f"C{number}", int(case["line"]) + 1], dict(case["expect"])
    assert {key: row[FIELDS[key]] for key in FIELDS if key in expect} == {
        key: expect[key] for key in FIELDS if key in expect
    }
    if "derm" in expect:
        assert (row["derm_category"] or "none") == expect["derm"]
    if "confidence" in expect:
        assert row["confidence"] == CONFIDENCE[expect["confidence"]]
    if "denied" in expect:
        assert cents(row["denied"]) == cents(expect["denied"])
    if "liability" in expect:
        assert (row["group"] == "PR") is (expect["liability"] == "patient")
    if "flag" in expect:
        assert expect["flag"] in row["warnings"]
    known = {*FIELDS, "derm", "confidence", "denied", "liability", "flag"}
    assert set(expect) <= known, "every key is looked at"


def test_all_cases_are_there() -> None:
    assert len(CASES) == 72
