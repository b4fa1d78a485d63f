"""Which denials stand when a payer takes answers back (SCR-01): files and store say the same."""

import json
from pathlib import Path

import pytest

from tests import builder as b
from tests.cli.run import Done, run
from tests.store.night import Practice, numbered

SENT = b.claim_file(*b.ABOVE, *b.claim("A1"))
AGAIN = b.claim_file(*(s.replace("*20260105*", "*20260401*") for s in b.ABOVE), *b.claim("A1", "120"))


def answer(status: str, paid: str, carc: str, number: str = "PAYER1", charge: str = "100") -> tuple[str, ...]:
    """What is said of claim A1: `paid` of `charge`, the rest adjusted."""
    rest = int(charge) - int(paid)
    return (
        f"CLP*A1*{status}*{charge}*{paid}*0*12*{number}*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001",
        f"SVC*HC:99213:25*{charge}*{paid}**1", "DTM*472*20260104", f"CAS*CO*{carc}*{rest}",
    )  # fmt: skip


def remit(day: int, *answers: tuple[str, ...], payer: str = "PLAN1") -> bytes:
    """A payment of March 2026."""
    paid = sum(int(segment.split("*")[4]) for segment, *_ in answers)
    words = (
        ("BPR*I*60", f"BPR*{'I' if paid > 0 else 'H'}*{max(paid, 0)}"), ("20260302", f"202603{day:02d}"),
        ("CHECK1", f"CHECK{day}"), ("EXAMPLE PLAN", f"EXAMPLE PLAN*XV*{payer}"),
    )  # fmt: skip
    body: tuple[str, ...] = b.PAYMENT
    for old, new in words:
        body = tuple(segment.replace(old, new) for segment in body)
    debt = () if paid >= 0 else (f"PLB*1234567893*20261231*FB:A1*{paid}",)
    return b.remit_file(*body, *(s for each in answers for s in each), *debt)


def later(*answers: tuple[str, ...]) -> bytes:
    """A payment of the month after the claim was sent again."""
    return remit(9, *answers).replace(b"20260309", b"20260509")


DENIED = remit(2, answer("1", "0", "97"))
PAID = remit(2, answer("1", "60", "45"))
STILL, NONE = ["97"], list[str]()
NIGHTS = {
    "denied": ((DENIED,), STILL),
    "the same remittance in another envelope": ((DENIED, numbered(DENIED, 9)), STILL),
    "taken back": ((DENIED, remit(9, answer("22", "0", "97", charge="-100"))), NONE),
    "taken back under another status": ((DENIED, remit(9, answer("1", "0", "97", charge="-100"))), NONE),
    "taken back under another number": ((DENIED, remit(9, answer("22", "0", "97", "OTHER", "-100"))), NONE),
    "another number and amount": ((DENIED, remit(9, answer("22", "0", "97", "OTHER", "-80"))), STILL),
    "another payer": ((DENIED, remit(9, answer("22", "0", "97", "OTHER", "-100"), payer="PLAN2")), STILL),
    "denied anew": ((PAID, remit(9, answer("22", "-60", "45", charge="-100"), answer("1", "0", "50"))), ["50"]),
    "denied anew, the reversal last": (
        (PAID, remit(9, answer("1", "0", "50"), answer("22", "-60", "45", charge="-100"))), ["50"]
    ),
    "denied anew under a new number": (
        (DENIED, remit(9, answer("22", "0", "97", "OTHER", "-100"), answer("1", "0", "50", "NEXT"))), ["50"]
    ),
    "the claim that is sent was answered since": ((DENIED, later(answer("1", "60", "45", "NEXT"))), STILL),
    "and the first answer taken back": (
        (DENIED, later(answer("22", "0", "97", charge="-100"), answer("1", "60", "45", "NEXT"))), STILL
    ),
    "taken back before": ((remit(1, answer("22", "0", "97", charge="-100")), DENIED), STILL),
}  # fmt: skip


def reasons(done: Done) -> list[str]:
    """Of the denials that are told."""
    assert done.code == 1
    rows = [json.loads(line) for line in done.lines]
    return [row["carc"] for row in rows if row["type"] in ("answered", "unanswered")]


@pytest.mark.parametrize("told", NIGHTS)
def test_what_stands(told: str, tmp_path: Path) -> None:
    remits, denied = NIGHTS[told]
    made = Practice(tmp_path)
    old, new = made.put("sent.837", SENT), tmp_path / "again.837"
    new.write_bytes(AGAIN)
    paths = [made.put(f"{number}.835", numbered(data, number)) for number, data in enumerate(remits, 2)]
    common = "--format", "jsonl", "--as-of", "2026-04-01"
    for order in (paths, paths[::-1]):
        given = [part for path in order for part in ("--remits", path)]
        assert reasons(run("diff", old, new, *given, *common)) == denied
    made.night()
    assert reasons(run("diff", new, "--store", made.store, *common)) == denied
