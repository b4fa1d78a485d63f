"""A run as a whole: what it tells, who may read it, what a crash leaves, and that it can be repeated."""

import errno
import gzip
import hashlib
import json
import multiprocessing
import os
import re
import stat
from pathlib import Path

import pytest
from attrs import evolve

from curette.cli import main
from curette.errors import ConfigError
from curette.release.files import Busy, Folder
from curette.release.run import Release, ReleaseOptions
from tests import builder as b
from tests.cli import run as command
from tests.conftest import ROOT
from tests.release import running
from tests.release.test_split import TWO
from tests.running import put_in, zipped

FAULTY = ROOT / "edi_samples/faulty/clinic_day_faulty.837"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    put = put_in(tmp_path)
    cut = b.GOOD_CLAIMS.replace(b"*000000001", b"*000000002")[:-150]
    return [put("two.837", TWO), put("cut.837", cut), FAULTY, put("no.txt", b"nothing of the sort")]


def test_the_manifest_adds_up_and_names_every_file_with_its_hash(tmp_path: Path, files: list[Path]) -> None:
    done = running.release(tmp_path / "out", *files)
    told = done.manifest
    written = {"manifest.json"}
    for entry in told["inputs"]:
        for output in (*entry["outputs"], *entry["refused"]):
            data = (done.folder / output["file"]).read_bytes()
            assert (hashlib.sha256(data).hexdigest(), len(data)) == (output["sha256"], output["bytes"])
            written.add(output["file"])
        if entry["folder"]:
            assert entry["sha256"] == hashlib.sha256(Path(entry["file"]).read_bytes()).hexdigest()
    reasons = {name for name in running.tree(done.folder) if name.endswith(".txt")}
    assert set(running.tree(done.folder)) == written | reasons
    totals = told["totals"]
    (cut,) = told["inputs"][1]["refused"]
    assert (cut["claims"], cut["charge"]) == (1, "100.00")  # which a check does not count, since nothing of it is used
    assert (
        totals["in"]["claims"]
        == sum(r.claims for r in done.results) + cut["claims"]
        == sum(totals[part]["claims"] for part in ("clean", "held", "rejected"))
    )
    assert totals["clean"]["claims"] == sum(r.claims - r.held for r in done.results)
    whole = [round(100 * float(totals[part]["charge"])) for part in ("in", "clean", "held", "rejected")]
    assert whole[0] == sum(whole[1:]) > 0
    assert told["inputs"][3]["unreadable"] == "holds no X12 interchange"
    assert told["as_of"] == "2026-03-10"


@pytest.mark.parametrize(
    ("old", "new", "charge"),
    [
        (b"CLM*A2*250*", b"CLM*A2*2 50*", 100),
        (b"SV1*HC:99213:25*250*", b"SV1*HC:99213:25*2 50*", 350),  # the claim's own amount can be read
        (b"CLM*A2*", b"LX*2~CLM*A2*", 350),
        (b"HL*2*1*22*0~", b"", 350),  # nobody knows whose they are
        (b"HL*2*1*22*0~", b"HL*2*1*99*0~", 350),
        (b"ST*837*", b"ST**", 350),  # GS08 still tells what it is
        (b"ST*837*0001*005010X222A1~", b"ST~", 350),
    ],
)
def test_check_and_manifest_count_what_cannot_be_read_alike(
    tmp_path: Path, old: bytes, new: bytes, charge: int
) -> None:
    data = b.write([s for s in b.GOOD_CLAIMS.decode().replace("\n", "").split("~") if s], end="")
    assert old in data
    file = tmp_path / "a.837"
    file.write_bytes(data.replace(old, new, 1))
    done = running.release(tmp_path / "out", file)
    totals = done.manifest["totals"]
    assert (sum(r.claims for r in done.results), sum(r.charge for r in done.results)) == (2, charge * 100)
    assert (totals["in"]["claims"], totals["in"]["charge"]) == (2, f"{charge}.00")
    out = [totals[part] for part in ("held", "rejected")]
    assert sum(r.held for r in done.results) == sum(part["claims"] for part in out) > 0
    assert sum(r.held_charge for r in done.results) == sum(round(100 * float(part["charge"])) for part in out)


