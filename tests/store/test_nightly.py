"""`curette nightly`: what goes in, what is refused, where files go, how it ends."""

import csv
import errno
import gzip
import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

import pytest

from curette.pipeline.files import items_in
from curette.x12.envelope import Item
from tests import builder as b
from tests.cli.run import run, spawn
from tests.running import zipped
from tests.store.night import AT, BATCH, CORRECTED, DENIED, OTHER_MONEY, PAID, REMIT, Practice, numbered

OFF = REMIT.replace(b"BPR*I*120*", b"BPR*I*121*")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def count(practice: Practice, table: str) -> int:
    return int(practice.rows(f"SELECT count(*) FROM {table}")[0][0])


def test_a_night_from_inbox_to_report(practice: Practice) -> None:
    practice.put("era.835", REMIT)
    practice.put("sub/batch.837", BATCH)
    done = practice.whole_night()
    line = "nightly: 2 files, 1 payment of 120.00, 1 batch, 6 claims, 6 lines, 0 known, 3 categorised\n"
    assert (done.code, done.out, done.err) == (0, "", line)
    assert [p.name for p in practice.inbox.rglob("*") if p.is_file()] == []
    assert (practice.archive / "era.835").read_bytes() == REMIT
    assert (practice.archive / "sub/batch.837").read_bytes() == BATCH
    told = (practice.report / "denial_lines-2026-03-20.jsonl").read_text("utf-8").splitlines()
    assert len(told) == 3
    assert "denied 90.00 of" in (practice.report / "denials-2026-03-20.txt").read_text("utf-8")
    row = practice.rows("SELECT control, outcome, carc, denied, linked, diagnoses FROM denial_lines WHERE denied > 0")
    assert row == [("A3", "denied", "50", 9000, True, ["L570"])]


def test_everything_is_private_whatever_the_umask(practice: Practice) -> None:
    practice.put("era.835", REMIT).chmod(0o644)
    practice.put("bad.835", b"not X12")
    mask = os.umask(0)
    try:
        practice.whole_night()
        run("export", "--store", practice.store, "--to", practice.folder / "parquet")
    finally:
        os.umask(mask)
    made = [p for p in practice.folder.rglob("*") if practice.inbox not in (p, *p.parents)]
    assert {p.name for p in made} >= {"era.835", "bad.835.reason.txt", "store.duckdb", "payments.parquet"}
    assert {mode(p) for p in made if p.is_file()} == {0o600}
    assert {mode(p) for p in made if p.is_dir()} == {0o700}


def test_a_second_night_adds_nothing(practice: Practice) -> None:
    practice.put("era.835", REMIT)
    practice.night()
    before = practice.dump()
    done = practice.night()
    assert (done.code, "1 known" in done.err) == (0, True)
    assert practice.dump() == before


@pytest.mark.parametrize(
    "again",
    [
        REMIT,
        REMIT.replace(b"\n", b"\r\n"),
        numbered(REMIT, 9),
        zipped(**{"a.835": REMIT}),
        b.remit_file(*PAID, *b.payment("A1"), *b.payment("A2"), *DENIED, delimiters=b.CONTROLS),
    ],
    ids=["renamed", "line breaks", "control numbers", "zipped", "delimiters"],
)
def test_the_same_payment_in_another_form_is_known(practice: Practice, again: bytes) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    before = practice.dump()
    practice.put("b.835", again)
    assert practice.night().code == 0
    assert practice.dump() == before


def test_two_files_in_one_and_twice_in_one_file(practice: Practice) -> None:
    practice.put("a.835", REMIT + numbered(REMIT, 2))
    assert (practice.night().code, count(practice, "payments")) == (0, 1)


