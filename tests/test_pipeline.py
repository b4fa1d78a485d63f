"""Files to findings and rows: what is read, refused, counted and cut off, on one core and on two."""

import gzip
import io
import logging
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

import curette
from curette import pipeline
from curette.checks.results import Checked
from curette.denials.link import Links
from curette.errors import InputError
from curette.findings import Finding, Severity
from curette.pipeline import CheckOptions, DenialOptions
from curette.reports import denials_text, jsonl
from curette.x12 import parts
from curette.x12.source import Source, open_sources
from tests import builder as b

PLAIN = CheckOptions(conformance=False)
BAD_CHARGE = b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A2", "250")).replace(b"CLM*A2*250*", b"CLM*A2*251*")
BAD_COUNT = b.GOOD_CLAIMS.replace(b"SE*28*", b"SE*29*")
OTHER_KIND = b.GOOD_CLAIMS.replace(b"005010X222A1", b"005010X223A2")


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Writes a file of the test's folder."""

    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


Put = Callable[[str, bytes], Path]


def check(*paths: Path, options: CheckOptions = PLAIN, jobs: int = 1) -> list[Checked]:
    return list(pipeline.check(paths, options, jobs=jobs))


def findings(results: list[Checked]) -> list[Finding]:
    return [f for result in results for f in result.findings]


def rules(*paths: Path, options: CheckOptions = PLAIN) -> list[str]:
    return [f.rule.id for f in findings(check(*paths, options=options))]


# -- what counts


def test_a_clean_file(put: Put) -> None:
    begins, result = check(put("a.837", b.GOOD_CLAIMS))
    assert begins.begins
    assert (result.kind, result.transactions, result.claims, result.lines, result.charge) == ("837P", 1, 2, 2, 35000)
    assert (result.findings, result.held, result.held_charge, result.unreadable) == ((), 0, 0, False)


def test_an_error_holds_its_claim_alone(put: Put) -> None:
    _, result = check(put("a.837", BAD_CHARGE))
    assert [(f.rule.id, f.claim) for f in result.findings] == [("BAL-A", "A2")]
    assert (result.claims, result.charge, result.held, result.held_charge) == (2, 35100, 1, 25100)


def test_an_error_above_holds_every_claim_below(put: Put) -> None:
    _, result = check(put("a.837", b.GOOD_CLAIMS.replace(b"*XX*1234567893", b"*XX*1234567890")))
    assert [f.rule.id for f in result.findings] == ["COD-NPI"]
    assert (result.held, result.held_charge) == (2, 35000)


def test_a_warning_holds_nothing(put: Put) -> None:
    _, result = check(put("a.837", b.GOOD_CLAIMS.replace(b"*SAMPLE*SAM*", b"*SAMPLE *SAM*")))
    assert [f.severity for f in result.findings] == [Severity.WARNING]
    assert result.held == 0


def test_a_claim_that_cannot_be_read_is_held(put: Put) -> None:
    _, result = check(put("a.837", b.GOOD_CLAIMS.replace(b"CLM*A2*250*", b"CLM*A2*2 50*")))
    assert [(f.rule.id, f.claim, f.place.element) for f in result.findings] == [("SYN-MONEY", "A2", 2)]
    assert (result.claims, result.held, result.charge, result.held_charge) == (2, 1, 10000, 0)


def test_a_refused_transaction_is_held_as_a_whole(put: Put) -> None:
    _, result = check(put("a.837", BAD_COUNT))
    assert [(f.rule.id, f.place.segment, f.place.element) for f in result.findings] == [("SYN-COUNT", "SE", 1)]
    assert (result.claims, result.held, result.held_charge) == (2, 2, 35000)


def test_a_file_that_is_cut_gives_no_claim(put: Put) -> None:
    _, result = check(put("a.837", b.GOOD_CLAIMS[: b.GOOD_CLAIMS.index(b"CLM*A2")]))
    assert [f.rule.id for f in result.findings] == ["SYN-CUT"]
    assert (result.claims, result.charge) == (0, 0)