def test_where_there_is_no_room_the_release_is_named_and_nothing_half_is_left(
    tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = command.run("check", *files, "--release", tmp_path / "out", "-q")
    assert (done.code, done.err) == (3, f"curette: {tmp_path / 'out'}: No space left on device\n")
    assert not [*(tmp_path / "out").rglob(".*")]
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_a_file_whose_name_is_no_text_is_released_too(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"\xff\xc3\xb1.837")
    file.write_bytes(b.GOOD_CLAIMS)
    done = running.release(tmp_path / "out", file)
    assert done.manifest["inputs"][0]["file"] == str(tmp_path / "\ufffd\u00f1.837")
    assert len(done.read("clean.837")) > 0


def test_the_same_bytes_again_and_with_more_processes(tmp_path: Path, files: list[Path]) -> None:
    once = running.tree(running.release(tmp_path / "out", *files).folder)
    assert running.tree(running.release(tmp_path / "out", *files).folder) == once
    assert running.tree(running.release(tmp_path / "other", *files, jobs=2).folder) == once


def test_nobody_else_may_read_what_is_written(tmp_path: Path, files: list[Path]) -> None:
    before = os.umask(0)
    try:
        done = running.release(tmp_path / "out", *files)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in done.folder.rglob("*") if p.is_file()}
    folders = {stat.S_IMODE(p.stat().st_mode) for p in (done.folder, *done.folder.rglob("*")) if p.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


def test_no_name_of_a_patient_in_names_reasons_or_the_manifest(tmp_path: Path) -> None:
    data = TWO.replace(b"SAMPLE*SAM", b"PHIMARKER*PHIMARKER").replace(b"TEST0001", b"PHIMARKER1") + b"PHIMARKER"
    done = running.release(tmp_path / "out", put_in(tmp_path)("batch.837", data), options=running.FULL)
    told = [data for name, data in running.tree(done.folder).items() if name.endswith((".json", ".txt", "999.edi"))]
    assert b"PHIMARKER" not in b"".join(told)
    assert not any("PHIMARKER" in name for name in running.tree(done.folder))


def test_what_an_earlier_run_wrote_and_this_one_does_not_is_gone(tmp_path: Path) -> None:
    file = put_in(tmp_path)("two.837", TWO)
    running.release(tmp_path / "out", file)
    assert any(name.endswith("held.837") for name in running.tree(tmp_path / "out"))
    done = running.release(tmp_path / "out", file, options=evolve(running.PLAIN, ignore=("BAL",)))
    assert done.read("clean.837") == TWO
    assert done.read("held.837") == b""


def test_a_claim_that_stands_twice_is_released_once(tmp_path: Path) -> None:
    put = put_in(tmp_path)
    again = b.claim_file(*b.ABOVE, *b.claim("A2", "250"), *b.claim("A3"))
    files = put("one.837", b.GOOD_CLAIMS), put("two.837", again)
    done = running.release(tmp_path / "out", *files, options=running.FULL)
    assert [f.claim for f in done.findings if f.rule.id == "SYN-CLAIM-COPY"] == ["A2"]
    first, second = done.manifest["inputs"]
    assert (first["held"]["claims"], second["held"]["claims"], second["duplicates"]) == (0, 1, 1)
    assert second["held"]["charge"] == "250.00"
    assert sum(r.held for r in done.results) == 1
    assert sum(r.held_charge for r in done.results) == 25000
    assert b"STC*A8:78*20260310*U*250" in (done.folder / second["folder"] / "277ca.edi").read_bytes()


@pytest.mark.parametrize(("old", "new"), [(b"NM1*40*2*", b"NM1*40*9*"), (b"HL*2*1*22*0", b"HL*3*1*22*0")])
def test_a_claim_that_is_held_for_what_stands_around_it_keeps_no_copy_back(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    put, good = put_in(tmp_path), b.claim_file(*b.ABOVE, *b.claim("A1"))
    files = (
        put("1.837", good.replace(old, new)),
        put("2.837", good),
        put("3.837", good),
        put("4.837", good.replace(old, new)),
    )
    done = running.release(tmp_path / "out", *files, options=running.FULL)
    assert [e["clean"]["claims"] for e in done.manifest["inputs"]] == [0, 1, 0, 0]
    assert [e["duplicates"] for e in done.manifest["inputs"]] == [0, 0, 1, 1]
    assert sum(r.claims - r.held for r in done.results) == 1


def test_a_claim_of_another_patient_or_a_corrected_one_is_no_copy(tmp_path: Path) -> None:
    put = put_in(tmp_path)
    other = b.GOOD_CLAIMS.replace(b"TEST0001", b"TEST0002")
    corrected = b.GOOD_CLAIMS.replace(b"11:B:1", b"11:B:7").replace(b"HI*", b"REF*F8*ICN1~\nHI*")
    corrected = corrected.replace(b"SE*28", b"SE*30")
    done = running.release(tmp_path / "out", put("1.837", b.GOOD_CLAIMS), put("2.837", other), put("3.837", corrected))
    assert done.manifest["totals"]["clean"]["claims"] == 6


def test_the_same_file_under_two_names_has_two_folders(tmp_path: Path) -> None:
    put = put_in(tmp_path)
    files = put("1.837", b.GOOD_CLAIMS), put("2.837", b.GOOD_CLAIMS)
    done = running.release(tmp_path / "out", *files, options=running.FULL)
    first, second = (entry["folder"] for entry in done.manifest["inputs"])
    assert second == f"{first}-2"
    assert done.manifest["totals"]["held"]["claims"] == 2


def test_archives_give_one_folder_a_member(tmp_path: Path) -> None:
    put = put_in(tmp_path)
    other = b.GOOD_CLAIMS.replace(b"CLM*A", b"CLM*B")
    done = running.release(
        tmp_path / "out", put("a.zip", zipped(one=TWO, two=other)), put("b.gz", gzip.compress(b.GOOD_CLAIMS))
    )
    assert [e["file"].rpartition("/")[2] for e in done.manifest["inputs"]] == ["a.zip!one", "a.zip!two", "b.gz"]
    assert done.manifest["inputs"][2]["sha256"] == hashlib.sha256(b.GOOD_CLAIMS).hexdigest()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"CLM*A2*", b"SE*23*0001~\nCLM*A2*"),  # the transaction ends too early
        (b"ST*837*", b"CLM*A0*50***11:B:1*Y*A*Y*Y~\nST*837*"),
        (b"GS*HC*", b"CLM*A0*50***11:B:1*Y*A*Y*Y~\nGS*HC*"),
        (b"IEA*1*", b"CLM*A0*50***11:B:1*Y*A*Y*Y~\nIEA*1*"),
    ],
)
def test_claims_between_transactions_count_once_as_rejected(tmp_path: Path, before: bytes, after: bytes) -> None:
    sets = [b.transaction(*b.ABOVE, *b.claim(f"A{n}"), *b.claim(f"A{n + 1}"), control=f"000{n}") for n in (1, 3)]
    data = b.write(b.interchange(b.group(*sets)))
    assert before in data
    done = running.release(tmp_path / "out", put_in(tmp_path)("a.837", data.replace(before, after, 1)))
    [entry] = done.manifest["inputs"]
    more = b"A0" in after
    assert (entry["claims"], entry["charge"]) == (4 + more, f"{400 + 50 * more}.00")
    assert entry["rejected"] == {"claims": 4 + more, "charge": f"{400 + 50 * more}.00"}
    assert sum(refusal["claims"] for refusal in entry["refused"]) == 4 + more


