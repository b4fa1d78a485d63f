"""Whose a finding is, and in which order a biller sees them."""

from pathlib import Path

import pytest
from attrs import evolve

from curette import pipeline
from curette.checks.results import Billed, Checked
from curette.reports.check import Group, groups
from tests import builder as b
from tests.running import PLAIN, make_parts_small


def checked(data: bytes, folder: Path, billed: Billed = "found") -> list[Checked]:
    path = folder / "a.837"
    path.write_bytes(data)
    return list(pipeline.check(path, evolve(PLAIN, billed=billed)))


def grouped(data: bytes, folder: Path, billed: Billed = "found") -> list[Group]:
    return [group for result in checked(data, folder, billed) for group in groups(result)]


def told(found: list[Group]) -> list[tuple[str | None, list[str], bool | None]]:
    return [(group.name, [f.rule.id for f in group.findings], group.held) for group in found]


BAD_CHARGE = b.claim("A1")[0].replace("*100*", "*101*"), *b.claim("A1")[1:]


def test_a_clean_batch_has_no_groups_unless_all_are_asked_for(tmp_path: Path) -> None:
    assert grouped(b.GOOD_CLAIMS, tmp_path) == []
    assert told(grouped(b.GOOD_CLAIMS, tmp_path, "all")) == [("A1", [], False), ("A2", [], False)]
    assert [result.billed for result in checked(b.GOOD_CLAIMS, tmp_path, "none")] == [(), ()]


def test_a_finding_above_one_claim_is_told_with_it(tmp_path: Path) -> None:
    above = [s.replace("*SAMPLE*SAM*", "*SAMPLE *SAM*") for s in b.ABOVE]
    assert told(grouped(b.claim_file(*above, *b.claim("A1")), tmp_path)) == [("A1", ["SYN-PADDED"], False)]


def test_a_finding_above_several_claims_is_told_by_itself_and_names_none(tmp_path: Path) -> None:
    above = [s.replace("*XX*1234567893", "*XX*1234567890") for s in b.ABOVE]
    found = grouped(b.claim_file(*above, *b.claim("A1"), *b.claim("A2")), tmp_path, "all")
    assert told(found) == [(None, ["COD-NPI"], None), ("A1", [], True), ("A2", [], True)]
    assert found[0].heading == "837P transaction 0001"


def test_a_refused_transaction_says_how_many_claims_it_takes_along(tmp_path: Path) -> None:
    [group] = grouped(b.GOOD_CLAIMS.replace(b"SE*28*", b"SE*29*"), tmp_path)
    assert (group.heading, group.state) == ("837P transaction 0001", "2 claims held with it")


def test_two_claims_of_one_number_keep_their_own_findings(tmp_path: Path) -> None:
    found = grouped(b.claim_file(*b.ABOVE, *b.claim("A1"), *BAD_CHARGE), tmp_path, "all")
    assert told(found) == [("A1", ["BAL-A", "SYN-CLAIM-TWICE"], True), ("A1", [], False)]


def test_a_claim_that_cannot_be_read_is_told_by_its_number(tmp_path: Path) -> None:
    data = b.GOOD_CLAIMS.replace(b"CLM*A2*250*", b"CLM*A2*2x50*")
    [group] = grouped(data, tmp_path)
    assert (group.name, group.billed, group.unread) == ("A2", None, True)


def test_what_is_held_does_not_depend_on_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    above = [s.replace("*XX*1234567893", "*XX*1234567890") for s in b.ABOVE]
    data = b.claim_file(*above, *(s for n in range(20) for s in b.claim(f"A{n}")))
    whole = [(g.name, g.held) for g in grouped(data, tmp_path, "all") if g.name]
    make_parts_small(monkeypatch)
    results = checked(data, tmp_path, "all")
    assert len(results) > 3
    assert [(g.name, g.held) for r in results for g in groups(r) if g.name] == whole
    assert {held for _, held in whole} == {True}


def test_the_lines_with_the_worst_come_first(tmp_path: Path) -> None:
    lines = (*b.line(1, "50"), *b.line(2, "50"))
    claim = (b.claim("A1")[0], b.claim("A1")[1], *lines)
    data = b.claim_file(*b.ABOVE, *claim).replace(
        b"LX*2~\nSV1*HC:99213:25*50*UN*1***1", b"LX*2~\nSV1*HC:99213:25*50*UN*1***9"
    )
    [group] = grouped(data, tmp_path)
    [(line, findings), *_] = group.by_line()
    assert line is not None
    assert (line.number, line.procedure, line.charge, line.pointers) == (2, "99213", 5000, (9,))
    assert [f.severity for f in findings] == ["error"]
