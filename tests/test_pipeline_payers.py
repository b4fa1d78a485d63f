"""Payer profiles in a pre-flight: which profile held, whose findings it weighs, one process or two, and the command."""

import json
from pathlib import Path
from typing import Any

import pytest

from curette import pipeline
from curette.checks.results import Checked
from curette.errors import ProfileError
from curette.findings import Severity
from curette.pipeline import CheckOptions
from tests import builder as b
from tests.cli.run import run
from tests.codes.payers import profile, put
from tests.running import FORM, Put, findings, make_parts_small, put_in

OURS = "<match payer-id='99001'/>"
NO_DAYS = frozenset(range(8)) - {6}  # a patient's day ends with the part; many visits on one are a finding
OTHER = tuple(s.replace("*99001", "*99002") for s in b.subscriber(3))
# one claim for each of two payers, each with a wrong sum and an unknown code
TWO = b.claim_file(*b.ABOVE, *b.claim("A1"), *OTHER, *b.claim("A2")).replace(b"*100***11", b"*101***11")
TWO = TWO.replace(b"*Y*A*Y*Y~", b"*Y*Z*Y*Y~")


@pytest.fixture
def write(tmp_path: Path) -> Put:
    return put_in(tmp_path)


def checked(path: Path, folder: Path | None, jobs: int = 1, **options: Any) -> list[Checked]:
    made = CheckOptions(payers=folder, **{"snip": FORM, **options})
    return list(pipeline.check([path], made, jobs=jobs))


def weighed(path: Path, folder: Path | None) -> set[tuple[str, str | None, str]]:
    return {(f.rule.id, f.claim, str(f.severity)) for f in findings(checked(path, folder))}


def test_a_profile_weighs_the_findings_of_its_claims_alone(write: Put, tmp_path: Path) -> None:
    path = write("a.837", TWO)
    plain = weighed(path, None)
    assert {("BAL-A", "A1", "error"), ("BAL-A", "A2", "error")} <= plain
    assert {("IG-ELE-CODE", "A1", "error"), ("IG-ELE-CODE", "A2", "error")} <= plain
    rows = ("<severity rule='BAL-' is='advice'/>", "<severity rule='IG-ELE-CODE' is='off'/>")
    ours = weighed(path, put(tmp_path / "own", profile("ours", OURS, *rows)))
    assert plain - ours == {("BAL-A", "A1", "error"), ("IG-ELE-CODE", "A1", "error")}
    assert ours - plain == {("BAL-A", "A1", "advice")}


@pytest.mark.parametrize("rule", ["DERM-Z99", "DERM-B011", "PAY-MODIFIERS", "IG-ELE-COD-"])
def test_a_severity_of_no_rule_is_refused_with_its_line(write: Put, tmp_path: Path, rule: str) -> None:
    rows = ("<severity rule='BAL-' is='warning'/>", f"<severity rule='{rule}' is='off'/>")
    folder = put(tmp_path / "own", profile("ours", OURS, *rows))
    with pytest.raises(ProfileError, match=f"no rule is called or begins with {rule}") as refused:
        checked(write("a.837", TWO), folder)
    assert (refused.value.file, refused.value.line) == (str(folder / "own.xml"), 6)


def test_every_rule_has_a_severity_for_the_asking(write: Put, tmp_path: Path) -> None:
    told = ("DERM-", "DERM-B01", "DERM-B0", "PAY-SENT-TWICE", "COD-DX-", "SIT-REF-F8", "BAL-A", "IG-ELE-CODE", "IG-")
    rows = [f"<severity rule='{rule}' is='off'/>" for rule in told]
    assert checked(write("a.837", TWO), put(tmp_path / "own", profile("ours", OURS, *rows)))


def test_a_claim_is_held_by_what_is_an_error_to_its_payer(write: Put, tmp_path: Path) -> None:
    path = write("a.837", TWO)
    rows = ("<severity rule='BAL-' is='warning'/>", "<severity rule='IG-' is='off'/>")
    folder = put(tmp_path / "own", profile("ours", OURS, *rows))
    assert [r.held for r in checked(path, None)] == [0, 2]
    assert [r.held for r in checked(path, folder)] == [0, 1]
    strict = put(
        tmp_path / "strict", profile("ours", OURS, "<modifiers refused='25'/>", "<severity rule='PAY-' is='error'/>")
    )
    good = write("b.837", b.GOOD_CLAIMS)
    assert [r.held for r in checked(good, None)] == [0, 0]
    assert [r.held for r in checked(good, strict)] == [0, 2]


def test_a_finding_above_the_claims_is_weighed_by_the_claim_it_names(write: Put, tmp_path: Path) -> None:
    rows = ("<member-id pattern='W'/>", "<severity rule='PAY-MEMBER' is='error'/>")
    folder = put(tmp_path / "own", profile("ours", OURS, *rows))
    (found,) = findings(checked(write("a.837", b.claim_file(*b.ABOVE, *b.claim())), folder))
    assert (found.rule.id, found.claim, found.severity, found.place.segment) == (
        "PAY-MEMBER", "A1", Severity.ERROR, "NM1"
    )  # fmt: skip


