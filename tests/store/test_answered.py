"""Claims answered once: what the database makes of them is what curette.denials.episodes makes of them."""

import shutil
from pathlib import Path

import pytest

import nights_month
from curette.store import episodes, schema
from curette.store.duckdb import opened
from curette.store.intake import dump
from tests import builder as b
from tests.store.night import AT, BATCH, REMIT, Practice, numbered

SECONDARY = ("CLP*A4*2*90*20*10*MC*PAYER4*11*1", "SVC*HC:11102*90*20**1", "DTM*472*20260105", "CAS*OA*23*70")
WHOLE = ("CLP*A5*4*90*0**12*PAYER5*11*1", "CAS*CO*31*90", "DTM*232*20260104")
NAMELESS = ("CLP*0*1*90*90**12**11*1", "SVC*HC:11102*90*90**1")
LATER = ("CLP*A6*1*90*0**12*PAYER6*11*1", "SVC*HC:11102*90*0**1", "CAS*CO*133*90")
TABLES = "episodes", "episode_lines", "episode_answers"
ODD = b.remit_file("BPR*I*110*C*CHK************20260303", *b.PAYMENT[1:], *SECONDARY, *WHOLE, *NAMELESS, *LATER)


def row_by_row(store: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """The store as it is, and with all episodes made anew without the short way."""
    with opened(store, AT) as kept:
        before = dump(kept, TABLES)
        for table in TABLES:
            kept.run(f"DELETE FROM {table}")
        monkeypatch.setattr(episodes, "answered_once", lambda store, categorise: None)
        episodes.refresh(kept)
        return before, dump(kept, TABLES)


def test_they_are_those_of_the_denials(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    practice.put("a.835", REMIT)
    practice.put("b.835", numbered(ODD, 2))
    practice.put("c.837", BATCH)
    assert practice.night().code == 0
    told, again = row_by_row(practice.store, monkeypatch)
    assert told == again
    assert practice.rows("SELECT control, status, scope, now_outcome FROM episodes ORDER BY control") == [
        ("0", "final", "primary", "paid"),
        ("A1", "final", "primary", "paid"),
        ("A2", "final", "primary", "paid"),
        ("A3", "final", "primary", "denied"),
        ("A4", "final", "secondary", "paid"),
        ("A5", "final", "primary", "denied"),
        ("A6", "pending", "primary", None),
    ]


def test_a_store_of_version_3_has_its_episodes_made_anew(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    practice.put("b.835", numbered(ODD, 2))
    assert practice.night().code == 0
    with opened(practice.store, AT) as kept:
        before = dump(kept, TABLES)
        kept.run(schema.scripts()[3])
        assert episodes.stale(kept) > 0
        episodes.refresh(kept)
        assert dump(kept, TABLES) == before


def test_an_answer_that_came_again_in_another_payment_is_counted_once(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    assert practice.night().code == 0
    other = ("BPR*I*140*C*CHK************20260302", *b.PAYMENT[1:])  # the same trace, of another amount
    practice.put("b.835", numbered(b.remit_file(*other, *b.payment("A1"), *SECONDARY), 2))
    practice.night()
    assert practice.rows("SELECT count(*) FROM payments") == [(2,)]
    with opened(practice.store, AT) as kept:
        assert episodes.stale(kept) == 0
    assert practice.rows("SELECT count(*) FROM episodes WHERE control = 'A1'") == [(1,)]
    assert practice.rows("SELECT count(*) FROM episode_answers JOIN episodes USING (episode) WHERE control = 'A1'") == [
        (2,)
    ]


def test_no_other_claim_is_made_row_by_row(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a claim that was answered once")

    monkeypatch.setattr(episodes, "_write", refuse)
    practice.put("a.835", b.remit_file("BPR*I*20*C*CHK************20260303", *b.PAYMENT[1:], *SECONDARY, *WHOLE))
    assert practice.night().code == 0
    assert practice.rows("SELECT control FROM episodes ORDER BY 1") == [("A4",), ("A5",)]


@pytest.mark.slow
def test_a_month_of_nights(practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nights_month.write(tmp_path / "nights", 3)
    for path in (tmp_path / "nights").glob("*/*"):
        shutil.copy(path, practice.inbox / f"{path.parent.name}-{path.name}")
    practice.night()
    told, again = row_by_row(practice.store, monkeypatch)
    assert told == again
