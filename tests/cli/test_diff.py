"""curette diff: what it prints where, and its exit codes. Golden output of the pairs in edi_samples/resubmitted.

CURETTE_GOLDEN=write renews the golden files; read their diff before you keep them.
"""

import gzip
import io
import json
import os
import stat
import sys
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from curette.cli import main
from tests.builder import ABOVE, PAYMENT, claim, claim_file, payment, remit_file
from tests.conftest import ROOT

FOLDER = "edi_samples/resubmitted"
EXCISION = (f"{FOLDER}/excision_original.837", f"{FOLDER}/excision_corrected.837")
BIOLOGIC = (f"{FOLDER}/biologic_original.837", f"{FOLDER}/biologic_corrected.837")
REMITS = ("--remits", f"{FOLDER}/denied.835")
GOLDEN = Path(__file__).with_name("golden")
GOLDENS = {
    "diff_excision.txt": (*EXCISION, *REMITS),
    "diff_excision.jsonl": (*EXCISION, *REMITS, "--format", "jsonl"),
    "diff_excision_without_remits.txt": EXCISION,
    "diff_biologic.txt": (*BIOLOGIC, *REMITS),
    "diff_biologic.jsonl": (*BIOLOGIC, *REMITS, "--format", "jsonl"),
    "diff_biologic_stat.txt": (*BIOLOGIC, *REMITS, "--stat"),
}
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["diff", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def files(folder: Path, *contents: bytes) -> list[str]:
    """The paths of files with these contents."""
    paths = [folder / f"{number}.837" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return list(map(str, paths))


ONE = claim_file(*ABOVE, *claim("A1"))
DEARER = claim_file(*ABOVE, *claim("A1", "120"))


@pytest.mark.parametrize("name", GOLDENS)
def test_golden(name: str, capsys: Captured) -> None:
    assert run(*GOLDENS[name]) == 1
    shown = capsys.readouterr()
    assert shown.err == ""
    if os.environ.get("CURETTE_GOLDEN") == "write":
        (GOLDEN / name).write_text(shown.out, "utf-8")
    assert shown.out == (GOLDEN / name).read_text("utf-8")


def test_no_change_is_zero(capsys: Captured) -> None:
    for name in ("clean/clinic_day.837", "odd/everything.837", "odd/two_interchanges_two_delimiters.837"):
        assert run(f"edi_samples/{name}", f"edi_samples/{name}") == 0
        assert capsys.readouterr().out.endswith("\nno changes\n")


def test_the_same_clinic_in_another_envelope_is_no_change(tmp_path: Path, capsys: Captured) -> None:
    old = (ROOT / "edi_samples/clean/clinic_day.837").read_bytes()
    new = old.translate(bytes.maketrans(b"*:~^", b"|>'!")).replace(b"'\n", b"'\r\n")
    new = new.replace(b"260312|0930", b"260401|1200")
    assert run(*files(tmp_path, old, new)) == 0
    assert capsys.readouterr().out.endswith("17 claims matched, 0 changed; 0 added, 0 removed\nno changes\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-", "-"),
        (EXCISION[0],),
        (*EXCISION, EXCISION[0]),
        (*EXCISION, "--store", "store.duckdb"),
        (EXCISION[0], "--store", "no.duckdb"),
        ("-", "--store", "store.duckdb"),
        (EXCISION[0], "--store", "store.duckdb", *REMITS),
        (*EXCISION, "--format", "csv"),
        (*EXCISION, "--stat", "--format", "jsonl"),
        ("-", EXCISION[0], "--remits", "-"),
        (*EXCISION, "--output", "no/such/folder/x"),
    ],
)
def test_wrong_usage_is_two(arguments: tuple[str, ...], capsys: Captured) -> None:
    assert run(*arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err


def test_unreadable_is_three_and_the_rest_is_done(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "old").mkdir()
    files(tmp_path / "old", ONE, b"%PDF-1.7")
    (new,) = files(tmp_path, DEARER)
    assert run(str(tmp_path / "old"), new) == 3
    shown = capsys.readouterr()
    assert "claim A1  100.00 -> 120.00 (+20.00)" in shown.out
    assert shown.err == f"curette: {tmp_path}/old/1.837: is a PDF\n"


@pytest.mark.parametrize("name", ["nowhere.837", "README.md", "edi_samples/faulty/truncated.837", REMITS[1]])
def test_a_side_that_cannot_be_read_proves_nothing(name: str, capsys: Captured) -> None:
    assert run(EXCISION[0], name) == 3
    shown = capsys.readouterr()
    assert "! claim EXC01: not compared, because the new file is damaged and may hold it" in shown.out
    assert "removed" not in shown.out.splitlines()[-2].replace("0 removed", "")
    assert f"curette: {name}: " in shown.err


def test_a_remittance_that_cannot_be_read_is_three(capsys: Captured) -> None:
    assert run(*EXCISION, "--remits", "nowhere.835") == 3
    shown = capsys.readouterr()
    assert "matched by claim number" in shown.out
    assert shown.err == "curette: nowhere.835: No such file or directory\n"


def test_a_damaged_transaction_is_told_and_its_claims_are_not_compared(tmp_path: Path, capsys: Captured) -> None:
    whole = claim_file(*ABOVE, *claim("A1"), *claim("A2"))
    bad = whole.replace(b"~\nSE*", b"~\nSE*9", 1)
    assert run(*files(tmp_path, whole, bad + ONE.replace(b"*A1*", b"*A3*"))) == 1
    shown = capsys.readouterr()
    assert "! claim A1: not compared, because it cannot be read in the new file" in shown.out
    assert "claim A3  100.00  added" in shown.out
    assert "SYN-COUNT" in shown.err
    assert run(*files(tmp_path, whole, bad + ONE), "--quiet") == 1
    assert capsys.readouterr().err == ""


def test_a_claim_that_cannot_be_read_is_named(tmp_path: Path, capsys: Captured) -> None:
    bad = ONE.replace(b"99213:25*100", b"99213:25*1O0")
    assert run(*files(tmp_path, claim_file(*ABOVE, *claim("A1"), *claim("A2")), bad), "--stat") == 1
    shown = capsys.readouterr()
    assert "! A1                                 not compared" in shown.out
    assert "- A2" in shown.out
    assert " claim A1 " in shown.err


def test_a_transaction_of_another_kind_is_told(tmp_path: Path, capsys: Captured) -> None:
    assert run(*files(tmp_path, ONE + remit_file(*PAYMENT, *payment("A1")), ONE)) == 0
    assert capsys.readouterr().err.endswith(f"{tmp_path}/0.837: transaction 0001 is 835, not 837P; left out\n")


def test_remits_tell_which_claim_is_replaced(tmp_path: Path, capsys: Captured) -> None:
    new = claim_file(*ABOVE, *claim("B1", "120", "REF*F8*PAYER1"))
    paths = files(tmp_path, ONE, new, remit_file(*PAYMENT, *payment("A1")))
    assert run(*paths[:2], "--remits", paths[2]) == 1
    assert "claim A1 -> B1  100.00 -> 120.00 (+20.00)  matched by payer claim number\n" in capsys.readouterr().out
    assert run(*paths[:2]) == 1
    assert "matched by patient, days and provider, likely" in capsys.readouterr().out.replace("\n ", "")


def test_a_remittance_that_may_not_be_used_tells_nothing(tmp_path: Path, capsys: Captured) -> None:
    new = claim_file(*ABOVE, *claim("B1", "120", "REF*F8*PAYER1"))
    bad = remit_file(*PAYMENT, *payment("A1"), *payment("A2")).replace(b"CAS*CO*45*40", b"CAS*CO*45*4O", 1)
    paths = files(tmp_path, ONE, new, bad)
    assert run(*paths[:2], "--remits", paths[2]) == 1
    shown = capsys.readouterr()
    assert "matched by patient, days and provider, likely" in shown.out.replace("\n ", "")
    assert "SYN-" in shown.err


def answer(day: str, status: str = "1", paid: str = "0") -> bytes:
    """What a payer says of A1 on a day: denied, or paid 60; a reversal takes back a denial."""
    head = tuple(s.replace("20260302", day).replace("*60*", f"*{paid}*") for s in PAYMENT)
    sign, adjusted = ("-", "CAS*CO*11*-100") if status == "22" else ("", "CAS*CO*11*100")
    svc = (
        ("SVC*HC:99213:25*100*60**1", "CAS*CO*45*40") if paid == "60" else (f"SVC*HC:99213:25*{sign}100*0**1", adjusted)
    )
    clp = f"CLP*A1*{status}*{sign}100*{paid}*0*12*PAYER1*11*1"
    return remit_file(*head, clp, payment("A1")[1], svc[0], "DTM*472*20260104", svc[1])


DENIED, PAID = answer("20260302"), answer("20260309", paid="60")
TAKEN_BACK = answer("20260305", status="22")


@pytest.mark.parametrize(
    ("remits", "denials"),
    [
        ((DENIED,), "1 denial: 0 answered, 0 partly, 1 not answered"),
        ((DENIED, PAID), ""),
        ((PAID, DENIED), ""),
        ((DENIED, TAKEN_BACK), ""),
        ((TAKEN_BACK, DENIED), ""),
        ((answer("20260316"), PAID), "1 denial: 0 answered, 0 partly, 1 not answered"),
    ],
)
def test_the_last_answer_of_a_line_counts(
    remits: tuple[bytes, ...], denials: str, tmp_path: Path, capsys: Captured
) -> None:
    new = claim_file(*ABOVE, *claim("A1", "120", "REF*F8*PAYER1"))
    old, again, *answers = files(tmp_path, ONE, new, *remits)
    assert run(old, again, *(part for each in answers for part in ("--remits", each))) == 1
    shown = capsys.readouterr()
    assert shown.err == ""
    told = [line for line in shown.out.splitlines() if line.startswith("1 denial:")]
    assert told == ([denials] if denials else [])


@pytest.mark.parametrize(
    ("code", "adjustments", "denials"),
    [
        ("11102", "CAS*CO*29*40", ["1 denial: 0 answered, 0 partly, 1 not answered", "1 error"]),
        ("11102", "CAS*CO*59*40", ["1 denial: 0 answered, 0 partly, 1 not answered"]),  # paid less by a rule
        ("11102:GY", "CAS*PR*96*40", []),  # billed to be denied
    ],
)
def test_what_asks_for_no_answer_is_no_error(
    code: str, adjustments: str, denials: list[str], tmp_path: Path, capsys: Captured
) -> None:
    old, new = (
        tuple(s.replace("99213:25", code) for s in claim("A1", "100", *more)) for more in ((), ("REF*F8*PAYER1",))
    )
    new = tuple(s.replace(":B:1*", ":B:7*").replace("D485", "D225") for s in new)
    told = [s.replace("99213:25", code).replace("CAS*CO*45*40", adjustments) for s in payment("A1")]
    paths = files(tmp_path, claim_file(*ABOVE, *old), claim_file(*ABOVE, *new), remit_file(*PAYMENT, *told))
    assert run(*paths[:2], "--remits", paths[2]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line[:1] == "1" and ("denial" in line or "error" in line)] == denials


@pytest.mark.parametrize(
    ("remits", "told"), [((DENIED,), True), ((DENIED, TAKEN_BACK), False), ((DENIED, TAKEN_BACK, PAID), True)]
)
def test_a_new_claim_after_a_void_is_new(
    remits: tuple[bytes, ...], told: bool, tmp_path: Path, capsys: Captured
) -> None:
    old, again, *answers = files(tmp_path, ONE, DEARER, *remits)
    assert run(old, again, *(part for each in answers for part in ("--remits", each))) == 1
    assert ("DIFF-AS-NEW" in capsys.readouterr().out) is told


@pytest.mark.parametrize(
    ("remarks", "answered"),
    [(("M76",), True), (("M76", "N290"), False), (("M76", "MA130", "MA01"), True)],
)
def test_remarks_that_ask_for_more(remarks: tuple[str, ...], answered: bool, tmp_path: Path, capsys: Captured) -> None:
    """Alerts, and that nothing was decided, ask for nothing that a change could give."""
    new = claim_file(*ABOVE, *(s.replace("***1", "***2") if s.startswith("SV1") else s for s in claim("A1")))
    told = [s.replace("CAS*CO*45*40", "CAS*CO*16*40") for s in payment("A1")]
    paths = files(tmp_path, ONE, new, remit_file(*PAYMENT, *told, *(f"LQ*HE*{remark}" for remark in remarks)))
    assert run(*paths[:2], "--remits", paths[2]) == 1
    shown = capsys.readouterr().out
    assert ("1 denial: 1 answered" in shown) is answered
    assert ("Open: the rendering provider is the same" in " ".join(shown.split())) is not answered


def test_archives_folders_and_standard_input(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    files(folder, ONE, ONE.replace(b"*A1*", b"*A2*"))
    (tmp_path / "new.gz").write_bytes(gzip.compress(ONE))
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as archive:
        archive.writestr("0.837", ONE)
        archive.writestr("1.837", ONE.replace(b"*A1*", b"*A2*"))
    assert run(str(folder), str(tmp_path / "new.zip")) == 0
    assert run(str(folder), str(tmp_path / "new.gz")) == 1
    assert "claim A2  100.00  removed" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(DEARER)))
    assert run(str(tmp_path / "new.gz"), "-") == 1
    assert "+++ -\n" in capsys.readouterr().out