def test_other_kinds_are_named(put: Put) -> None:
    _, result = check(put("a.837", OTHER_KIND))
    assert [(f.rule.id, f.severity, f.message) for f in result.findings] == [
        ("SYN-KIND", Severity.WARNING, "this is 837I, which is named but not read here")
    ]
    assert result.claims == 0


def test_one_claim_number_twice(put: Put) -> None:
    path = put("a.837", b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A1", "250")))
    found = findings(check(path))
    assert [(f.rule.id, f.claim, f.place.segment, f.place.element) for f in found] == [
        ("SYN-CLAIM-TWICE", "A1", "CLM", 1)
    ]
    assert found[0].place.offset == path.read_bytes().rindex(b"CLM*")


def test_a_remittance_is_held_against_its_balance(put: Put) -> None:
    wrong = b.GOOD_REMIT.replace(b"BPR*I*60*", b"BPR*I*121*").replace(b"CLP*A2*1*100*60*0", b"CLP*A2*1*100*60*5")
    _, result = check(put("a.835", wrong))
    assert [(f.rule.id, f.claim) for f in result.findings] == [("BAL-T", None), ("BAL-P", "A2")]
    assert (result.kind, result.claims, result.lines, result.charge, result.paid) == ("835", 2, 2, 20000, 12000)


def test_a_claim_of_a_remittance_that_does_not_balance_is_held(put: Put) -> None:
    right = b.GOOD_REMIT.replace(b"BPR*I*60*", b"BPR*I*120*")
    wrong = right.replace(b"CLP*A2*1*100*60*", b"CLP*A2*1*101*60*")
    assert [f.rule.id for f in findings(check(put("a.835", right)))] == []
    _, result = check(put("b.835", wrong))
    assert [f.rule.id for f in result.findings] == ["BAL-C"]
    assert (result.held, result.held_charge) == (1, 10100)


# -- the payment as a whole: told whenever its amounts are known


OFF = b.GOOD_REMIT.replace(b"BPR*I*60*", b"BPR*I*121*")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"", b"", True),
        (b"N3*1 EXAMPLE TOWER~\n", b"", True),  # the guide wants an address: no reason to trust the sum
        (b"*XX*1234567893", b"*XX*1234567890", True),
        (b"CLP*A2*1*100*60*0", b"CLP*A2*1*100*6O*0", False),
        (b"CLP*A2*1*", b"CLP*A2*22*", False),
        (b"SE*21*", b"SE*22*", False),
    ],
    ids=[
        "nothing else",
        "missing address",
        "payee's NPI",
        "unreadable amount",
        "reversal with a wrong sign",
        "refused",
    ],
)
def test_whether_the_payment_is_held_against_its_claims(put: Put, old: bytes, new: bytes, told: bool) -> None:
    data = OFF.replace(old, new).replace(b"SE*21*", b"SE*20*" if b"N3*" in old else b"SE*21*")
    path = put("a.835", data)
    for options in (CheckOptions(), PLAIN, CheckOptions(snip=frozenset({3})), CheckOptions(select=("BAL",))):
        assert ("BAL-T" in rules(path, options=options)) is told
    results = pipeline.denials([path], DenialOptions(str, conformance=True))
    assert ("BAL-T" in [f.rule.id for result in results for f in result.findings]) is told


def test_a_claim_whose_amounts_cannot_be_read_is_not_expected_to_balance(put: Put) -> None:
    """And the claims before and after it are."""
    answers = [b.payment(f"A{n}") for n in range(4)]
    segments = [s for answer in answers for s in answer]
    data = b.remit_file(*b.PAYMENT, *segments)
    data = data.replace(b"CLP*A1*1*100*", b"CLP*A1*1*1OO*")
    assert rules(put("a.835", data)) == ["SYN-MONEY"]
    for name in ("A0", "A2", "A3"):
        wrong = data.replace(f"CLP*{name}*1*100*".encode(), f"CLP*{name}*1*101*".encode())
        assert {(f.rule.id, f.claim) for f in findings(check(put("b.835", wrong)))} == {
            ("SYN-MONEY", "A1"),
            ("BAL-C", name),
        }


