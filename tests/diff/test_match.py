"""Which claims belong together."""

from collections.abc import Sequence

import pytest

from curette.claims.model import Claim
from curette.diff.match import Side, matches
from curette.diff.model import MatchedBy
from curette.diff.pool import Numbers
from curette.findings import Confidence
from tests.builder import ABOVE, claim, line
from tests.diff.edits import read

Row = tuple[str | None, str | None, MatchedBy | None, Confidence | None]


def matched(
    old: Sequence[str], new: Sequence[str], numbers: Numbers | None = None, *, known: bool = False
) -> list[Row]:
    """Pairs of "number charge", with how they were found."""
    olds, news = (read((*ABOVE, *side)) for side in (old, new))
    if known:
        for side, segments in ((olds, old), (news, new)):
            side.outline = [(s.split("*")[1], "") for s in segments if s.startswith("CLM*")]
    return [
        (
            *(" + ".join(f"{c.control_number} {c.charge // 100}" for c in side) or None for side in (m.olds, m.news)),
            m.matched_by,
            m.confidence,
        )  # type: ignore[misc]
        for m in matches(olds, news, numbers or {})
    ]


def test_by_control_number() -> None:
    assert matched(claim("A1"), claim("A1", "120")) == [("A1 100", "A1 120", MatchedBy.CLAIM, Confidence.CERTAIN)]


def test_by_the_payer_number_though_the_control_number_is_new() -> None:
    new = claim("B1", "100", "REF*F8*ICN1")
    assert matched(claim("A1"), new, {"A1": ["ICN0", "ICN1"]}) == [
        ("A1 100", "B1 100", MatchedBy.PAYER_CLAIM, Confidence.CERTAIN)
    ]
    assert matched(claim("A1"), new) == [("A1 100", "B1 100", MatchedBy.PATIENT_SERVICE, Confidence.LIKELY)]


def test_the_payer_number_goes_before_the_control_number() -> None:
    old = (*claim("A1"), *claim("A2", "110"))
    new = (*claim("A1", "120", "REF*F8*ICN2"), *claim("A3", "130", "REF*F8*ICN1"))
    assert matched(old, new, {"A1": ["ICN1"], "A2": ["ICN2"]}) == [
        ("A2 110", "A1 120", MatchedBy.PAYER_CLAIM, Confidence.CERTAIN),
        ("A1 100", "A3 130", MatchedBy.PAYER_CLAIM, Confidence.CERTAIN),
    ]


def test_a_wrong_payer_number_leaves_the_control_number() -> None:
    new = claim("A1", "120", "REF*F8*WRONG")
    assert matched(claim("A1"), new, {"A1": ["ICN1"]}) == [("A1 100", "A1 120", MatchedBy.CLAIM, Confidence.CERTAIN)]


@pytest.mark.parametrize("known", [False, True], ids=["all held", "paired as they come"])
@pytest.mark.parametrize("reference", ["", "REF*F8*ICN2"])
def test_that_an_old_claim_named_a_number_is_no_match_by_number(reference: str, known: bool) -> None:
    """It was a replacement itself; what comes now names no number of the payer's, or a wrong one."""
    new = claim("A1", "120", *filter(None, [reference]))
    assert matched(claim("A1", "100", "REF*F8*ICN1"), new, {"A1": ["ICN1"]}, known=known) == [
        ("A1 100", "A1 120", MatchedBy.CLAIM, Confidence.CERTAIN)
    ]


def test_repeated_control_numbers_pair_in_order_after_equal_claims() -> None:
    old = (*claim("A1"), *claim("A1", "110"), *claim("A1", "120"))
    new = (*claim("A1", "110"), *claim("A1", "130"))
    assert matched(old, new) == [
        ("A1 110", "A1 110", MatchedBy.CLAIM, Confidence.CERTAIN),
        ("A1 100", "A1 130", MatchedBy.CLAIM, Confidence.LIKELY),
        ("A1 120", None, None, None),
    ]


def visit(day: str, charge: str, *more: str) -> list[str]:
    """A visit that is sent under the number of the patient."""
    return [s.replace("20260104", day) for s in claim("A1", charge, *more)]


JANUARY, FEBRUARY, MARCH = "20260104", "20260204", "20260304"


@pytest.mark.parametrize(
    ("more", "by", "sure"),
    [((), MatchedBy.CLAIM, Confidence.LIKELY), (("REF*F8*ICN2",), MatchedBy.PAYER_CLAIM, Confidence.CERTAIN)],
    ids=["by the number", "by the payer's"],
)
def test_visits_under_one_number_pair_by_their_days(more: tuple[str, ...], by: MatchedBy, sure: Confidence) -> None:
    old = (*visit(JANUARY, "100"), *visit(FEBRUARY, "110"))
    numbers = {"A1": ["ICN1", "ICN2"]}
    pair = ("A1 110", "A1 120", by, sure)
    assert matched(old, visit(FEBRUARY, "120", *more), numbers) == [pair, ("A1 100", None, None, None)]
    new = (*visit(MARCH, "130"), *visit(FEBRUARY, "120", *more))
    assert matched(old, new, numbers) == [(None, "A1 130", None, None), pair, ("A1 100", None, None, None)]