@pytest.mark.parametrize("many", [1, 2, 200])
def test_transactions_that_are_looked_up_together_come_in_as_one_by_one(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr("curette.pipeline.nightly._MANY", many)
    practice.put("a.835", numbered(REMIT, 7) + b"garbage~" + numbered(BATCH, 3))
    practice.night()
    another = numbered(REMIT.replace(b"CHECK1", b"CHECK3"), 7)  # its numbers are used again: a conflict
    twice = numbered(REMIT.replace(b"CHECK1", b"CHECK4"), 8)
    third = numbered(CORRECTED.replace(b"N130", b"N386"), 9)
    practice.put("b.835", BATCH + another + REMIT + twice + OTHER_MONEY + twice + CORRECTED + third + b"garbage~")
    done = practice.night("--supersede", "CHECK1")
    assert (done.code, "4 payments" in done.err, "2 superseded" in done.err) == (3, True, True)
    kept = practice.rows("SELECT trace, amount, rarc FROM payments JOIN remarks USING (payment) ORDER BY ALL")
    assert kept == [("CHECK1", 11900, "N115"), ("CHECK1", 12000, "N386"), ("CHECK4", 12000, "N115")]
    told = practice.rows("SELECT action, count(*) FROM audit GROUP BY ALL ORDER BY ALL")
    assert told == [("accepted", 7), ("conflict", 1), ("known", 3), ("refused", 6), ("superseded", 2)]


def test_a_payment_that_does_not_balance_is_kept_and_told(practice: Practice) -> None:
    practice.put("a.835", OFF)
    done = practice.whole_night()
    assert (done.code, "BAL-T" in done.err, "1 not balanced" in done.err) == (1, True, True)
    assert practice.rows("SELECT amount, balanced FROM payments") == [(12100, False)]
    assert (practice.archive / "a.835").is_file()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"not X12 at all", "SYN-FILE"),
        (b"%PDF-1.7", "is a PDF"),
        (REMIT.replace(b"CLP*A1*1*100*", b"CLP*A1*1*1OO*"), "SYN-MONEY"),
        (REMIT.replace(b"SE*", b"SE*9"), "SYN-COUNT"),
        (BATCH.replace(b"CLM*A1*100*", b"CLM*A1*1x0*"), "SYN-MONEY"),
        (REMIT.replace(b"005010X221A1", b"004010X091A1"), "SYN-GS-OLD"),
    ],
)
def test_what_cannot_be_read_goes_to_quarantine_with_its_reason(practice: Practice, bad: bytes, reason: str) -> None:
    practice.put("bad.835", bad)
    practice.put("good.835", numbered(REMIT, 2))
    done = practice.whole_night()
    assert (done.code, count(practice, "payments")) == (3, 1)
    assert (practice.quarantine / "bad.835").read_bytes() == bad
    assert reason in (practice.quarantine / "bad.835.reason.txt").read_text("utf-8")
    assert practice.whole_night().code == 0


def test_of_a_damaged_file_what_is_whole_is_kept_and_comes_in_once(practice: Practice) -> None:
    other = numbered(REMIT.replace(b"CHECK1", b"CHECK2").replace(b"CLP*A", b"CLP*B"), 2)
    practice.put("a.835", REMIT + other.replace(b"SE*", b"SE*9"))
    assert practice.whole_night().code == 3
    assert practice.rows("SELECT trace FROM payments") == [("CHECK1",)]
    practice.put("a.835", REMIT + other)
    assert practice.whole_night().code == 0
    assert sorted(practice.rows("SELECT trace FROM payments")) == [("CHECK1",), ("CHECK2",)]


def test_a_bad_member_of_a_zip_is_named_with_what_was_taken(practice: Practice) -> None:
    other = numbered(REMIT.replace(b"CHECK1", b"CHECK2").replace(b"CLP*A", b"CLP*B"), 2)
    practice.put("x.zip", zipped(**{"one.835": REMIT, "two.835": other, "bad\n.txt": b"hello SAMPLE"}))
    done = practice.whole_night()
    told = (practice.quarantine / "x.zip.reason.txt").read_text("utf-8").splitlines()
    assert (done.code, count(practice, "payments")) == (3, 2)
    assert told == [
        r"error SYN-FILE: 'bad\n.txt', segment 0, byte 0: holds no X12 interchange",
        "the rest is in the store: 2 payments",
    ]
    assert all(f"x.zip: {line}\n" in done.err for line in told)
    practice.put("z.zip", zipped(**{"one.835": REMIT}))
    assert "in the store" not in practice.whole_night().err, "a file that is whole is not told of"


CLIMBS = zipped(**{"one.835": REMIT, "../two.835": OTHER_MONEY})