# -- where it may write


def test_links_are_not_followed(tmp_path: Path) -> None:
    file, outside = put_in(tmp_path)("two.837", TWO), tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "link").symlink_to(outside)
    with pytest.raises(ConfigError, match="is a link"):
        running.release(tmp_path / "link", file)
    name = hashlib.sha256(TWO).hexdigest()[:16]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).symlink_to(outside)
    with pytest.raises(ConfigError, match="is a link"):
        running.release(tmp_path / "out", file)
    (tmp_path / "out" / name).unlink()
    (tmp_path / "out" / name).mkdir()
    (tmp_path / "out" / name / "clean.837").symlink_to(outside / "target")
    with pytest.raises(ConfigError, match="is a link"):
        running.release(tmp_path / "out", file)
    assert list(outside.iterdir()) == []


def test_a_second_run_in_the_same_folder_does_nothing(tmp_path: Path) -> None:
    file, folder = put_in(tmp_path)("two.837", TWO), Folder(tmp_path / "out")
    try:
        with pytest.raises(Busy):
            running.release(tmp_path / "out", file)
        assert Busy.exit_code == 75
    finally:
        folder.close()
    running.release(tmp_path / "out", file)


def test_a_folder_that_is_read_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is read"):
        Release(ReleaseOptions(tmp_path / "in" / "out", running.DAY), [put_in(tmp_path)("in/two.837", TWO).parent])
    assert [p.name for p in (tmp_path / "in").iterdir()] == ["two.837"]