def test_a_pipe_is_read_once(tmp_path: Path, capsys: Captured) -> None:
    """As a shell hands it over: `curette diff <(zcat old.gz) new.837`."""
    remit = remit_file(*PAYMENT, *payment("A1"))
    paths = [tmp_path / name for name in ("old", "new", "remit")]
    writers = []
    for path, data in zip(paths, (ONE, DEARER, remit), strict=True):
        os.mkfifo(path)
        writers.append(threading.Thread(target=path.write_bytes, args=(data,)))
        writers[-1].start()
    assert run(str(paths[0]), str(paths[1]), "--remits", str(paths[2])) == 1
    for writer in writers:
        writer.join(10)
    assert "claim A1  100.00 -> 120.00 (+20.00)  matched by claim number\n" in capsys.readouterr().out


def test_patient_data_only_when_asked_for(tmp_path: Path, capsys: Captured) -> None:
    other = ONE.replace(b"*SAMPLE*SAM*", b"*EXAMPLE*SAM*").replace(b"19700101", b"19700102")
    paths = files(tmp_path, ONE, other)
    for form in ("text", "jsonl"):
        assert run(*paths, "--format", form) == 1
        shown = capsys.readouterr().out
        assert "EXAMPLE" not in shown.replace("EXAMPLE PLAN", "")
        assert "1970" not in shown
        assert run(*paths, "--format", form, "--show-phi") == 1
        shown = capsys.readouterr().out
        assert "EXAMPLE" in shown
        assert "19700102" in shown


def test_json_lines_end_with_a_summary(capsys: Captured) -> None:
    assert run(*EXCISION, "--format", "jsonl") == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["type"] for row in rows[:-1]} == {"change", "finding"}
    assert rows[-1]["type"] == "summary"
    assert rows[-1]["changes"] == {"added": 2, "removed": 0, "changed": 7, "moved": 0}


def test_the_file_is_private_and_the_same_as_standard_output(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "diff.txt"
    assert run(*EXCISION, "--output", str(path)) == 1
    assert capsys.readouterr().out == ""
    run(*EXCISION)
    assert path.read_text("utf-8") == capsys.readouterr().out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_colour_on_a_terminal_only(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    run(*EXCISION)
    plain = capsys.readouterr().out
    assert "\x1b" not in plain
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    run(*EXCISION)
    shown = capsys.readouterr().out
    assert "\x1b[32m+ frequency           7\x1b[0m" in shown
    assert "\x1b[1mclaim EXC01" in shown
    monkeypatch.setenv("NO_COLOR", "1")
    run(*EXCISION)
    assert capsys.readouterr().out == plain
