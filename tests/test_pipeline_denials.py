"""Remittances to rows, long transactions in parts, and two processes that give what one gives."""

from pathlib import Path

import pytest

import curette
from curette import pipeline
from curette.denials.lines import Options
from curette.denials.link import Links
from curette.pipeline import DenialOptions
from curette.reports import denials_text, jsonl
from tests import builder as b
from tests.running import BAD_COUNT, MIXED, Put, check, findings, make_parts_small, many, put_in, rules, zipped


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file of the test's folder."""
    return put_in(tmp_path)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    make_parts_small(monkeypatch)


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
    [
        (b"SE*21*", b"SE*22*", "SYN-COUNT"),
        (b"CLP*A2*1*100*", b"CLP*A2*1*1OO*", "SYN-MONEY"),
        (b"ST*835*", b"ST**", "SYN-ST-VALUE"),
    ],
    ids=["damaged envelope", "unreadable amount", "damaged head"],
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
    [result] = denials(put("a.835", b.GOOD_REMIT), rows=Options(links))
    assert ['"linked":true' in row for row in result.rows] == [True, True]


# -- long transactions, read in parts


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


@pytest.mark.usefixtures("small_parts")
def test_an_error_above_holds_the_claims_of_all_parts_below(put: Put) -> None:
    many_levels = [s for n in range(3, 20) for s in (*b.subscriber(n), *b.claim(f"A{n}"))]
    data = b.claim_file(*b.SUBMISSION, *b.BILLING, *b.subscriber(2), *b.claim("A2"), *many_levels)
    results = check(put("a.837", data.replace(b"*XX*1234567893", b"*XX*1234567890")))
    assert [f.rule.id for f in findings(results)] == ["COD-NPI"]
    assert len(results) > 4
    assert sum(r.claims for r in results) == sum(r.held for r in results) == 18
    assert sum(r.held_charge for r in results) == 180000


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