@pytest.mark.parametrize(
    ("name", "bad", "payments"),
    [
        ("a.gz", gzip.compress(REMIT) + b"junk", 0),
        ("a.gz", gzip.compress(REMIT)[:-8] + bytes(8), 0),
        ("a.zip", CLIMBS, 1),
    ],
    ids=["more behind it", "checksum", "a member that climbs out"],
)
def test_a_packed_file_that_is_beyond_use_does_not_wait_for_more(
    practice: Practice, name: str, bad: bytes, payments: int
) -> None:
    practice.put(name, bad)
    assert (practice.whole_night().code, count(practice, "payments")) == (3, payments)
    assert (practice.quarantine / f"{name}.reason.txt").is_file()
    assert practice.whole_night().code == 0


@pytest.mark.parametrize("cut", [gzip.compress(REMIT)[:-9], CLIMBS[:-20]], ids=["gz", "zip"])
def test_a_packed_file_that_is_cut_waits(practice: Practice, cut: bytes) -> None:
    path = practice.put("a.packed", cut)
    assert (practice.whole_night().code, path.exists()) == (3, True)


@pytest.mark.parametrize("name", ["\udcff\udcfe.835", "SAMPLE\nSAM\x1b[31m.835", f"{'x' * 250}.835"])
def test_no_name_of_a_file_stops_a_night(practice: Practice, name: str) -> None:
    practice.put(name, REMIT)
    practice.put(f"q{name[1:]}", b"not X12")
    practice.put("z.835", numbered(REMIT.replace(b"CHECK1", b"CHECK2"), 2))
    done = practice.whole_night()
    assert (done.code, count(practice, "payments")) == (3, 2)
    assert not list(practice.inbox.iterdir())
    assert len(list(practice.quarantine.iterdir())) == len(list(practice.archive.iterdir())) == 2
    assert "\x1b" not in done.err


