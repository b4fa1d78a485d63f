"""Rows on their way into the store: every text comes out as it went in."""

from datetime import date
from pathlib import Path

import pytest

from curette.store.duckdb import opened
from curette.store.staging import staging
from tests.store.night import AT

TEXTS = [
    "plain", 'a "quoted" word', '"', "a,b;c|d", "back\\slash\\n", "'", " blanks at both ends ", "NULL", "\\N", "#1",
    "ÄÖ ñ 日本", "\x1ekept\x1c", "x" * 100_000, "2026-01-02", "",
]  # fmt: skip


def stored(folder: Path, texts: list[str]) -> list[tuple[object, ...]]:
    with opened(folder / "store.duckdb", AT) as store:
        with staging(store) as staged, store.transaction():
            for number, text in enumerate(texts, 1):
                staged.add("provider_adjustments", (7, number, text, date(2026, 12, 31), "WO", None, -5))
            staged.keep()
            staged.load()
        return store.rows("SELECT * FROM provider_adjustments ORDER BY position")


def test_texts_come_out_as_they_went_in(tmp_path: Path) -> None:
    assert stored(tmp_path, TEXTS) == [
        (7, number, text or None, date(2026, 12, 31), "WO", None, -5) for number, text in enumerate(TEXTS, 1)
    ]


@pytest.mark.parametrize(("text", "kept"), [("a\x01b", "a?b"), ("a\nb", "a b"), ("\x01\n", "? ")])
def test_what_parts_rows_never_tears_one(tmp_path: Path, text: str, kept: str) -> None:
    found = stored(tmp_path, ["before", text, "after"])
    assert [row[2] for row in found] == ["before", kept, "after"]


def test_many_rows_are_written_in_pieces_and_discarded_ones_are_gone(tmp_path: Path) -> None:
    with opened(tmp_path / "store.duckdb", AT) as store:
        with staging(store) as staged, store.transaction():
            for kept in (True, False, True):
                for number in range(9001):
                    staged.add("remarks", (1, number, 0, 1, "N115" if kept else "N0"))
                if kept:
                    staged.keep()
                else:
                    staged.discard()
            staged.load()
        counted = store.rows("SELECT rarc, count(*) FROM remarks GROUP BY ALL")
    assert counted == [("N115", 18002)]
    assert [p.name for p in tmp_path.iterdir()] == ["store.duckdb"]
