"""Payer profiles: what is built in, what a practice lays over it, which one a claim has, and what is refused."""

import re
import time
from datetime import date
from pathlib import Path

import pytest

from curette.codes.payers import Profiles, profiles
from curette.codes.profile import Deadline, Match, Profile
from curette.errors import MapError, ProfileError
from curette.findings import Confidence, Finding, Place, Rule, Severity
from tests.codes.payers import profile, put, read
from tests.conftest import ROOT

HMO = "<match payer-id='99003'/>"


def found(known: Profiles, payer_id: str = "", payer: str = "", filing: str = "", receiver: str = "") -> str:
    return known.match(payer_id, payer, filing, receiver).profile.id


# -- built in


def test_the_built_in_ones() -> None:
    known = profiles().by_id
    assert sorted(known) == ["commercial_ppo", "default", "medicaid", "medicare_advantage", "medicare_part_b"]
    assert {id for id, p in known.items() if p.follows_ncci} == {"medicaid", "medicare_advantage", "medicare_part_b"}
    assert {id for id, p in known.items() if p.example} == known.keys() - {"default"}
    assert [p.id for p in known.values() if p.asks or p.weights] == []
    assert (known["medicare_part_b"].filing, known["medicare_part_b"].modifier_51) == (Deadline(years=1), "no")
    assert known["medicaid"].ndc_on_drugs


def test_the_default_asks_nothing() -> None:
    assert profiles().by_id["default"] == Profile("default", "Any other payer")


def test_they_are_read_once(tmp_path: Path) -> None:
    assert profiles() is profiles()
    folder = put(tmp_path, profile("ours", HMO))
    assert profiles(folder) is profiles(folder)


@pytest.mark.parametrize(
    ("filing", "id"),
    [
        ("MB", "medicare_part_b"), ("MA", "medicare_part_b"), ("mb", "medicare_part_b"), ("16", "medicare_advantage"),
        ("MC", "medicaid"), ("12", "commercial_ppo"), ("CI", "default"), ("", "default"), ("MEMBER123", "default"),
    ],
)  # fmt: skip
def test_filing_indicators(filing: str, id: str) -> None:
    assert found(profiles(), filing=filing) == id


@pytest.mark.parametrize("name", ["MEDICARE", "MEDICARE SUPPLEMENT PLAN"])
def test_no_built_in_one_goes_by_name(name: str) -> None:
    assert found(profiles(), payer=name, filing="CI") == "default"


# -- which one


ORDER = (
    profile("by_filing", "<match filing='HM'/>"),
    profile("by_receiver", "<match filing='HM' receiver='RECEIVER1'/>"),
    profile("by_name", "<match name='TESTCASE*'/>"),
    profile("by_longer_name", "<match name='*CASE HMO EAST*'/>"),
    profile("by_name_and_filing", "<match name='TESTCASE*' filing='HM'/>"),
    profile("by_id", "<match payer-id='99003'/>"),
    profile("by_id_and_filing", "<match payer-id='99003' filing='HM'/>"),
)


@pytest.mark.parametrize(
    ("payer_id", "payer", "filing", "receiver", "id"),
    [
        ("99003", "TESTCASE HMO", "HM", "RECEIVER1", "by_id_and_filing"),
        ("99003", "TESTCASE HMO", "12", "RECEIVER1", "by_id"),
        ("99004", "TESTCASE HMO", "HM", "RECEIVER1", "by_name_and_filing"),
        ("99004", "TESTCASE HMO EAST", "12", "RECEIVER1", "by_longer_name"),
        ("99004", "TESTCASE HMO", "12", "RECEIVER1", "by_name"),
        ("", "testcase  hmo", "", "", "by_name"),
        ("99004", "OTHER", "HM", "RECEIVER1", "by_receiver"),
        ("99004", "OTHER", "HM", "RECEIVER2", "by_filing"),
        ("99004", "A TESTCASE", "12", "RECEIVER1", "commercial_ppo"),
        ("9900", "OTHER", "CI", "RECEIVER1", "default"),
    ],
)
def test_the_most_specific_match_wins(
    payer_id: str, payer: str, filing: str, receiver: str, id: str, tmp_path: Path
) -> None:
    for rows in (ORDER, ORDER[::-1]):
        known = read(tmp_path / str(rows is ORDER), *rows)
        assert found(known, payer_id, payer, filing, receiver) == id


def test_of_two_alike_a_practices_own_goes_first_then_the_id(tmp_path: Path) -> None:
    own = read(tmp_path, profile("zz_ours", "<match filing='MB'/>"))
    assert found(own, filing="MB") == "zz_ours"
    one, other = Match(payer="*EAST*"), Match(payer="*WEST*")
    alike = Profiles([Profile("b", "B", matches=(one,)), Profile("a", "A", matches=(other,)), Profile("default", "")])
    assert found(alike, payer="WEST AND EAST") == "a"