def test_an_amount_that_cannot_be_read_is_told_with_its_claim_and_line(put: Put) -> None:
    second = ("SVC*HC:11102*0*0**one", "SVC*HC:11102*0*O**1", "CAS*CO*45*4O")
    data = b.remit_file(*b.PAYMENT, *b.payment("A1"), *b.payment("A2"), *second)
    data = data.replace(b"CLP*A2*1*100*", b"CLP*A2*1*1OO*")
    told = [(f.claim, f.line, f.place.segment, f.place.element) for f in findings(check(put("a.835", data)))]
    assert told == [("A2", None, "CLP", 3), ("A2", 2, "SVC", 5), ("A2", 3, "SVC", 3), ("A2", 3, "CAS", 3)]


# -- what is asked for


MIXED = BAD_CHARGE.replace(b"*XX*1234567893", b"*XX*1234567890").replace(b"*SAMPLE*SAM*", b"*SAMPLE *SAM*")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["COD-NPI", "SYN-PADDED", "BAL-A"]),
        ({"select": ("BAL",)}, ["BAL-A"]),
        ({"select": ("BAL", "COD-NPI")}, ["COD-NPI", "BAL-A"]),
        ({"ignore": ("SYN",)}, ["COD-NPI", "BAL-A"]),
        ({"select": ("SYN", "BAL"), "ignore": ("SYN-PADDED",)}, ["BAL-A"]),
        ({"snip": frozenset({3})}, ["BAL-A"]),
        ({"snip": frozenset({0, 1, 5})}, ["COD-NPI", "SYN-PADDED"]),
        ({"select": ("NOSUCH",)}, []),
    ],
)
def test_select_ignore_and_snip(put: Put, options: dict[str, object], expected: list[str]) -> None:
    path = put("a.837", MIXED)
    assert rules(path, options=CheckOptions(conformance=False, **options)) == expected  # type: ignore[arg-type]


def test_conformance_can_be_left_out(put: Put) -> None:
    path = put("a.837", b.claim_file(*b.ABOVE, *b.claim()).replace(b"*Y*A*Y*Y~", b"*Y*Z*Y*Y~"))
    assert rules(path, options=PLAIN) == []
    assert [(f.rule.id, f.place.element) for f in findings(check(path, options=CheckOptions()))] == [("IG-ELE-CODE", 7)]


def test_one_cause_is_not_told_by_reader_and_guide(put: Put) -> None:
    path = put("a.837", b.GOOD_CLAIMS.replace(b"DTP*472*D8*20260104", b"DTP*472*D8*20260230", 1))
    assert rules(path, options=CheckOptions()) == ["SYN-DATE"]


# -- the limit of findings


def test_findings_of_a_file_beyond_the_limit_are_counted(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "FINDINGS_A_FILE", 3)
    claims = [s for n in range(5) for s in b.claim(f"A{n}")]
    data = b.claim_file(*b.ABOVE, *claims).replace(b"CLM*A", b"CLM*B").replace(b"*100***11", b"*101***11")
    results = check(put("a.837", data), put("b.837", data))
    listed = [(r.file[-5:], len(r.findings), len(r.hidden)) for r in results if not r.begins]
    assert listed == [("a.837", 3, 2), ("b.837", 3, 2)]
    assert [f.claim for f in results[1].findings] == ["B0", "B1", "B2"]
    assert [f.claim for f in results[1].hidden] == ["B3", "B4"]


def test_the_limit_spans_the_transactions_of_a_file(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "FINDINGS_A_FILE", 3)
    one = [*b.ABOVE, *(s.replace("*100***11", "*101***11") for n in range(2) for s in b.claim(f"A{n}"))]
    data = b.write(b.interchange(b.group(*(b.transaction(*one, control=f"000{n}") for n in range(3)))))
    results = check(put("a.837", data))[1:]
    assert [(len(r.findings), len(r.hidden)) for r in results] == [(2, 0), (1, 1), (0, 2)]


