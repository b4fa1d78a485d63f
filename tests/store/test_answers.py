"""Categories in the store: asked again, never forgotten, the same in whatever order files came."""

from itertools import permutations
from pathlib import Path

import pytest

from curette import __version__
from curette.denials.categorise import Categoriser
from curette.denials.lines import DenialLine
from curette.store import answers, reread
from curette.store.duckdb import opened
from curette.store.reread import Again
from tests import builder as b
from tests.store.night import AT, BATCH, PAID, REMIT, Practice, numbered

MAPS = """<?xml version="1.0" encoding="UTF-8"?>
<carcs edition="2026-03-01">
  <carc code="50" label="Ours" class="denial" category="auth" sub="absent" start="1995-01-01" source="curette"/>
</carcs>
"""
REVERSAL = numbered(
    b.remit_file(
        "BPR*H*0*C*NON************20260401", "TRN*1*CHECK2*1990099001", *b.PAYMENT[2:],
        "CLP*A3*22*-90*0**12*PAYER3*11*1", "SVC*HC:11102*-90*0**-1", "DTM*472*20260104", "CAS*CO*50*-90",
        "CLP*A3*1*90*50**12*PAYER4*11*1", "SVC*HC:11102*90*50**1", "DTM*472*20260104", "CAS*CO*45*40",
        "PLB*1234567893*20261231*FB:A3*50",
    ), 3,
)  # fmt: skip


@pytest.fixture
def maps(tmp_path: Path) -> Path:
    """A practice's own reading of CARC 50."""
    folder = tmp_path / "maps"
    (folder / "denials").mkdir(parents=True)
    (folder / "denials/carc.xml").write_text(MAPS, "utf-8")
    return folder


def test_asked_again_a_changed_answer_is_added_and_the_old_one_kept(practice: Practice, maps: Path) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    done = practice.night("--recategorise", "--maps", maps)
    assert (done.code, "1 categorised" in done.err) == (0, True), done.err
    sql = "SELECT answer, current, general_category, edition FROM categories WHERE carc = '50' ORDER BY answer"
    (one, was, first, old), (two, now, second, new) = practice.rows(sql)
    assert (one, was, first, two, now, second) == (1, False, "mednec", 2, True, "auth")
    assert (
        {e for (e,) in practice.rows("SELECT edition FROM editions")}
        == {old, new}
        == {
            answers.edition(__version__),
            answers.edition(__version__, maps),
        }
    )
    assert practice.rows("SELECT count(*) FROM denial_lines") == [(3,)]