def test_both_may_replace_one_earlier_claim() -> None:
    new = claim("B1", "120", "REF*F8*ICN1")
    assert matched(claim("A1", "100", "REF*F8*ICN1"), new) == [
        ("A1 100", "B1 120", MatchedBy.PAYER_CLAIM, Confidence.LIKELY)
    ]


def test_several_that_name_one_original_are_a_split() -> None:
    new = (*claim("B1", "120", "REF*F8*ICN1"), *claim("B2", "130", "REF*F8*ICN1"))
    assert matched(claim("A1"), new, {"A1": ["ICN1"]}) == [
        ("A1 100", "B1 120 + B2 130", MatchedBy.PAYER_CLAIM, Confidence.CERTAIN)
    ]


HEAD = ("CLM*A1*200***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485")
OTHER = ("LX*2", "SV1*HC:11102*100*UN*1***1", "DTP*472*D8*20260104")
WHOLE = (*HEAD, *line(), *OTHER)
PARTS = (*claim("A1"), "CLM*B7*100***11:B:1*Y*A*Y*Y", HEAD[1], "LX*1", *OTHER[1:])


@pytest.mark.parametrize("known", [False, True], ids=["all held", "paired as they come"])
def test_a_line_that_went_to_a_claim_of_its_own_is_a_split(known: bool) -> None:
    assert matched(WHOLE, PARTS, known=known) == [("A1 200", "A1 100 + B7 100", MatchedBy.CLAIM, Confidence.LIKELY)]
    assert matched(PARTS, WHOLE, known=known) == [("A1 100 + B7 100", "A1 200", MatchedBy.CLAIM, Confidence.LIKELY)]


@pytest.mark.parametrize("name", ["A17-R", "A17R2", "2-A17", "RA17"])
def test_a_number_that_was_added_to(name: str) -> None:
    assert matched(claim("A17"), claim(name)) == [("A17 100", f"{name} 100", MatchedBy.CLAIM, Confidence.LIKELY)]


def test_a_number_that_was_added_to_counts_for_the_same_patient_and_days_only() -> None:
    later = tuple(s.replace("20260104", "20260105") for s in claim("A17-R"))
    assert [row[:2] for row in matched(claim("A17"), later)] == [(None, "A17-R 100"), ("A17 100", None)]


def test_other_services_for_the_same_patient_are_only_possible() -> None:
    other = tuple(s.replace("99213:25", "11102") for s in claim("B7"))
    assert matched(claim("A1"), other) == [("A1 100", "B7 100", MatchedBy.PATIENT_SERVICE, Confidence.POSSIBLE)]


def test_of_two_claims_of_a_patient_the_likest_is_taken() -> None:
    old = (*claim("A1"), *(s.replace("99213:25", "11102") for s in claim("A2")))
    new = (*(s.replace("99213:25", "11102") for s in claim("B8", "120")), *claim("B9", "110"))
    assert [row[:2] for row in matched(old, new)] == [("A2 100", "B8 120"), ("A1 100", "B9 110")]


def test_an_unchanged_claim_pairs_with_itself_though_another_names_it() -> None:
    both = (*claim("A1"), *claim("B1", "120", "REF*F8*ICN1"))
    assert [row[:2] for row in matched(both, both, {"A1": ["ICN1"]})] == [("A1 100", "A1 100"), ("B1 120", "B1 120")]


@pytest.mark.parametrize("known", [True, False])
def test_a_number_given_twice_is_no_match(known: bool) -> None:
    """Another patient on another day; the same patient on another day, or another one on this day, may be a correction."""
    other = tuple(s.replace("TEST0001", "TEST0002").replace("SAM*", "TOM*") for s in ABOVE)
    later = tuple(s.replace("20260104", "20260304") for s in claim("A1"))
    found = []
    for above, body in ((other, claim("A1")), (ABOVE, later), (other, later)):
        olds, new = read((*ABOVE, *claim("A1"))), read((*above, *body))
        if known:
            olds.outline = new.outline = [("A1", "")]
        found.append(len(list(matches(olds, new, {}))))
    assert found == [1, 1, 2]


@pytest.mark.parametrize(
    ("code", "charge", "frequency", "paired"),
    [("88305", "70", "1", False), ("88305", "70", "7", True), ("88305", "100", "1", True), ("99214", "130", "1", True)],
)
def test_two_claims_of_a_day_are_not_one(code: str, charge: str, frequency: str, paired: bool) -> None:
    """A visit and its pathology under numbers of their own: nothing says that one was sent for the other."""
    new = tuple(s.replace("99213:25", code).replace(":B:1*", f":B:{frequency}*") for s in claim("B7", charge))
    assert len(matched(claim("A1"), new)) == (1 if paired else 2)
    assert len(matched(new, claim("A1"))) == (1 if paired else 2)