def test_the_limit_holds_for_denials_too(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "FINDINGS_A_FILE", 1)
    path = put("a.835", b.GOOD_REMIT.replace(b"*100*60*0*", b"*100*60*5*"))
    results = [r for r in pipeline.denials([path], DenialOptions(str)) if not r.begins]
    assert [(len(r.findings), len(r.hidden)) for r in results] == [(1, 2)]


# -- files of all sorts


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def names(*paths: Path | str) -> list[str]:
    return [r.file for r in pipeline.check(paths, PLAIN) if r.begins]


def claims(*paths: Path | str, stdin: bytes | None = None) -> int:
    return sum(r.claims for r in pipeline.check(paths, PLAIN, stdin=io.BytesIO(stdin) if stdin is not None else None))


def test_packed_files(put: Put) -> None:
    assert claims(put("a.837.gz", gzip.compress(b.GOOD_CLAIMS))) == 2
    path = put("a.zip", zipped(**{"in/one.837": b.GOOD_CLAIMS, "two.837": BAD_CHARGE}))
    assert claims(path) == 4
    assert names(path) == [f"{path}!in/one.837", f"{path}!two.837"]
    assert [f.place.file for f in findings(check(path))] == [f"{path}!two.837"]


def test_a_folder_is_walked_in_order(put: Put, tmp_path: Path) -> None:
    for name in ("b.837", "a.837", "sub/c.837", ".hidden"):
        put(f"in/{name}", b.GOOD_CLAIMS)
    assert names(tmp_path / "in") == [str(tmp_path / "in" / n) for n in ("a.837", "b.837", "sub/c.837")]
    assert claims(tmp_path / "in") == 6


def test_results_and_sidecars_in_a_folder_are_passed_over(put: Put, tmp_path: Path) -> None:
    for name in ("a.837", "b.dat", "c", "d.TXT"):
        put(f"in/{name}", b.GOOD_CLAIMS)
    for name in ("a.837.check.jsonl", "notes.CSV", "notes.json", "report.html", "report.xlsx", "README.md"):
        put(f"in/{name}", b"something else")
    assert [Path(name).name for name in names(tmp_path / "in")] == ["a.837", "b.dat", "c", "d.TXT"]
    assert rules(tmp_path / "in") == []
    assert rules(tmp_path / "in" / "notes.json") == ["SYN-FILE"], "what is named is read"


def test_patterns_are_filled_in(put: Put, tmp_path: Path) -> None:
    for name in ("b.837", "a.837", "c.835", "[odd].837"):
        put(name, b.GOOD_CLAIMS)
    assert names(f"{tmp_path}/?.837") == [str(tmp_path / "a.837"), str(tmp_path / "b.837")]
    assert names(tmp_path / "[odd].837") == [str(tmp_path / "[odd].837")], "a file of that very name"


def test_standard_input(put: Put) -> None:
    assert claims("-", stdin=b.GOOD_CLAIMS) == 2
    assert claims("-", stdin=gzip.compress(b.GOOD_CLAIMS)) == 2
    assert claims(put("a.837", b.GOOD_CLAIMS), "-", stdin=b.GOOD_CLAIMS) == 4


def test_one_path_may_stand_alone(put: Put) -> None:
    path = put("a.837", b.GOOD_CLAIMS)
    assert sum(r.claims for r in pipeline.check(path, PLAIN)) == 2
    assert sum(r.claims for r in pipeline.check(str(path), PLAIN)) == 2