def test_what_no_claim_owns_is_not_turned_off(write: Put, tmp_path: Path) -> None:
    folder = put(tmp_path / "own", profile("ours", OURS, "<severity rule='COD-NPI' is='off'/>"))
    rendering = "NM1*82*1*EXAMPLE*DANA****XX*1234567890"
    data = b.claim_file(*b.ABOVE, *b.claim("A1", "100", rendering))
    assert [f.rule.id for f in findings(checked(write("a.837", data), folder))] == []  # stands in the claim
    billing = b.GOOD_CLAIMS.replace(b"*XX*1234567893", b"*XX*1234567890")
    assert [f.rule.id for f in findings(checked(write("b.837", billing), folder))] == ["COD-NPI"]


def test_snip_select_and_ignore_hold_for_payers_too(write: Put, tmp_path: Path) -> None:
    folder = put(tmp_path / "own", profile("ours", OURS, "<modifiers refused='25'/>"))
    path = write("a.837", b.claim_file(*b.ABOVE, *b.claim()))

    def rules(**options: Any) -> list[str]:
        return [f.rule.id for f in findings(checked(path, folder, **options))]

    assert rules() == ["PAY-MODIFIER"]
    assert rules(snip=frozenset({7})) == ["PAY-MODIFIER"]
    assert rules(snip=frozenset(range(6))) == rules(ignore=("PAY",)) == rules(select=("BAL",)) == []


def test_which_profiles_held(write: Put, tmp_path: Path) -> None:
    folder = put(tmp_path / "own", profile("ours", OURS))
    path = write("a.837", b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A2"), *OTHER, *b.claim("A3")))
    assert checked(path, folder)[1].profiles == (("ours", "payer id 99001", 2), ("default", "", 1))
    assert checked(path, None)[1].profiles == (("default", "", 3),)
    assert checked(write("a.835", b.GOOD_REMIT), folder)[1].profiles == ()


def test_parts_and_processes_make_no_difference(write: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ("<modifiers refused='25'/>", "<severity rule='BAL-' is='warning'/>", "<referral number='required'/>")
    folder = put(tmp_path / "own", profile("ours", OURS, *rows))
    claims = [s for n in range(30) for s in b.claim(f"A{n}")]
    others = [s for n in range(30) for s in b.claim(f"B{n}")]
    data = b.claim_file(*b.ABOVE, *claims, *OTHER, *others).replace(b"*100***11", b"*101***11")
    path = write("a.837", data)
    whole, two = checked(path, folder, snip=NO_DAYS), checked(path, folder, jobs=2, snip=NO_DAYS)
    assert whole == two
    make_parts_small(monkeypatch)
    parts = checked(path, folder, snip=NO_DAYS)
    assert len(parts) > len(whole)
    assert findings(parts) == findings(whole)
    assert {f.severity for f in findings(parts) if f.rule.id == "BAL-A"} == {Severity.WARNING, Severity.ERROR}


def test_a_member_number_above_a_later_part_is_told_at_the_claim(
    write: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put(tmp_path / "own", profile("ours", OURS, "<member-id pattern='W'/>"))
    path = write("a.837", b.claim_file(*b.ABOVE, *(s for n in range(30) for s in b.claim(f"A{n}"))))
    assert [f.place.segment for f in findings(checked(path, folder, snip=NO_DAYS))] == ["NM1"]
    make_parts_small(monkeypatch)
    assert {f.place.segment for f in findings(checked(path, folder, snip=NO_DAYS))} == {"NM1", "CLM"}


# -- the command


def test_the_command_tells_which_profiles_held(write: Put, tmp_path: Path) -> None:
    folder = put(tmp_path / "own", profile("ours", OURS, "<modifiers refused='25'/>"))
    path = write("a.837", b.claim_file(*b.ABOVE, *b.claim("A1"), *OTHER, *b.claim("A2")))
    for jobs in (1, 2):
        done = run("check", path, "--payers", folder, "--jobs", jobs)
        assert done.code == 0
        assert "payer profiles: default 1 claim, ours 1 claim (payer id 99001)" in done.lines
        told = run("check", path, "--payers", folder, "--format", "jsonl", "--jobs", jobs)
        finding, *_, summary = map(json.loads, told.lines)
        assert (finding["rule"], finding["snip"], finding["severity"]) == ("PAY-MODIFIER", 7, "warning")
        assert summary["profiles"] == {
            "default": {"claims": 1, "matched_by": {}},
            "ours": {"claims": 1, "matched_by": {"payer id 99001": 1}},
        }


def test_a_wrong_profile_is_exit_code_2_before_anything_is_said(write: Put, tmp_path: Path) -> None:
    folder = put(tmp_path / "own", profile("ours"))
    path = write("a.837", b.GOOD_CLAIMS)
    for jobs in (1, 2):
        done = run("check", path, "--payers", folder, "--jobs", jobs)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"curette: {folder / 'own.xml'}:3: profile ours has no match")
    with pytest.raises(ProfileError):
        pipeline.check([path], CheckOptions(payers=folder))
    assert run("check", path, "--payers", tmp_path / "absent").code == 2
