"""A line that was denied for several reasons is answered where each of them is; files and store say the same."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import builder as b
from tests.cli.run import run
from tests.store.night import Practice, numbered

DAY = "DTP*472*D8*20260104"
BIOPSY = ("LX*1", "SV1*HC:11102{}*100*UN*1***{}", DAY, "REF*6R*L1")
BESIDE = ("LX*2", "SV1*HC:17000*50*UN*1***1", DAY, "REF*6R*L2")
RECORDS = "PWK*OZ*BM***AC*NOTES1"
PAID = ("SVC*HC:17000*50*50**1", "DTM*472*20260104", "REF*6R*L2")
BUNDLED = "billed side by side as before"
MISSING = "59 or an X modifier is still missing"
NECESSARY = "diagnosis and record are the same"
ANSWERED, PARTLY, NOT = ("answered", None), "partly", "not"
Case = tuple[tuple[str, ...], str, str, tuple[str, ...], tuple[str, str | None]]
# CAS of the line (or of the claim, where it says so), remarks; modifier and pointers of the new line, what it has more
CASES: dict[str, Case] = {
    "the main one alone": (("CAS*CO*236*60", "CAS*CO*50*40"), ":59", "1", (), (PARTLY, f"CO-50: {NECESSARY}")),
    "the other one alone": (("CAS*CO*236*60", "CAS*CO*50*40"), "", "2", (), (PARTLY, MISSING)),
    "both": (("CAS*CO*236*60", "CAS*CO*50*40"), ":59", "2", (), ANSWERED),
    "both in one segment": (("CAS*CO*236*60**50*40",), ":59", "1", (), (PARTLY, f"CO-50: {NECESSARY}")),
    "both, the other by the record": (("CAS*CO*236*60", "CAS*CO*50*40"), ":59", "1", (RECORDS,), ANSWERED),
    "both, the other by a note": (
        ("CAS*CO*236*60", "CAS*CO*50*40"), ":59", "1", ("NTE*ADD*MADE UP",), (PARTLY, "CO-50: diagnosis or record")
    ),
    "neither": (("CAS*CO*236*60", "CAS*CO*50*40"), ":76", "1", (), (NOT, f"{MISSING}; CO-50: {NECESSARY}")),
    "two of three": (
        ("CAS*CO*236*60**50*30**29*10",), "", "2", (),
        (PARTLY, f"{MISSING}; CO-29: proof that it was sent in time, which no claim can show"),
    ),
    "a part of one of three": (
        ("CAS*CO*236*60**50*30**29*10",), "", "1", ("NTE*ADD*MADE UP",),
        (PARTLY, f"{MISSING}; CO-50: diagnosis or record; CO-29: proof that it was sent in time, which no claim can show"),
    ),
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


def told(folder: Path, old: bytes, new: bytes, *remits: bytes) -> Iterator[list[dict[str, Any]]]:
    """The denials that are told by files and by a store."""
    made = Practice(folder)
    sent, again = made.put("sent.837", old), folder / "again.837"
    paths = [made.put(f"{number}.835", numbered(data, number)) for number, data in enumerate(remits, 2)]
    again.write_bytes(new)
    common = "--format", "jsonl", "--as-of", "2026-04-01"
    files = run("diff", sent, again, *[part for path in paths for part in ("--remits", path)], *common)
    made.night()
    for done in (files, run("diff", again, "--store", made.store, *common)):
        rows = [json.loads(line) for line in done.lines]
        yield [row for row in rows if row["type"] in ("answered", "unanswered")]


@pytest.mark.parametrize("name", CASES)
def test_each_reason_is_asked_for(name: str, tmp_path: Path) -> None:
    said, modifier, pointers, more, expected = CASES[name]
    old, new = batch("1", "20260105", "", "1"), batch("7", "20260401", modifier, pointers, "REF*F8*PAYER1", *more)
    for (row,) in told(tmp_path, old, new, remit(*said)):
        assert (row["state"], row["open"]) == expected


DAYS = ("20260104", "20260106", "20260108")


def course(frequency: str, sent: str, approved: str = "", *more: str) -> bytes:
    """Three days of phototherapy, all else alike; the line of one day may have an approval."""
    lines = [
        s
        for n, day in enumerate(DAYS, 1)
        for s in (
            f"LX*{n}",
            "SV1*HC:96910*100*UN*1***1",
            f"DTP*472*D8*{day}",
            *(["REF*G1*A1"] if day == approved else []),
        )
    ]
    above = (s.replace("*20260105*", f"*{sent}*") for s in b.ABOVE)
    return b.claim_file(*above, f"CLM*A1*300***11:B:{frequency}*Y*A*Y*Y", *more, "HI*ABK:L400", *lines)


def answered(denied: str, days: Sequence[str], paid_on: str = "20260302") -> bytes:
    """These days, in this order, without line numbers; one was denied for its approval."""
    lines = [
        s
        for day in days
        for s in (
            f"SVC*HC:96910*100*{0 if day == denied else 100}**1", f"DTM*472*{day}",
            *(["CAS*CO*197*100"] if day == denied else []),
        )
    ]  # fmt: skip
    paid = 100 * sum(day != denied for day in days)
    head = (s.replace("BPR*I*60", f"BPR*{'I' if paid else 'H'}*{paid}").replace("20260302", paid_on) for s in b.PAYMENT)
    claim = (f"CLP*A1*1*{100 * len(days)}*{paid}*0*12*PAYER1*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001")
    return b.remit_file(*head, *claim, *lines)


@pytest.mark.parametrize("denied", DAYS)
@pytest.mark.parametrize("days", [DAYS, DAYS[::-1]], ids=["in order", "the last first"])
def test_the_day_tells_lines_apart(denied: str, days: Sequence[str], tmp_path: Path) -> None:
    old, new = course("1", "20260105"), course("7", "20260401", DAYS[2])
    for (row,) in told(tmp_path, old, new, answered(denied, days)):
        assert row["line"] == DAYS.index(denied) + 1
        assert row["state"] == ("answered" if denied == DAYS[2] else "not")


@pytest.mark.parametrize(("again", "lines"), [(DAYS[0], []), (DAYS[1], [1])])
def test_an_answer_to_another_day_leaves_a_denial(again: str, lines: list[int], tmp_path: Path) -> None:
    """The number that is named gathers the answers of all days."""
    new = course("7", "20260401", "", "REF*F8*PAYER1")
    remits = answered(DAYS[0], DAYS), answered("", (again,), "20260310")
    for rows in told(tmp_path, course("1", "20260105"), new, *remits):
        assert [row["line"] for row in rows] == lines


LINES = (("99214{}", 150), ("11102", 100), ("17000{}", 100))
# codes, charges and day of the answered lines, of which the last is denied; the line it is told of, its state
RECODED: dict[str, tuple[tuple[tuple[str, int], ...], str, int | None, str]] = {
    "another level of the visit": ((("11102", 100), ("17000", 100), ("99213", 150)), "20260104", 1, "answered"),
    "one of two charges, by its place": ((("99214", 150), ("11102", 100), ("17110", 100)), "20260104", 3, "answered"),
    "one of two charges, the other answered": ((("11102", 100), ("17110", 100)), "20260104", 3, "answered"),
    "one of two charges, in no place": ((("17110", 100),), "20260104", None, "answered"),
    "another charge": ((("11102", 100), ("17000", 100), ("99213", 120)), "20260104", None, "answered"),
    "another day": ((("11102", 100), ("17000", 100), ("99213", 150)), "20260105", None, "partly"),
}


def coded(frequency: str, day: str, visit: str, lesion: str) -> bytes:
    lines = [
        s
        for number, (code, charge) in enumerate(LINES, 1)
        for s in (f"LX*{number}", f"SV1*HC:{code.format(visit if number == 1 else lesion)}*{charge}*UN*1***1", DAY)
    ]
    above = (s.replace("*20260105*", f"*{day}*") for s in b.ABOVE)
    more = ("REF*F8*PAYER1",) if frequency == "7" else ()
    return b.claim_file(*above, f"CLM*A1*350***11:B:{frequency}*Y*A*Y*Y", *more, "HI*ABK:L570*ABF:D485", *lines)


@pytest.mark.parametrize("name", RECODED)
def test_a_line_that_was_answered_under_another_code(name: str, tmp_path: Path) -> None:
    """Without its control number, and without a word of it (SVC06)."""
    (*others, (code, charge)), day, line, state = RECODED[name]
    paid = sum(each for _, each in others)
    payment = tuple(s.replace("BPR*I*60", f"BPR*I*{paid}") for s in b.PAYMENT)
    lines = [s for x, each in others for s in (f"SVC*HC:{x}*{each}*{each}**1", "DTM*472*20260104")]
    lines += [f"SVC*HC:{code}*{charge}*0**1", f"DTM*472*{day}", f"CAS*CO*97*{charge}"]
    head = f"CLP*A1*1*{paid + charge}*{paid}**12*PAYER1*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001"
    new = coded("7", "20260401", ":25", ":59")
    for (row,) in told(tmp_path, coded("1", "20260105", "", ""), new, b.remit_file(*payment, *head, *lines)):
        assert (row["procedure"], row["line"], row["state"]) == (code, line, state)


def part(number: str, line: int, day: str, *, paid: bool) -> bytes:
    """One line of `coded` under a number of its own, paid or denied as not fitting the diagnosis."""
    code, charge = LINES[line - 1]
    amount, rest = (charge, ()) if paid else (0, (f"CAS*CO*11*{charge}",))
    words = (("BPR*I*60", f"BPR*I*{amount}"), ("20260302", day), ("CHECK1", f"CHECK{day}{line}"))
    body: tuple[str, ...] = b.PAYMENT
    for old, new in words:
        body = tuple(s.replace(old, new) for s in body)
    head = f"CLP*A1*1*{charge}*{amount}**12*{number}*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001"
    return b.remit_file(*body, *head, f"SVC*HC:{code.format('')}*{charge}*{amount}**1", "DTM*472*20260104", *rest)


EARLY, LATE = "20260120", "20260210"
PARTS = {
    "the other part was answered before": ((part("PAYER2", 3, EARLY, paid=False), part("PAYER1", 1, LATE, paid=True)), 1),
    "the other part was answered later": ((part("PAYER1", 1, EARLY, paid=True), part("PAYER2", 3, LATE, paid=False)), 1),
    "on one day": ((part("PAYER1", 1, EARLY, paid=True), part("PAYER2", 3, EARLY, paid=False)), 1),
    "both denied": ((part("PAYER1", 1, EARLY, paid=False), part("PAYER2", 3, LATE, paid=False)), 2),
    "paid since": ((part("PAYER2", 3, EARLY, paid=False), part("PAYER2", 3, LATE, paid=True)), 0),
    "more than was billed": (
        (part("PAYER2", 3, EARLY, paid=False).replace(b"*100*", b"*300*"), part("PAYER1", 1, LATE, paid=True)), 0),
}  # fmt: skip


@pytest.mark.parametrize("number", ["PAYER1", ""])
@pytest.mark.parametrize("name", PARTS)
def test_parts_that_a_payer_made_of_a_claim(name: str, number: str, tmp_path: Path) -> None:
    remits, count = PARTS[name]
    new = coded("7", "20260401", ":25", ":59").replace(
        b"REF*F8*PAYER1", b"REF*F8*PAYER1" if number else b"REF*D9*CLEARING"
    )
    for rows in told(tmp_path, coded("1", "20260105", "", ""), new, *remits):
        assert len(rows) == count
