"""`curette check --history STORE`: a claim that was sent before, and what was answered of it."""

import json
from pathlib import Path

import pytest

from tests import builder as b
from tests.cli.run import Done, run
from tests.cli.test_diff_store import DENIAL, batch, denial, resent
from tests.store.night import Practice, numbered

LATER = "20260316"
PAID = b.remit_file(*b.PAYMENT, *b.payment("A1"))
REVERSAL = numbered(
    PAID.replace(b"CHECK1", b"CHECK2").replace(b"CLP*A1*1*100*60*", b"CLP*A1*22*-100*-60*").replace(b"20260302", b"20260309"),
    2,
)  # fmt: skip


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """One that sent claim A1."""
    made = Practice(tmp_path)
    made.put("sent.837", batch(*b.claim("A1")))
    assert made.night().code == 0
    return made


def check(practice: Practice, data: bytes, *more: object) -> Done:
    path = practice.folder / "new.837"
    path.write_bytes(numbered(data, 7))
    return run("check", path, "--history", practice.store, "--as-of", "2026-03-16", "--format", "jsonl", *more)


def told(practice: Practice, data: bytes, *more: object) -> list[str]:
    found = (json.loads(line) for line in check(practice, data, *more).lines)
    return [f["rule"] for f in found if f["type"] == "finding" and f["rule"].startswith("PAY-SENT")]


def answered(practice: Practice, *remits: bytes) -> None:
    for number, data in enumerate(remits):
        practice.put(f"{number}.835", data)
    practice.night()


def test_sent_again_without_an_answer(practice: Practice) -> None:
    new = batch(*b.claim("A1"), day=LATER)
    assert told(practice, new) == ["PAY-SENT-TWICE"]
    [finding] = [json.loads(line) for line in check(practice, new).lines if "PAY-SENT" in line]
    assert "was sent on 2026-01-05, and no answer" in finding["message"]
    assert (finding["segment"], finding["element"], finding["component"]) == ("CLM", 5, 3)


@pytest.mark.parametrize(
    "new",
    [
        batch(*b.claim("A2"), day=LATER),
        batch(*b.claim("A1"), day="20260101"),
        batch(*b.claim("A1"), day=LATER).replace(b"SBR*P*", b"SBR*S*"),
        batch(*b.claim("A1"), day=LATER).replace(b"1234567893", b"1000000012"),
        batch(*b.claim("A1"), day=LATER).replace(b"20260104", b"20260204"),
    ],
    ids=["another claim", "made before", "to the next payer", "another practice", "other days"],
)
def test_what_is_not_that_claim(practice: Practice, new: bytes) -> None:
    assert told(practice, new) == []


def test_of_a_batch_whose_day_cannot_be_read_every_earlier_claim_is_asked(practice: Practice) -> None:
    assert told(practice, batch(*b.claim("A1"), day="20261399")) == ["PAY-SENT-TWICE"]


def test_a_batch_is_not_its_own_past(practice: Practice) -> None:
    (practice.folder / "same.837").write_bytes((practice.inbox / "sent.837").read_bytes())
    done = run("check", practice.folder / "same.837", "--history", practice.store, "--format", "jsonl")
    assert "PAY-SENT" not in done.out


def test_sent_as_new_after_its_answer(practice: Practice) -> None:
    answered(practice, DENIAL)
    assert told(practice, batch(*b.claim("A1"), day=LATER)) == ["PAY-SENT-ANSWERED"]
    assert (
        told(practice, batch(*b.claim("A1"), day="20260301")) == []
    )  # made before the answer, and asked about by none
    assert told(practice, batch(*resent(), day=LATER)) == []


def test_what_the_payer_could_not_process_comes_as_new(practice: Practice) -> None:
    answered(practice, denial("MOA***MA130"))
    assert told(practice, batch(*b.claim("A1"), day=LATER)) == []


def test_an_answer_that_was_taken_back_is_none(practice: Practice) -> None:
    answered(practice, PAID)
    assert told(practice, batch(*b.claim("A1"), day=LATER)) == ["PAY-SENT-ANSWERED"]
    answered(practice, PAID, REVERSAL)
    assert told(practice, batch(*b.claim("A1"), day=LATER)) == []


def test_a_replacement_names_the_number_that_the_payer_gave(practice: Practice) -> None:
    answered(practice, DENIAL)
    assert told(practice, batch(*resent(reference="REF*F8*OTHER"), day=LATER)) == ["PAY-SENT-F8"]
    assert (
        told(practice, batch(*resent(reference="REF*G1*AUTH"), day=LATER)) == []
    )  # that it is missing is told elsewhere


def test_a_replacement_of_what_nobody_answered(practice: Practice) -> None:
    assert told(practice, batch(*resent(), day=LATER)) == ["PAY-SENT-OPEN"]


def test_after_a_void_it_may_come_as_new(practice: Practice) -> None:
    void = batch(*(s.replace("11:B:7", "11:B:8") for s in resent(charge="100")), day="20260301")
    practice.put("void.837", numbered(void, 2))
    assert practice.night().code == 0
    assert told(practice, batch(*b.claim("A1"), day=LATER)) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_several_processes_and_other_types(practice: Practice, jobs: int) -> None:
    new = batch(*b.claim("A1"), day=LATER)
    assert told(practice, new, "--jobs", jobs) == ["PAY-SENT-TWICE"]
    assert told(practice, new, "--snip", "1-6") == []
    assert told(practice, new, "--ignore", "PAY-SENT") == []


def test_it_holds_where_that_is_asked_for(practice: Practice, tmp_path: Path) -> None:
    new = batch(*b.claim("A1"), *b.claim("A2", "90"), day=LATER)
    done = check(
        practice, new, "--release", tmp_path / "out", "--hold-on", "warning", "--no-conformance", "--snip", "7"
    )
    summary = json.loads(done.lines[-1])
    assert (summary["held"], summary["clean"]) == (1, 1)
    [held] = (tmp_path / "out").rglob("held.837")
    assert b"CLM*A1*" in held.read_bytes()
    assert b"CLM*A2*" not in held.read_bytes()
