"""What contradicts the store is refused and shown; a person may say that it takes the place of what is there."""

import pytest

from tests.store.night import CORRECTED, OTHER_MONEY, REMIT, Practice


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (OTHER_MONEY, "the same interchange, group and transaction numbers"),
        (CORRECTED, "the same payer, payee, trace, amount and day"),
    ],
)
def test_a_contradiction_is_refused_and_shown(practice: Practice, other: bytes, reason: str) -> None:
    practice.put("a.835", REMIT)
    practice.whole_night()
    before = practice.dump()
    practice.put("b.835", other)
    done = practice.whole_night()
    assert (done.code, practice.dump()) == (1, before)
    stored = practice.rows("SELECT content FROM transactions")[0][0]
    told = (practice.quarantine / "b.835.reason.txt").read_text("utf-8")
    assert told.startswith("conflict: payment CHECK1: ")
    assert told.endswith(f" contradicts {stored} in the store: {reason}\n")
    assert told.strip() in done.err


def test_a_contradiction_inside_one_file_is_refused_too(practice: Practice) -> None:
    practice.put("a.835", REMIT + CORRECTED)
    assert practice.night().code == 1
    assert practice.rows("SELECT rarc FROM remarks") == [("N115",)]


def test_a_payment_is_superseded_only_by_name_and_it_is_logged(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    practice.put("b.835", CORRECTED)
    assert practice.night("--supersede", "CHECK2").code == 1
    done = practice.night("--supersede", "CHECK1")
    assert (done.code, "1 superseded" in done.err) == (0, True)
    assert practice.rows("SELECT rarc FROM remarks") == [("N130",)]
    assert practice.rows("SELECT count(*), sum(denied) FROM denial_lines") == [(3, 9000)]
    (old, new), (action, *about) = (
        practice.rows("SELECT a.content, b.content FROM transactions AS a JOIN transactions AS b ON b.content = a.superseded_by")[0],
        practice.rows("SELECT action, content, other FROM audit WHERE action = 'superseded'")[0],
    )  # fmt: skip
    assert (action, about) == ("superseded", [new, old])
    again = practice.night()  # both lie in the inbox still: the old one is known, and does not come back
    assert (again.code, practice.rows("SELECT count(*) FROM payments")) == (0, [(1,)])


def test_a_payment_that_nobody_named_is_never_superseded(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    practice.put("b.835", REMIT.replace(b"CHECK1", b"CHECK2").replace(b"CLP*A", b"CLP*B"))  # its numbers used again
    assert "the same interchange" in practice.night().err
    done = practice.night("--supersede", "CHECK2")
    assert (done.code, "superseded" in done.err) == (0, False)
    assert sorted(practice.rows("SELECT trace FROM payments")) == [("CHECK1",), ("CHECK2",)]
    assert practice.rows("SELECT count(*) FROM audit WHERE action = 'accepted' AND detail IS NOT NULL") == [(1,)]
    assert practice.night().code == 0


def test_what_is_superseded_may_have_come_in_the_same_file(practice: Practice) -> None:
    practice.put("a.835", REMIT + CORRECTED)
    assert practice.night("--supersede", "CHECK1").code == 0
    assert practice.rows("SELECT rarc FROM remarks") == [("N130",)]
