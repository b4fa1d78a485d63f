"""A line that was denied for several reasons is answered where each of them is; files and store say the same."""

import json
from pathlib import Path

import pytest

from tests import builder as b
from tests.cli.run import run
from tests.store.night import Practice

DAY = "DTP*472*D8*20260104"
BIOPSY = ("LX*1", "SV1*HC:11102{}*100*UN*1***{}", DAY, "REF*6R*L1")
BESIDE = ("LX*2", "SV1*HC:17000*50*UN*1***1", DAY, "REF*6R*L2")
RECORDS = "PWK*OZ*BM***AC*NOTES1"
PAID = ("SVC*HC:17000*50*50**1", "DTM*472*20260104", "REF*6R*L2")
BUNDLED = "billed side by side as before"
NECESSARY = "diagnosis and record are the same"
ANSWERED, PARTLY, NOT = ("answered", None), "partly", "not"
Case = tuple[tuple[str, ...], str, str, tuple[str, ...], tuple[str, str | None]]
# CAS of the line (or of the claim, where it says so), remarks; modifier and pointers of the new line, what it has more
CASES: dict[str, Case] = {
    "the main one alone": (("CAS*CO*236*60", "CAS*CO*50*40"), ":59", "1", (), (PARTLY, f"CO-50: {NECESSARY}")),
    "the other one alone": (("CAS*CO*236*60", "CAS*CO*50*40"), "", "2", (), (PARTLY, "59 or an X modifier is still missing")),
    "both": (("CAS*CO*236*60", "CAS*CO*50*40"), ":59", "2", (), ANSWERED),
    "both in one segment": (("CAS*CO*236*60**50*40",), ":59", "1", (), (PARTLY, f"CO-50: {NECESSARY}")),
    "both, the other by the record": (("CAS*CO*236*60", "CAS*CO*50*40"), ":59", "1", (RECORDS,), ANSWERED),
    "neither": (("CAS*CO*236*60", "CAS*CO*50*40"), ":76", "1", (), (NOT, "59 or an X modifier is still missing")),
    "the contract took the rest": (("CAS*CO*236*60**45*40",), ":59", "1", (), ANSWERED),
    "the patient bears the rest": (("CAS*CO*236*60", "CAS*PR*1*40"), ":59", "1", (), ANSWERED),
    "one reason in two groups": (("CAS*CO*236*60", "CAS*PR*236*40"), ":59", "1", (), ANSWERED),
    "no money by the other": (("CAS*CO*236*100", "CAS*CO*50*0"), ":59", "1", (), ANSWERED),
    "too late as well": (
        ("CAS*CO*236*60**29*40",), ":59", "1", (), (PARTLY, "CO-29: proof that it was sent in time, which no claim can show")
    ),
    "what a remark says of the other": (
        ("CAS*CO*236*60**16*40", "LQ*HE*M76"), ":59", "1", (), (PARTLY, "CO-16: the diagnosis is the same")
    ),
    "what a remark says of the other, done": (("CAS*CO*236*60**16*40", "LQ*HE*M76"), ":59", "2", (), ANSWERED),
    "of the claim as a whole": (("CLAIM", "CAS*CO*236*60", "CAS*CO*50*40"), ":59", "1", (), (PARTLY, f"CO-50: {NECESSARY}")),
}  # fmt: skip


def batch(frequency: str, day: str, modifier: str, pointers: str, *more: str) -> bytes:
    lines = tuple(s.format(modifier, pointers) for s in BIOPSY)
    head = (f"CLM*A1*150***11:B:{frequency}*Y*A*Y*Y", *more, "HI*ABK:L570*ABF:D485")
    above = (s.replace("*20260105*", f"*{day}*") for s in b.ABOVE)
    return b.claim_file(*above, *head, *lines, *BESIDE)


def remit(*said: str) -> bytes:
    whole = said[0] == "CLAIM"
    paid = tuple(s.replace("BPR*I*60", "BPR*I*50") for s in b.PAYMENT)
    line = ("SVC*HC:11102*100*0**1", "DTM*472*20260104", "REF*6R*L1")
    said = said[whole:]
    cas, rest = [s for s in said if s.startswith("CAS")], [s for s in said if not s.startswith("CAS")]
    claim = ("CLP*A1*1*150*50*{}*12*PAYER1*11*1", *(cas if whole else ()), "NM1*QC*1*SAMPLE*SAM****MI*TEST0001")
    share = "40" if any("PR" in s for s in cas) else ""
    order = (*line[:2], *([] if whole else cas), line[2], *rest)
    beside = PAID if not whole else (*PAID[:2], "CAS*CO*45*0", PAID[2])
    return b.remit_file(*paid, *(s.format(share) for s in claim), *order, *beside)


@pytest.mark.parametrize("name", CASES)
def test_each_reason_is_asked_for(name: str, tmp_path: Path) -> None:
    said, modifier, pointers, more, expected = CASES[name]
    made = Practice(tmp_path)
    old, denied = made.put("sent.837", batch("1", "20260105", "", "1")), made.put("denied.835", remit(*said))
    new = tmp_path / "again.837"
    new.write_bytes(batch("7", "20260401", modifier, pointers, "REF*F8*PAYER1", *more))
    common = "--format", "jsonl", "--as-of", "2026-04-01"
    files = run("diff", old, new, "--remits", denied, *common)
    made.night()
    for done in (files, run("diff", new, "--store", made.store, *common)):
        (row,) = [row for line in done.lines if (row := json.loads(line))["type"] in ("answered", "unanswered")]
        assert (row["state"], row["open"]) == expected