def test_a_file_that_cannot_be_moved_is_in_the_store_and_the_night_goes_on(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.put("a.835", REMIT)
    practice.put("b.835", b"not X12")
    practice.put("z.835", numbered(REMIT.replace(b"CHECK1", b"CHECK2"), 2))

    def in_a_fixed_inbox(change: Callable[..., object]) -> Callable[..., object]:
        def changed(path: Path, *more: object, **options: object) -> object:
            if path.parent == practice.inbox:
                raise OSError(errno.EROFS, "Read-only file system")
            return change(path, *more, **options)

        return changed

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink"):
            patch.setattr(Path, name, in_a_fixed_inbox(getattr(Path, name)))
        done = practice.whole_night()
    assert (done.code, count(practice, "payments"), len(list(practice.report.iterdir()))) == (3, 2, 5)
    assert done.err.count("Read-only file system; it is left in the inbox") == 3
    assert not [*practice.archive.iterdir(), *practice.quarantine.iterdir()]
    assert practice.whole_night().code == 3  # for what is not X12
    assert (count(practice, "payments"), list(practice.inbox.iterdir())) == (2, [])


@pytest.mark.parametrize("size", [0, 200, 600, len(REMIT) - 4])
def test_a_file_that_is_still_copied_stays_until_it_is_whole(practice: Practice, size: int) -> None:
    path = practice.put("a.835", REMIT[:size])
    done = practice.whole_night()
    assert (done.code, path.exists(), "left in the inbox" in done.err) == (3, True, True)
    assert count(practice, "transactions") == 0
    path.write_bytes(REMIT)
    assert (practice.whole_night().code, count(practice, "payments"), path.exists()) == (0, 1, False)


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_night(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = practice.put("a.835", REMIT)

    def grows(name: str, stream: BufferedReader) -> Iterator[Item]:
        yield from items_in(name, stream)
        path.write_bytes(REMIT + numbered(REMIT.replace(b"CHECK1", b"CHECK2"), 2))

    with monkeypatch.context() as patch:
        patch.setattr("curette.pipeline.nightly.items_in", grows)
        done = practice.whole_night()
    assert (done.code, "was written to while it was read" in done.err, path.exists()) == (3, True, True)
    assert count(practice, "transactions") == count(practice, "audit") == 0
    assert practice.whole_night().code == 0
    assert count(practice, "payments") == 2


def test_the_night_of_the_readme(practice: Practice, samples: Path) -> None:
    for path in (samples / "resubmitted" / "denied.835", *(samples / "resubmitted").glob("*_original.837")):
        practice.put(path.name, path.read_bytes())
    told = practice.whole_night().err
    assert told.startswith("nightly: 3 files, 2 payments of 288.00, ")
    assert f"--report reports\n{told}```" in (samples.parent / "README.md").read_text("utf-8")


def test_names_of_sidecars_and_of_files_on_their_way_are_passed_over(practice: Practice) -> None:
    for name in (".a.835", "a.835.part", "b.filepart", "c.TMP", "notes.csv"):
        practice.put(name, REMIT)
    assert "nightly: 0 files" in practice.whole_night().err


def test_other_transactions_are_passed_over(practice: Practice) -> None:
    ack = b.write(b.interchange(("GS*FA*SENDER*RECEIVER*20260105*0930*1*X*005010X231A1",
        *b.transaction("AK1*HC*1*005010X222A1", "AK9*A*1*1*1", version="005010X231A1")[:0],
        "ST*999*0001*005010X231A1", "AK1*HC*1*005010X222A1", "AK9*A*1*1*1", "SE*4*0001", "GE*1*1")))  # fmt: skip
    practice.put("ack.999", ack)
    assert (practice.whole_night().code, (practice.archive / "ack.999").is_file()) == (0, True)
    assert count(practice, "transactions") == 0


@pytest.mark.parametrize("start", [b"ST~", b"ST**0001~", b"ST*XYZ*0001~", b"ST*999*0001~"])
@pytest.mark.parametrize("data", [BATCH, REMIT], ids=["claims", "payments"])
def test_a_damaged_st_makes_claims_and_payments_no_other_kind(practice: Practice, data: bytes, start: bytes) -> None:
    practice.put("a.edi", re.sub(rb"ST\*83[57]\*[^~]*~", start, data, count=1))
    done = practice.whole_night()
    assert (done.code, (practice.quarantine / "a.edi").is_file()) == (3, True)
    assert "SYN-ST-VALUE" in done.err


def test_a_file_of_that_name_in_the_archive_is_not_replaced(practice: Practice) -> None:
    practice.put("era.835", REMIT)
    practice.whole_night()
    practice.put("era.835", numbered(REMIT.replace(b"CHECK1", b"CHECK2"), 2))
    practice.whole_night()
    names = sorted(p.name for p in practice.archive.iterdir())
    assert len(names) == 2
    assert names[1].startswith("era.835.")
    assert (practice.archive / "era.835").read_bytes() == REMIT


def test_links_in_the_inbox_are_refused_and_left(practice: Practice) -> None:
    outside = practice.folder / "secret.835"
    outside.write_bytes(REMIT)
    link, folder = practice.inbox / "a.835", practice.inbox / "sub"
    link.symlink_to(outside)
    (practice.folder / "elsewhere").mkdir()
    (practice.folder / "elsewhere/b.835").write_bytes(REMIT)
    folder.symlink_to(practice.folder / "elsewhere")
    os.mkfifo(practice.inbox / "pipe.835")
    done = practice.whole_night()
    assert done.code == 3
    assert done.err.count("is a symbolic link; refused") == 2
    assert "pipe.835: error SYN-FILE: segment 0, byte 0: is not a file" in done.err
    assert (link.is_symlink(), folder.is_symlink(), count(practice, "transactions")) == (True, True, 0)


def test_archive_and_reports_may_lie_in_the_inbox(practice: Practice) -> None:
    practice.archive, practice.quarantine = practice.inbox / "done", practice.inbox / "bad"
    practice.report = practice.inbox / "report"
    practice.put("era.835", REMIT)
    practice.put("x.835", b"not X12")
    practice.whole_night()
    assert (
        practice.whole_night().err
        == "nightly: 0 files, 0 payments of 0.00, 0 batches, 0 claims, 0 lines, 0 known, 0 categorised\n"
    )


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--store", "s.duckdb"], "--inbox is missing"),
        (["--inbox", "nowhere", "--store", "s.duckdb"], "nowhere: there is no such folder"),
        (["--inbox", "in", "--store", "in/s.duckdb"], "the store may not lie in the inbox"),
        (["--inbox", "in", "--store", "s.duckdb", "--archive", "in"], "in: is the inbox itself"),
        (["--inbox", "in", "--store", "s.duckdb", "--report", "link"], "link: is a symbolic link"),
        (["--inbox", "in", "--store", "link"], "link: is a symbolic link"),
        (["--inbox", "in", "--store", "no/s.duckdb"], "no: there is no such folder"),
    ],
)
def test_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], reason: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("link").symlink_to("in")
    done = run("nightly", *arguments)
    assert (done.code, reason in done.err) == (2, True), done.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "link"]