# -- control numbers


def numbers(data: bytes) -> list[str]:
    return [s for s in data.decode().replace("\n", "").split("~") if s[:3] in ("GS*", "ST*", "SE*", "GE*", "IEA")]


def test_new_control_numbers_come_from_a_counter(tmp_path: Path) -> None:
    file, counter = put_in(tmp_path)("two.837", TWO), tmp_path / "numbers.json"
    counter.write_text('{"last": 41, "given": {}}')
    done = running.release(tmp_path / "out", file, counter=counter)
    assert numbers(done.read("clean.837")) == [
        "GS*HC*SENDER*RECEIVER*20260105*0930*1*X*005010X222A1", "ST*837*0001*005010X222A1", "SE*23*0001", "GE*1*1",
        "IEA*1*000000042",
    ]  # fmt: skip
    assert b"*00501*000000042*" in done.read("clean.837")
    found = [running.tree(done.folder)[f"{done.first.name}/{name}"] for name in ("held.837", "999.edi", "277ca.edi")]
    assert sorted(n for data in found for n in numbers(data) if n.startswith("IEA")) == [
        f"IEA*1*00000004{n}" for n in (3, 4, 5)
    ]
    assert json.loads(counter.read_text())["last"] == 45
    assert stat.S_IMODE(counter.stat().st_mode) == 0o600
    before = running.tree(done.folder)
    assert running.tree(running.release(tmp_path / "out", file, counter=counter).folder) == before
    assert [f.rule.id for r in running.checked(done.first / "clean.837") for f in r.findings] == []
    running.release(tmp_path / "out", FAULTY, counter=counter)
    assert json.loads(counter.read_text())["last"] == 49


def test_two_runs_do_not_count_at_once(tmp_path: Path) -> None:
    """In folders of their own they would give the same numbers to different files."""
    counter = tmp_path / "numbers.json"
    first = Release(ReleaseOptions(tmp_path / "one", running.DAY, counter=counter))
    with pytest.raises(Busy, match=re.escape(f"{counter}: another run writes here")):
        Release(ReleaseOptions(tmp_path / "two", running.DAY, counter=counter))
    assert not (tmp_path / "two").exists()
    other = Release(ReleaseOptions(tmp_path / "two", running.DAY, counter=tmp_path / "others.json"))
    with pytest.raises(Busy):  # the folder is held; the counter is not from then on
        Release(ReleaseOptions(tmp_path / "two", running.DAY, counter=tmp_path / "third.json"))
    other.close()
    first.close()
    for folder, counted in (("two", counter), ("one", tmp_path / "third.json")):
        running.release(tmp_path / folder, FAULTY, counter=counted)
        assert json.loads(counted.read_text())["last"] == 4