def test_asked_again_without_a_change_nothing_is_added(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    before = practice.rows("SELECT * FROM categories ORDER BY ALL")
    from tests.cli.run import run

    done = run("nightly", "--recategorise", "--store", practice.store)  # needs no inbox
    assert (done.code, "0 categorised" in done.err) == (0, True)
    assert practice.rows("SELECT * FROM categories ORDER BY ALL") == before


def test_lines_that_another_version_told_apart_are_told_as_they_are_read_now(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    before = practice.dump()
    with opened(practice.store, AT) as store:
        store.run("INSERT INTO categories SELECT * REPLACE (9 AS line) FROM categories WHERE carc = '50'")
        store.run("DELETE FROM categories WHERE claim = 1")
    report = "--report", practice.report, "--as-of", "2026-03-20"
    done = practice.night(*report)
    assert (done.code, "run `curette nightly --recategorise`" in done.err) == (3, True)
    assert practice.night("--recategorise", *report).code == 0
    assert practice.dump() == before
    assert practice.rows("SELECT current FROM categories WHERE line = 9") == [(False,)]


def test_tables_are_not_asked_again_unless_told(practice: Practice, maps: Path) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    practice.night("--maps", maps)
    assert practice.rows("SELECT general_category FROM categories WHERE carc = '50'") == [("mednec",)]


def test_a_claim_that_comes_after_its_answer_links_it(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    assert practice.rows("SELECT bool_or(linked) FROM denial_lines") == [(False,)]
    practice.put("b.837", BATCH)
    assert "3 categorised" in practice.night().err
    assert practice.rows("SELECT bool_and(linked), count(*) FROM denial_lines") == [(True, 3)]
    assert practice.rows("SELECT answer, current, linked FROM categories WHERE carc = '50' ORDER BY answer") == [
        (1, False, False),
        (2, True, True),
    ]
    assert "0 categorised" in practice.night().err


def sent(control: int, day: str, charge: str, served: str = "20260104", frequency: str = "1") -> bytes:
    """The claim A3 in a batch of some day, for what was done on another."""
    body = [s.replace("20260105", day) for s in b.ABOVE]
    claim = [s.replace(":B:1*", f":B:{frequency}*").replace("L570", f"L{charge}") for s in b.claim("A3", charge)]
    claim = [s.replace("20260104", served) for s in claim]
    return numbered(b.claim_file(*body, *claim), control)


@pytest.mark.parametrize(
    ("batches", "charge"),
    [
        ([("20260105", "90"), ("20260405", "95")], 9000),  # not what was sent after the payment
        ([("20260105", "90"), ("20260110", "95")], 9000),  # with the same charge
        ([("20260110", "95"), ("20260105", "85")], 9500),  # the latest
        ([("20260105", "95"), ("20260110", "90", "20260109")], 9500),  # of the answered day
        ([("20260105", "95"), ("20260302", "90", "20260104", "7")], 9500),  # corrected on the day of the payment
        ([("20260105", "95"), ("20260302", "90")], 9000),
    ],
)
def test_of_claims_with_one_number_the_one_that_was_answered(
    practice: Practice, batches: list[tuple[str, ...]], charge: int
) -> None:
    practice.put("z.835", REMIT)
    for number, batch in enumerate(batches, 11):
        practice.put(f"{number}.837", sent(number, *batch))
    practice.night()
    found = "SELECT b.charge FROM links AS l JOIN billed_claims AS b ON b.batch = l.batch AND b.claim = l.billed_claim"
    assert practice.rows(found) == [(charge,)]


@pytest.mark.slow
def test_order_and_number_of_nights_change_nothing(tmp_path: Path) -> None:
    files = {"a.835": REMIT, "b.837": BATCH, "c.835": REVERSAL, "d.837": sent(12, "20260401", "95", frequency="7")}
    seen = set()
    for number, order in enumerate([*permutations(files)][::5]):
        folder = tmp_path / str(number)
        folder.mkdir()
        practice = Practice(folder)
        for name in order:
            practice.put(name, files[name])
            practice.night()
        practice.night("--report", practice.report, "--as-of", "2026-04-20")
        report = [p.read_bytes() for p in sorted(practice.report.iterdir())]
        seen.add(("\n".join(practice.dump()), *report))
    at_once = Practice(tmp_path)
    for name, data in files.items():
        at_once.put(name, data)
    at_once.night("--report", at_once.report, "--as-of", "2026-04-20")
    seen.add(("\n".join(at_once.dump()), *(p.read_bytes() for p in sorted(at_once.report.iterdir()))))
    assert len(seen) == 1


def test_many_claims_are_answered_in_chunks(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    practice.put("a.835", REMIT)
    practice.put("b.837", BATCH)
    practice.night()
    whole = practice.dump()
    monkeypatch.setattr(answers, "CHUNK", 1)
    monkeypatch.setattr(reread, "CHUNK", 1)
    second = Practice(practice.folder / "inbox")  # anywhere that is not there yet
    for path in practice.inbox.glob("*.8*"):
        second.put(path.name, path.read_bytes())
    done = second.night("--report", second.report, "--as-of", "2026-03-20")
    assert "3 categorised" in done.err
    assert second.dump() == whole
    assert len((second.report / "denial_lines-2026-03-20.jsonl").read_text("utf-8").splitlines()) == 3


def test_a_run_that_ends_before_it_categorised_is_completed(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.put("a.835", b.remit_file(*PAID, *b.payment("A1"), *b.payment("A2")))
    with monkeypatch.context() as patch:
        patch.setattr("curette.cli.nightly.answer", None)
        assert practice.night().code == 3
    assert practice.rows("SELECT count(*) FROM payments") == [(1,)]
    assert practice.rows("SELECT count(*) FROM categories") == [(0,)]
    assert "2 categorised" in practice.night().err


NOTHING_PAID = "BPR*H*0*C*NON************20260302"
BUNDLED = (
    "CLP*V1*1*100*0**12*PAYER1*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001",
    "SVC*HC:99213*100*0**1", "DTM*472*20260104", "CAS*CO*97*100",
)  # fmt: skip


def cause(practice: Practice, *others: tuple[str, ...]) -> str:
    """Why a visit was bundled, by what was sent beside it for the patient."""
    sent = [s.replace("99213:25", "99213") for s in b.claim("V1")]
    sent += [s.replace("99213:25", "11102") for other in others for s in other]
    practice.put("a.837", b.claim_file(*b.ABOVE, *sent))
    practice.put("b.835", numbered(b.remit_file(NOTHING_PAID, *b.PAYMENT[1:], *BUNDLED), 2))
    assert practice.night().code == 0
    ((found,),) = practice.rows("SELECT derm_category FROM denial_lines")
    return str(found)


@pytest.mark.parametrize(("others", "why"), [(99, "modifier_25"), (100, "global_period")])
def test_who_has_more_than_a_hundred_claims_in_a_batch_is_not_one_patient(
    practice: Practice, others: int, why: str
) -> None:
    assert cause(practice, *(b.claim(f"B{n}") for n in range(others))) == why


@pytest.mark.parametrize(("day", "why"), [("20260104", "modifier_25"), ("20260103", "global_period")])
def test_what_was_sent_for_the_patient_and_day_stands_beside_a_line(practice: Practice, day: str, why: str) -> None:
    assert cause(practice, tuple(s.replace("20260104", day) for s in b.claim("B1"))) == why


def test_a_fault_of_ours_in_one_claim_costs_neither_the_night_nor_the_claim(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Again.lines

    def wrong(self: Again, categorise: Categoriser) -> list[DenialLine]:
        if self.claim.control_number == "A2":
            raise ValueError("TEST0001")
        return right(self, categorise)

    practice.put("one.835", REMIT)
    monkeypatch.setattr(Again, "lines", wrong)
    done = practice.whole_night()
    assert done.code == 3
    assert "1 claim not categorised, a fault of curette: ValueError in test_answers.py" in done.err
    assert "TEST0001" not in done.err
    counted = "SELECT control, count(c.line) FROM remitted_claims LEFT JOIN categories AS c USING (payment, claim)"
    by_claim = f"{counted} GROUP BY control ORDER BY control"
    assert [count > 0 for _, count in practice.rows(by_claim)] == [True, False, True]
    monkeypatch.undo()
    assert practice.whole_night().code == 0
    assert all(count for _, count in practice.rows(by_claim))