UNREADABLE = {
    "empty": (b"", "is empty"),
    "PDF": (b"%PDF-1.7", "is a PDF"),
    "JSON": (b'{"a": 1}', "is JSON"),
    "text": (b"Dear Madam or Sir", "holds no X12 interchange"),
    "UTF-16": (b.GOOD_CLAIMS.decode().encode("utf-16"), "is UTF-16 text; X12 is one byte a character"),
    "cut gzip": (gzip.compress(b.GOOD_CLAIMS)[:-9], "is cut short or damaged (EOFError)"),
    "no gzip": (b"\x1f\x8bnonsense", "is damaged (BadGzipFile)"),
    "no zip": (b"PK\x03\x04nonsense", "is a damaged zip"),
}


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_told_and_the_rest_goes_on(put: Put, data: bytes, reason: str) -> None:
    results = check(put("a.837", data), put("b.837", b.GOOD_CLAIMS))
    assert [(f.rule.id, f.message) for f in findings(results)] == [("SYN-FILE", reason)]
    assert [r.unreadable for r in results].count(True) == 1
    assert sum(r.begins for r in results) == 2, "each file is counted once"
    assert sum(r.claims for r in results) == 2


def test_what_is_not_there(put: Put, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    absent: list[Path | str] = [tmp_path / "absent.837", tmp_path / "nothing", f"{tmp_path}/*.none", "n" * 300]
    results = list(pipeline.check([*absent, put("a.837", b.GOOD_CLAIMS)], PLAIN))
    assert [f.message for f in findings(results)] == [
        "No such file or directory", "holds no file", "holds no file", "File name too long"
    ]  # fmt: skip
    assert sum(r.begins for r in results) == 5
    assert sum(r.claims for r in results) == 2


def test_a_disk_that_fails_while_a_file_is_read(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 300:
                raise OSError(5, "Input/output error")
            return super().read(400 if size is None or size < 0 else min(size, 400))

    real = open_sources

    def opened(path: str | Path, stdin: IO[bytes] | None = None) -> Iterator[Source | InputError]:
        yield from [Source("bad.837", Failing(b.GOOD_CLAIMS))] if str(path).endswith("bad.837") else real(path, stdin)

    monkeypatch.setattr(pipeline, "open_sources", opened)
    results = check(Path("bad.837"), put("good.837", b.GOOD_CLAIMS))
    assert [(f.place.file, f.message) for f in findings(results)] == [("bad.837", "Input/output error")]
    assert (sum(r.begins for r in results), sum(r.claims for r in results)) == (2, 2)


def test_no_standard_input_at_all() -> None:
    assert [f.message for f in findings(list(pipeline.check(["-"], PLAIN)))] == ["no standard input"]


def test_names_that_climb_out_of_an_archive_are_refused(put: Put) -> None:
    path = put("a.zip", zipped(**{"../../etc/x.837": b.GOOD_CLAIMS, "good.837": b.GOOD_CLAIMS}))
    results = check(path)
    assert ["climbs out" in f.message for f in findings(results)] == [True]
    assert sum(r.claims for r in results) == 2


# -- denials


def denials(*paths: Path, jobs: int = 1, **options: object) -> list[pipeline.Categorised]:
    made = DenialOptions(jsonl.denial_line, **options)  # type: ignore[arg-type]
    return [r for r in pipeline.denials(paths, made, jobs=jobs) if not r.begins]


def test_rows_and_totals_of_a_payment(put: Put) -> None:
    [result] = denials(put("a.835", b.GOOD_REMIT.replace(b"BPR*I*60*", b"BPR*I*120*")))
    assert (len(result.rows), result.findings, result.refused) == (2, (), False)
    assert result.totals is not None
    assert (result.totals.payments, result.totals.claims, result.totals.lines, result.totals.paid) == (1, 2, 2, 12000)
    assert result.remit is not None
    assert result.remit.trace == "CHECK1"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [(b"SE*21*", b"SE*22*", "SYN-COUNT"), (b"CLP*A2*1*100*", b"CLP*A2*1*1OO*", "SYN-MONEY")],
    ids=["damaged envelope", "unreadable amount"],
)
def test_a_refused_payment_gives_no_row(put: Put, old: bytes, new: bytes, rule: str) -> None:
    [result] = denials(put("a.835", b.GOOD_REMIT.replace(old, new)))
    assert (result.refused, result.rows, result.totals) == (True, (), None)
    assert [f.rule.id for f in result.findings] == [rule]


def test_claims_among_remittances_are_named(put: Put) -> None:
    [result] = denials(put("a.837", b.GOOD_CLAIMS))
    assert [(f.rule.id, f.message) for f in result.findings] == [
        ("SYN-KIND", "this is 837P, which is named but not read here")
    ]
    assert not result.refused


def test_only_rendered_rows_are_kept(put: Put) -> None:
    path = put("a.835", b.GOOD_REMIT)
    [result] = [r for r in pipeline.denials([path], DenialOptions(denials_text.row)) if not r.begins]
    assert result.rows == ()
    assert result.totals is not None
    assert result.totals.lines == 2


def test_rows_are_linked_to_what_was_billed(put: Put) -> None:
    links = Links(curette.read_claims(put("a.837", b.GOOD_CLAIMS)))
    [result] = denials(put("a.835", b.GOOD_REMIT), links=links)
    assert ['"linked":true' in row for row in result.rows] == [True, True]


# -- long transactions, read in parts


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every transaction is a long one."""
    monkeypatch.setattr(parts, "LIMIT", 0)
    monkeypatch.setattr(parts, "_SIZE", 600)
    monkeypatch.setattr(parts, "_MOST", 0)


def many(count: int) -> bytes:
    payments = [s for n in range(count) for s in b.payment(f"A{n}")]
    return b.remit_file(f"BPR*I*{60 * count}*C*CHK************20260302", *b.PAYMENT[1:], *payments)


@pytest.mark.usefixtures("small_parts")
def test_a_payment_in_parts_is_one_payment(put: Put) -> None:
    good, off = put("a.835", many(30)), put("b.835", many(30).replace(b"BPR*I*1800*", b"BPR*I*1801*"))
    assert len(check(good)) > 4, "in parts"
    assert rules(good) == []
    assert rules(off) == ["BAL-T"]
    first, second = denials(good, off)
    assert (len(first.rows), len(second.rows)) == (30, 30)
    assert first.totals is not None
    assert (first.totals.payments, first.totals.claims, first.totals.paid) == (1, 30, 180000)
    assert [f.rule.id for f in second.findings] == ["BAL-T"]


@pytest.mark.usefixtures("small_parts")
def test_counts_of_claims_in_parts_are_those_of_the_whole(put: Put) -> None:
    data = b.claim_file(*b.ABOVE, *(s for n in range(30) for s in b.claim(f"A{n}")))
    results = check(put("a.837", data.replace(b"CLM*A7*100*", b"CLM*A7*101*")))
    assert len(results) > 4
    assert sum(r.transactions for r in results) == 1
    assert (sum(r.claims for r in results), sum(r.held for r in results)) == (30, 1)
    assert [(f.rule.id, f.claim) for f in findings(results)] == [("BAL-A", "A7")]
    [finding] = findings(results)
    assert finding.place.offset == data.index(b"CLM*A7")
    assert finding.place.segment_index == b.ordinal(data, finding.place.offset)


# -- two processes


@pytest.mark.slow
@pytest.mark.usefixtures("small_parts")
def test_two_processes_give_what_one_gives(put: Put) -> None:
    """Long and short, good and bad, claims and remittances; a long one last in its file, so that others follow."""
    paths = [
        put("a.835", many(30)),
        put("b.837", MIXED),
        put("c.txt", b"no X12"),
        put("d.835", many(20).replace(b"BPR*I*1200*", b"BPR*I*1*")),
        put("e.837", BAD_COUNT + b.GOOD_CLAIMS),
        put("f.zip", zipped(one=b.GOOD_REMIT, two=b"")),
    ]
    one, two = check(*paths, jobs=1), check(*paths, jobs=2)
    assert two == one
    assert len(one) > 20
    rows, same = denials(*paths, jobs=1), denials(*paths, jobs=2)
    assert [(r.file, r.findings, r.rows, r.totals, r.refused) for r in same] == [
        (r.file, r.findings, r.rows, r.totals, r.refused) for r in rows
    ]
    assert sum(len(r.rows) for r in rows) == 52


# -- the package's own functions


def test_read_claims(put: Put) -> None:
    found = list(curette.read_claims(put("a.837", b.GOOD_CLAIMS)))
    assert [(c.control_number, c.charge) for c in found] == [("A1", 10000), ("A2", 25000)]
    assert isinstance(found[0], curette.Claim)
    assert isinstance(found[0].lines[0], curette.ServiceLine)


def test_read_claims_leaves_out_what_is_damaged_unless_asked(put: Put, caplog: pytest.LogCaptureFixture) -> None:
    path = put("a.837", BAD_COUNT)
    with caplog.at_level(logging.WARNING, "curette"):
        assert not list(curette.read_claims(path))
    assert [r.name for r in caplog.records] == ["curette"]
    assert "SYN-COUNT" in caplog.text
    assert len(list(curette.read_claims(path, damaged=True))) == 2


def test_read_claims_logs_what_it_leaves_out_without_patient_data(put: Put, caplog: pytest.LogCaptureFixture) -> None:
    path = put("a.837", b.GOOD_CLAIMS.replace(b"DMG*D8*19700101", b"DMG*D8*19701301"))
    with caplog.at_level(logging.WARNING, "curette"):
        assert not list(curette.read_claims(path))
    assert "SYN-DATE" in caplog.text
    assert not [
        word for word in ("19701301", "SAMPLE", "SAM", "TEST0001") if word in caplog.text.replace("SAMPLE SKIN", "")
    ]


def test_read_claims_skips_remittances(put: Put) -> None:
    assert not list(curette.read_claims(put("a.835", b.GOOD_REMIT)))
    assert not list(curette.read_remits(put("a.837", b.GOOD_CLAIMS)))


@pytest.mark.parametrize("read", [curette.read_claims, curette.read_remits])
def test_a_file_that_cannot_be_used_raises(read: Callable[[Path], Iterator[object]], put: Put, tmp_path: Path) -> None:
    for path, reason in ((put("a", b"%PDF"), "is a PDF"), (tmp_path / "absent", "No such file or directory")):
        with pytest.raises(curette.InputError) as caught:
            list(read(path))
        assert (caught.value.file, caught.value.reason) == (str(path), reason)
        assert str(caught.value) == f"{path}: {reason}"


def test_read_remits(put: Put) -> None:
    [remit] = curette.read_remits(put("a.835", b.GOOD_REMIT))
    assert (remit.paid, remit.trace, remit.payer_name) == (6000, "CHECK1", "EXAMPLE PLAN")
    for _ in range(2):
        assert [(c.control_number, c.paid) for c in remit.claims] == [("A1", 6000), ("A2", 6000)]


def test_a_remittance_is_used_as_a_whole_or_not_at_all(put: Put) -> None:
    [remit] = curette.read_remits(put("a.835", b.GOOD_REMIT.replace(b"CLP*A2*1*100*", b"CLP*A2*1*1OO*")))
    with pytest.raises(curette.InputError, match="payment 0001 cannot be used: segment 18, CLP03 is no amount"):
        list(remit.claims)


def test_damaged_remittances_only_when_asked(put: Put) -> None:
    path = put("a.835", b.GOOD_REMIT.replace(b"SE*21*", b"SE*22*"))
    assert not list(curette.read_remits(path))
    [remit] = curette.read_remits(path, damaged=True)
    assert len(list(remit.claims)) == 2


@pytest.mark.usefixtures("small_parts")
def test_a_long_remittance_streams_while_its_file_is_open(put: Put) -> None:
    path = put("a.835", many(30))
    for remit in curette.read_remits(path):
        assert len(list(remit.claims)) == 30
    with pytest.raises(InputError, match="is closed"):
        list(remit.claims)


def test_check_of_the_package(put: Put) -> None:
    results = list(curette.check(str(put("a.837", BAD_CHARGE)), PLAIN))
    assert [f.rule.id for r in results for f in r.findings] == ["BAL-A"]