def test_a_counter_is_made_with_its_folder(tmp_path: Path) -> None:
    running.release(tmp_path / "out", FAULTY, counter=tmp_path / "new" / "numbers.json")
    assert json.loads((tmp_path / "new" / "numbers.json").read_text())["last"] == 4
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"numbers\.json"):
        running.release(tmp_path / "out", FAULTY, counter=tmp_path / "file" / "numbers.json")


BELOW, ABOVE = '{"last": 1, "given": {"a": -1}}', '{"last": 1000000000, "given": {}}'


@pytest.mark.parametrize("text", ["", "[]", '{"last": "x"}', '{"last": 1}', BELOW, ABOVE])
def test_a_counter_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "numbers.json").write_text(text)
    with pytest.raises(ConfigError, match="no counter file"):
        running.release(tmp_path / "out", FAULTY, counter=tmp_path / "numbers.json")


# -- a run that is cut off

ARGUMENTS = ["check", "--no-conformance", "--snip", "1-3", "--as-of", "2026-03-10", "--quiet"]


@pytest.mark.slow
def test_a_run_killed_at_any_of_100_moments_leaves_only_whole_files(tmp_path: Path) -> None:
    put, processes = put_in(tmp_path), multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["curette.pipeline", "tests.release.running"])
    claims = [[s for c in range(40) for s in b.claim(f"F{n}C{c}")] for n in range(10)]
    files = [*(put(f"{n}.837", b.claim_file(*b.ABOVE, *some)) for n, some in enumerate(claims)), FAULTY]

    def run_until(step: int, folder: str) -> int:
        steps = processes.RawValue("i", 0)
        process = processes.Process(target=running.release_until, args=(step, steps, tmp_path / folder, *files))
        process.start()
        process.join()
        return int(steps.value)

    run_until(0, "first")  # what is loaded and made once is not there to be counted again
    last = run_until(0, "whole")
    whole, seen = running.tree(tmp_path / "whole"), 0
    assert "manifest.json" in whole
    for moment in range(100):
        folder = tmp_path / f"killed{moment // 10}"  # a run finds what those before it left
        run_until(1 + last * moment // 100, folder.name)
        left = running.tree(folder) if folder.exists() else {}
        named = {name: data for name, data in left.items() if ".curette-" not in name}
        assert all(whole[name] == data for name, data in named.items()), moment
        seen += 0 < len(named) < len(whole)
    assert seen > 10  # some were met in the middle
    for number in range(10):
        run_until(0, f"killed{number}")
        assert running.tree(tmp_path / f"killed{number}") == whole


# -- the command


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([*ARGUMENTS, *map(str, arguments)])
    return int(ended.value.code or 0)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = put_in(tmp_path)("two.837", TWO)
    assert run("--release", tmp_path / "out", file) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[-2:] == [
        f"released to {tmp_path / 'out'}, as its manifest.json tells:",
        f"  {hashlib.sha256(TWO).hexdigest()[:16]}: clean 1 claim 100.00, held 1 claim 251.00",
    ]
    assert (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.parametrize("options", [["--max-claims", "5"], ["--counter", "x"]])
def test_options_that_go_with_a_release(tmp_path: Path, options: list[str]) -> None:
    assert run(*options, put_in(tmp_path)("two.837", TWO)) == 2


def test_a_release_through_a_link_is_a_matter_of_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert run("--release", tmp_path / "link", put_in(tmp_path)("two.837", TWO)) == 2
    assert "is a link" in capsys.readouterr().err