def test_what_matched_is_told_in_the_words_of_the_profile() -> None:
    row = Match(payer_id="99003", payer="TESTCASE*", filing="HM", receiver="RECEIVER1")
    assert row.words == "payer id 99003, payer name TESTCASE*, filing indicator HM, receiver RECEIVER1"
    assert profiles().match("1", "SAMPLE, SAM", "MB", "2").by == "filing indicator MB"
    assert profiles().match("1", "SAMPLE, SAM", "ZZ", "2").by == ""


def test_what_strange_files_may_cost_is_bounded() -> None:
    known = Profiles([Profile("default", "")])
    for number in range(10_000):
        known.match(str(number), "", "", "")
    assert len(known._known) <= 4096


# -- a practice's own


def test_a_new_one_is_added_and_one_of_the_same_id_replaces(tmp_path: Path) -> None:
    known = read(tmp_path, profile("ours", HMO), profile("medicaid", "<match filing='ZZ'/>")).by_id
    assert "medicare_part_b" in known
    assert "ours" in known
    assert (known["medicaid"].follows_ncci, known["medicaid"].example) == (False, False)


def test_the_default_may_be_replaced(tmp_path: Path) -> None:
    known = read(tmp_path, profile("default", "<modifiers refused='51'/>"))
    assert not known.match("", "", "CI", "").profile.takes(["51"])


def test_like_a_built_in_one_where_it_is_silent(tmp_path: Path) -> None:
    ours = read(tmp_path, profile("ours", HMO, "<timely-filing days='90'/>", like="medicare_part_b")).by_id["ours"]
    assert (ours.follows_ncci, ours.modifier_51, ours.corrected) == (True, "no", Deadline(years=1))
    assert (ours.filing, ours.matches) == (Deadline(days=90), (Match(payer_id="99003"),))


def test_several_files_and_what_is_no_map(tmp_path: Path) -> None:
    put(tmp_path, profile("one", HMO), name="b.XML")
    put(tmp_path, profile("two", "<match payer-id='99004'/>"), name="a.xml")
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    assert {"one", "two"} <= profiles(tmp_path).by_id.keys()


def test_the_example_of_the_first_page_is_a_profile(tmp_path: Path) -> None:
    (tmp_path / "own.xml").write_text(example("README.md"), "utf-8")
    ours = profiles(tmp_path).match("99004", "", "MB", "").profile
    assert (ours.id, ours.follows_ncci, ours.takes(["25", "51"])) == ("our_medicare", True, False)