@pytest.mark.parametrize(("npi", "frequency", "paired"), [("1", "1", True), ("2", "1", False), ("2", "7", True)])
def test_who_rendered_it_tells_two_visits_of_a_day_apart(npi: str, frequency: str, paired: bool) -> None:
    old, new = (
        (*claim(name)[:2], f"NM1*82*1*EXAMPLE*DANA****XX*{number}", *claim(name)[2:])
        for name, number in (("A1", "1"), ("B7", npi))
    )
    new = tuple(s.replace(":B:1*", f":B:{frequency}*") for s in new)
    assert len(matched(old, new)) == len(matched(new, old)) == (1 if paired else 2)


def test_a_void_of_what_two_claims_are_about_loses_neither() -> None:
    """It is the payer's number of one, and the other replaced that; the other comes again as well."""
    replacement = [s.replace(":B:1*", ":B:7*") for s in claim("B1", "110", "REF*F8*ICN1")]
    void = [s.replace(":B:1*", ":B:8*") for s in claim("A1", "100", "REF*F8*ICN1")]
    old, new = (*claim("A1"), *replacement), (*void, *claim("B1", "120"))
    numbers = {"A1": ["ICN1"]}
    assert matched(old, new, numbers) == [
        ("A1 100", "A1 100", MatchedBy.PAYER_CLAIM, Confidence.CERTAIN),
        ("B1 110", "B1 120", MatchedBy.CLAIM, Confidence.CERTAIN),
    ]
    assert matched(new, old, numbers) == [
        ("A1 100", "A1 100", MatchedBy.CLAIM, Confidence.CERTAIN),
        ("B1 120", "B1 110", MatchedBy.CLAIM, Confidence.CERTAIN),
    ]


Sent = tuple[str, str, str, str]  # month, frequency, number of the original, charge


def folder(first: int, batches: Sequence[Sequence[Sent]]) -> list[Claim]:
    """Visits under the number of a patient, in batches of one month after the other."""
    found: list[Claim] = []
    for month, batch in enumerate(batches, first):
        body = [
            s.replace("20260104", f"2026{day}04").replace(":B:1*", f":B:{frequency}*")
            for day, frequency, number, charge in batch
            for s in claim("A1", charge, *([f"REF*F8*{number}"] if number else []))
        ]
        above = [s.replace("BATCH1*20260105", f"B{month}*2026{month:02}20") for s in ABOVE]
        found += read((*above, *body)).claims
    return found


# what was sent before, and again; what of it belongs together, is left out as replaced, stands alone
VISITS: dict[str, tuple[list[list[Sent]], list[list[Sent]], list[tuple[str, ...]]]] = {
    "another visit is corrected than the one that was": (
        [[("01", "1", "", "100")], [("02", "1", "", "200")], [("01", "7", "ICN1", "110")]],
        [[("02", "7", "ICN2", "220")]],
        [("200", "220"), ("100", "replaced"), ("110", "-")],
    ),
    "the same visit is": (
        [[("01", "1", "", "100")], [("02", "1", "", "200")], [("01", "7", "ICN1", "110")]],
        [[("01", "7", "ICN1", "120")]],
        [("110", "120"), ("100", "replaced"), ("200", "-")],
    ),
    "one is voided, the other corrected": (
        [[("01", "1", "", "100")], [("02", "1", "", "200")], [("01", "8", "ICN1", "100")]],
        [[("02", "7", "ICN2", "220")]],
        [("200", "220"), ("100", "replaced"), ("100", "-")],
    ),
    "the only visit was corrected to another day": (
        [[("01", "1", "", "100")], [("02", "7", "ICN1", "110")]],
        [[("02", "7", "ICN1", "120")]],
        [("110", "120"), ("100", "replaced")],
    ),
}


@pytest.mark.parametrize("name", VISITS)
def test_what_a_folder_corrected_itself_is_told_by_visit(name: str) -> None:
    olds, news, expected = VISITS[name]
    old, new = folder(1, olds), folder(6, news)
    found = [
        (
            " + ".join(str(c.charge // 100) for c in m.olds),
            " + ".join(str(c.charge // 100) for c in m.news) or ("replaced" if m.replaced else "-"),
        )
        for m in matches(Side(old), Side(new), {"A1": ["ICN1", "ICN2"]})
    ]
    assert found == expected


def test_what_a_folder_corrected_itself_takes_no_place() -> None:
    """The last of two versions is matched by the payer's number, for certain: the first was replaced."""
    old = folder(1, [[("01", "1", "", "100")], [("01", "7", "ICN0", "110")]])
    found = list(matches(Side(old), Side(folder(6, [[("01", "7", "ICN1", "120")]])), {"A1": ["ICN1"]}))
    assert [(len(m.olds), len(m.news), m.replaced) for m in found] == [(1, 1, False), (1, 0, True)]
    assert (found[0].matched_by, found[0].confidence) == (MatchedBy.PAYER_CLAIM, Confidence.CERTAIN)