def test_a_folder_that_cannot_be_read_costs_no_file(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """As lost+found, which every disk has at its root and only its keeper may read."""
    practice.put("a/a.835", REMIT)
    (practice.inbox / "lost+found").mkdir()
    practice.put("z/z.837", BATCH)
    scan = os.scandir

    def scandir(path: str | Path) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("lost+found"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    done = practice.night()
    assert (done.code, "internal fault" in done.err) == (3, False), done.err
    assert f"{practice.inbox / 'lost+found'}: " in done.err
    assert (count(practice, "payments"), count(practice, "billed_claims"), count(practice, "episodes")) == (1, 3, 3)


def test_a_file_that_fails_while_it_is_read_costs_no_other(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a share that goes away and comes back."""
    bad = practice.put("a.835", REMIT)
    practice.put("b.837", BATCH)
    digest = hashlib.file_digest

    def failing(stream: BufferedReader, name: str) -> object:
        if os.path.samestat(os.fstat(stream.fileno()), bad.stat()):
            raise OSError(errno.ESTALE, "Stale file handle")
        return digest(stream, name)

    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "file_digest", failing)
        done = practice.whole_night()
    assert (done.code, count(practice, "payments"), count(practice, "billed_claims")) == (3, 0, 3)
    assert f"{bad}: error SYN-FILE: segment 0, byte 0: Stale file handle\n" in done.err
    assert f"{bad}: left in the inbox; the next run reads it again\n" in done.err
    assert (practice.whole_night().code, bad.exists(), count(practice, "payments")) == (0, False, 1)


def test_a_report_is_not_written_through_a_link(practice: Practice) -> None:
    precious = practice.folder / "precious"
    precious.write_text("mine", "utf-8")
    practice.report.mkdir()
    (practice.report / "denials-2026-03-20.txt").symlink_to(precious)
    practice.put("a.835", REMIT)
    done = practice.whole_night()
    assert (done.code, "is a symbolic link" in done.err) == (2, True)
    assert precious.read_text("utf-8") == "mine"
    assert count(practice, "categories") == 3


def test_a_run_that_finds_the_store_held_does_nothing(practice: Practice) -> None:
    from curette.store.duckdb import opened

    practice.put("a.835", REMIT)
    with opened(practice.store, AT):
        done = spawn("nightly", "--inbox", practice.inbox, "--store", practice.store, "--archive", practice.archive)
    assert (done.code, done.out) == (75, "")
    assert done.err == f"curette: {practice.store}: another run holds the store; nothing was done\n"
    assert (practice.inbox / "a.835").exists()


def test_the_report_heeds_payers_fees_and_working_days(practice: Practice) -> None:
    practice.put("era.835", REMIT.replace(b"20260302", b"20260306"))  # a Friday
    profiles, fees = practice.folder / "payers", practice.folder / "fees.csv"
    profiles.mkdir()
    (profiles / "own.xml").write_text(
        '<payers><profile id="plan" name="Plan" source="practice"><match payer-id="1990099001" source="practice"/>'
        '<appeals days="60" source="practice"/></profile></payers>'
    )
    fees.write_text("payer,procedure,amount\n,99213,75.00\n")
    worklist, trends = practice.report / "worklist-2026-03-20.csv", practice.report / "trends-2026-03-20.html"
    assert practice.whole_night().code == 0
    assert [(row["due"], row["appeal_by"]) for row in table(worklist)] == [("2026-03-08", "")]
    assert "needs a fee schedule" in trends.read_text("utf-8")
    done = practice.whole_night("--payers", profiles, "--fees", fees, "--working-days")
    assert done.code == 0, done.err
    assert [(row["due"], row["appeal_by"]) for row in table(worklist)] == [("2026-03-10", "2026-05-05")]
    assert "needs a fee schedule" not in trends.read_text("utf-8")
    lines = (practice.report / "denial_lines-2026-03-20.jsonl").read_text("utf-8").splitlines()
    assert [row["due"] for row in map(json.loads, lines) if row["claim"] == "A3"] == ["2026-03-10"]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