def example(page: str) -> str:
    found = re.search(r"```xml\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_template_of_the_documentation_is_a_profile(tmp_path: Path) -> None:
    page = example("maps/payers/README.md")
    (tmp_path / "own.xml").write_text(page, "utf-8")
    known = profiles(tmp_path)
    medicare, hmo = known.by_id["our_medicare"], known.by_id["testcase_hmo"]
    assert medicare.follows_ncci
    assert [medicare.knows(text) for text in ("1EG4TE5MK73", "1eg4te5mk73", "9A00A00AA00")] == [True] * 3
    # hyphens, a leading 0, a forbidden letter, one too few, one too many, a number of former times, nothing
    for text in ("1EG4-TE5-MK73", "0EG4TE5MK73", "1SG4TE5MK73", "1EG4TE5MK7", "1EG4TE5MK733", "123456789A", ""):
        assert not medicare.knows(text)
    assert [hmo.knows(text) for text in ("ABC123456789", "W12345678", "W1234567890")] == [True, True, False]
    codes = ("J3245", "J3246", "15780", "15793", "15794")
    assert [hmo.wants_authorisation(code) for code in codes] == [True, False, True, True, False]
    assert (hmo.filing, hmo.corrected, hmo.visit_25) == (Deadline(days=90), Deadline(days=180), "procedures")
    assert (hmo.clia_for_mohs, hmo.ndc_on_drugs, hmo.benign_lesion_reason, hmo.modifier_51) == (True, True, True, "yes")
    assert hmo.weights == (("DERM-N03", None), ("DERM-N", Severity.WARNING))
    for tag in re.findall(r'<xs:element name="([\w-]+)"', (ROOT / "maps/schema/payers.xsd").read_text("utf-8")):
        assert f"<{tag} " in page or tag == "payers", tag


# -- deadlines and weights


@pytest.mark.parametrize(
    ("deadline", "service", "last"),
    [
        (Deadline(years=1), date(2025, 3, 1), date(2026, 3, 1)),
        (Deadline(years=1), date(2024, 2, 29), date(2025, 2, 28)),
        (Deadline(years=4), date(2024, 2, 29), date(2028, 2, 29)),
        (Deadline(days=90), date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_the_last_day(deadline: Deadline, service: date, last: date) -> None:
    assert deadline.last_day(service) == last


def finding(id: str, snip: int = 3) -> Finding:
    rule = Rule(id, "some.name", snip, Severity.ERROR, "m", "f.")
    return Finding(rule, Place(), "m", Severity.ERROR, Confidence.CERTAIN)


def test_how_grave_a_finding_is(tmp_path: Path) -> None:
    rows = ("DERM-N' is='warning", "DERM-N03' is='off", "IG-' is='advice", "BAL-A' is='error")
    ours = read(tmp_path, profile("ours", HMO, *(f"<severity rule='{row}'/>" for row in rows))).by_id["ours"]
    weighed = {id: ours.weigh(finding(id)) for id in ("DERM-N01", "DERM-N03", "IG-A", "BAL-A", "BAL-B", "COD-NPI")}
    severities = {id: f.severity if f else None for id, f in weighed.items()}
    assert severities == {
        "DERM-N01": "warning", "DERM-N03": None, "IG-A": "advice", "BAL-A": "error", "BAL-B": "error", "COD-NPI": "error"
    }  # fmt: skip


def test_the_syntax_of_a_file_is_no_payers_to_judge(tmp_path: Path) -> None:
    ours = read(tmp_path, profile("ours", HMO, "<severity rule='IG-' is='off'/>")).by_id["ours"]
    for snip in (0, 1):
        told = finding("IG-SEG", snip)
        assert ours.weigh(told) is told
    assert ours.weigh(finding("IG-SEG", 2)) is None


def test_blanks_around_a_value_are_no_part_of_it(tmp_path: Path) -> None:
    """The schema does not see them, and nor may who reads the row: such a profile found no claim, and told nothing."""
    ours = read(
        tmp_path,
        profile(
            " ours", "<match payer-id=' 99003 '/>", "<match name='ACME  HEALTH&#10;PLAN '/>",
            "<ncci follows=' yes'/>", "<authorisation from='11102 ' to=' 11107'/>", "<severity rule='BAL- ' is=' off'/>",
            "<member-id pattern=' [A-Z]{3}[0-9]{9} '/>", "<modifiers refused=' 59  XS '/>", like=" medicaid ",
        ),
    )  # fmt: skip
    assert found(ours, payer_id="99003") == found(ours, payer="ACME HEALTH PLAN") == "ours"
    assert (found(ours, payer_id="9 9003"), found(ours, payer="ACMEHEALTH PLAN")) == ("default", "default")
    profiled = ours.by_id["ours"]
    assert profiled.follows_ncci
    assert profiled.ndc_on_drugs  # like medicaid
    assert (profiled.wants_authorisation("11104"), profiled.wants_authorisation("11108")) == (True, False)
    assert (profiled.knows("ABC123456789"), profiled.knows("ABC12345678")) == (True, False)
    assert profiled.weights == (("BAL-", None),)
    assert profiled.modifiers_refused == {"59", "XS"}


# -- what is refused


WRONG: dict[str, tuple[tuple[str, ...], int, str]] = {
    "no match": ((profile("ours"),), 3, "profile ours has no match"),
    "an empty match": ((profile("ours", "<match/>"),), 4, "a match needs a payer-id, a name or a filing"),
    "any name": ((profile("ours", "<match name='*'/>"),), 4, "a match needs a payer-id, a name or a filing"),
    "a receiver alone": ((profile("ours", "<match receiver='R1'/>"),), 4, "a match needs a payer-id"),
    "a match twice": ((profile("ours", HMO, HMO),), 5, "the same match stands in own.xml on line 4"),
    "a match of two": ((profile("ours", HMO), profile("more", HMO)), 7, "the same match stands in own.xml on line 4"),
    "a match of the default": ((profile("default", HMO),), 3, "takes no match"),
    "an id twice": ((profile("ours", HMO), profile("ours", "<match filing='ZZ'/>")), 6, "stands already on line 3"),
    "like none": ((profile("ours", HMO, like="nobody"),), 3, "there is no built-in profile nobody"),
    "a row twice": ((profile("ours", HMO, "<ncci follows='yes'/>", "<ncci follows='no'/>"),), 6, "ncci stands already"),
    "an unknown row": ((profile("ours", HMO, "<nicc follows='yes'/>"),), 5, "nicc"),
    "an unknown value": ((profile("ours", HMO, "<ncci follows='maybe'/>"),), 5, "maybe"),
    "a deadline of nothing": ((profile("ours", HMO, "<timely-filing/>"),), 5, "needs either days or years"),
    "two deadlines": ((profile("ours", HMO, "<timely-filing days='1' years='1'/>"),), 5, "either days or years"),
    "no days": ((profile("ours", HMO, "<timely-filing days='0'/>"),), 5, "days"),
    "a range backwards": ((profile("ours", HMO, "<authorisation from='17311' to='11102'/>"),), 5, "in order"),
    "a range of two forms": ((profile("ours", HMO, "<authorisation from='J0001' to='11102'/>"),), 5, "of one form"),
    "half a range": ((profile("ours", HMO, "<authorisation from='17311'/>"),), 5, "a code, or from and to"),
    "code and range": ((profile("ours", HMO, "<authorisation code='17311' to='17311'/>"),), 5, "a code, or from"),
    "a severity twice": (
        (profile("ours", HMO, *("<severity rule='BAL-A' is='off'/>",) * 2),), 6, "another severity for BAL-A"
    ),
    "syntax turned off": ((profile("ours", HMO, "<severity rule='SYN-' is='off'/>"),), 5, "SYN-"),
    "everything turned off": ((profile("ours", HMO, "<severity rule='' is='off'/>"),), 5, "rule"),
    "a choice backwards": ((profile("ours", HMO, "<member-id pattern='[Z-A]'/>"),), 5, "the pattern cannot be used"),
    "a count backwards": ((profile("ours", HMO, "<member-id pattern='A{5,2}'/>"),), 5, "the pattern cannot be used"),
    "modifiers of nothing": ((profile("ours", HMO, "<modifiers note='x'/>"),), 5, "modifiers needs allowed or refused"),
    "limits of nothing": ((profile("ours", HMO, "<limits/>"),), 5, "limits needs lines or diagnoses"),
    "a referral of nothing": ((profile("ours", HMO, "<referral/>"),), 5, "referral needs number or provider"),
    "a modifier for and against": (
        (profile("ours", HMO, "<modifiers allowed='25 59' refused='59 GY'/>"),), 5, "modifier 59 is both allowed and refused"
    ),
    "a match twice but for blanks": (
        (profile("ours", HMO, "<match payer-id=' 99003'/>"),), 5, "the same match stands in own.xml on line 4"
    ),
    "a limit past any use": ((profile("ours", HMO, f"<limits lines='{'0' * 5000}6'/>"),), 5, "lines is too large"),
    "a source of nobody": (("<profile id='ours' name='x' source='hearsay'/>\n",), 3, "source hearsay is not in"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_profile_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    rows, line, reason = WRONG[case]
    folder = put(tmp_path, *rows)
    with pytest.raises(ProfileError) as refused:
        profiles(folder)
    error = refused.value
    assert (error.file, error.line, error.exit_code) == (str(tmp_path / "own.xml"), line, 2)
    assert reason in error.reason
    assert isinstance(error, MapError)


@pytest.mark.parametrize(
    "pattern", ["(A+)+", "A+", "A*", ".*", "A{1,9}B{1,9}", "A|B", "a", "\\d", "[^A]", "A{100}", "", "A" * 201, "A?"]
)
def test_a_pattern_that_may_take_long_is_refused(pattern: str, tmp_path: Path) -> None:
    folder = put(tmp_path, profile("ours", HMO, f"<member-id pattern='{pattern}'/>"))
    with pytest.raises(ProfileError, match=r"own\.xml:5:"):
        profiles(folder)


def test_the_longest_pattern_is_read_and_looked_at_quickly(tmp_path: Path) -> None:
    longest = "[A-Z]{99}" * 10 + "[A-Z]{1,99}" + "[A-Z]{99}" * 10
    started = time.monotonic()
    ours = read(tmp_path, profile("ours", HMO, f"<member-id pattern='{longest}'/>")).by_id["ours"]
    assert not ours.knows("A" * 5000 + "1")
    assert time.monotonic() - started < 2


def test_two_files_with_one_id(tmp_path: Path) -> None:
    put(tmp_path, profile("ours", HMO), name="a.xml")
    put(tmp_path, profile("ours", "<match filing='ZZ'/>"), name="b.xml")
    with pytest.raises(ProfileError, match=r"b\.xml:3: there is another profile ours in this folder"):
        profiles(tmp_path)


def test_a_folder_without_profiles_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"holds no file of payers"):
        profiles(tmp_path)
    with pytest.raises(ProfileError, match=r"is not a folder"):
        profiles(tmp_path / "absent")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text("<sources/>", "utf-8")
    with pytest.raises(ProfileError, match=r"x\.xml:1: <sources> is not the root of a payers map"):
        profiles(tmp_path)
