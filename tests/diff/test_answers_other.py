"""Answers in another form than the usual one, and what has that form and answers a part of it or nothing."""

from datetime import date
from pathlib import Path

import pytest

from curette.codes.answers import answers
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.procedures import procedures
from curette.codes.tables import Head, Tables, write
from curette.diff.answers import Judge, State
from curette.diff.compare import compare
from curette.diff.model import Comparison
from curette.diff.speaking import Speaking
from tests.builder import ABOVE
from tests.diff.edits import read, results
from tests.diff.test_answers import G1, JUDGE, PWK, RENDERED, claim, denied, judge
from tests.diff.test_answers_near import F8, general, named

Segments = tuple[str, ...]
ANSWERED, PARTLY, NOT = State.ANSWERED, State.PARTLY, State.NOT


def pointing(code: str, *codes: str) -> Segments:
    """A claim whose third diagnosis is `code`."""
    return tuple(s.replace("ABF:C44319", f"ABF:{code}") for s in claim(*codes))


def described(*codes: str) -> Segments:
    """A claim whose unlisted drug is described in the line."""
    return tuple(s.replace("HC:J3590", "HC:J3590:::::MADE UP 300 MG") for s in claim(*codes))


VISIT, MOHS = ("99214", "11102"), ("88305", "17311")
CASES: dict[str, tuple[str, Segments, Segments, State]] = {
    # 25 goes with minor procedures, 57 with those of 90 follow-up days, 24 with none of the day (EM-01, EM-06, DERM-X05)
    "57 beside a flap": ("modifier_25.missing", claim("99214", "14040", "11102"), claim("99214:57", "14040", "11102"), ANSWERED),
    "25 beside a flap and a biopsy": ("modifier_25.missing", claim("99214", "14040", "11102"), claim("99214:25", "14040", "11102"), ANSWERED),
    "25 beside a flap alone": ("modifier_25.missing", claim("99214", "14040"), claim("99214:25", "14040"), PARTLY),
    "57 beside a biopsy": ("modifier_25.missing", claim(*VISIT), claim("99214:57", "11102"), PARTLY),
    "24 beside a biopsy": ("modifier_25.missing", claim(*VISIT), claim("99214:24", "11102"), NOT),
    "25, the procedure on another claim": ("modifier_25.missing", claim(*VISIT), claim("99214:25"), ANSWERED),
    "57 for 25 beside a flap": ("modifier_25.unsupported", claim("99214:25", "14040"), claim("99214:57", "14040"), ANSWERED),
    "57 for 25 beside a biopsy": ("modifier_25.unsupported", claim("99214:25", "11102"), claim("99214:57", "11102"), PARTLY),
    "59 taken off the visit": ("modifier_25.inconsistent", claim("99213:25:59", "11102"), claim("99213:25", "11102"), ANSWERED),
    "24 taken off the visit": ("modifier_25.inconsistent", claim("99213:24:25", "11102"), claim("99213:25", "11102"), ANSWERED),
    "25 on a visit alone": ("global_period.em", claim("99213"), claim("99213:25"), PARTLY),
    "57 on a visit alone": ("global_period.em", claim("99213"), claim("99213:57"), ANSWERED),
    # what opens an NCCI pair (DERM-N02), and what does not
    "79 on the line": ("modifier_59.missing", claim("11102", "17000"), claim("11102:79", "17000"), ANSWERED),
    "an eyelid on the line": ("modifier_59.missing", claim("11102", "17000"), claim("11102:E1", "17000"), ANSWERED),
    "an eyelid on the other line": ("modifier_59.missing", claim("11102", "17000"), claim("11102", "17000:E1"), ANSWERED),
    "an eyelid on a line of no pair": ("modifier_59.missing", claim("11102", "88305"), claim("11102", "88305:E1"), NOT),
    "76 on the line": ("modifier_59.missing", claim("11102", "17000"), claim("11102:76", "17000"), NOT),
    "51 on the line": ("modifier_59.missing", claim("11102", "17000"), claim("11102:51", "17000"), NOT),
    "the other line of the pair is gone": ("modifier_59.missing", claim("11102", "17000"), claim("11102"), ANSWERED),
    "another line is gone": ("modifier_59.missing", claim("11102", "17000", "88305"), claim("11102", "17000"), NOT),
    "59, the other line is gone": ("modifier_59.unsupported", claim("11102:59", "17000"), claim("11102:59"), ANSWERED),
    # what the diagnosis has to be afterwards
    "Mohs for another benign lesion": ("mohs.diagnosis", claim("17311"), claim("17311 1 2"), PARTLY),
    "one cosmetic diagnosis for another": ("cosmetic.signalling_dx", pointing("L821", "11400 1 3"), pointing("L910", "11400 1 3"), PARTLY),
    "a symptom beside the cosmetic diagnosis": ("cosmetic.signalling_dx", pointing("L821", "11400 1 3"), pointing("L821", "11400 1 3:2"), ANSWERED),
    "inflamed": ("cosmetic.signalling_dx", pointing("L821", "11400 1 3"), pointing("L820", "11400 1 3"), ANSWERED),
    "one invalid diagnosis for another": ("dx_mismatch.invalid", pointing("L5700", "11102 1 3"), pointing("L5799", "11102 1 3"), PARTLY),
    "valid on the day": ("dx_mismatch.invalid", pointing("L5700", "11102 1 3"), pointing("L570", "11102 1 3"), ANSWERED),
    "valid, and an invalid one beside it": ("dx_mismatch.invalid", pointing("L5700", "11102 1 3"), pointing("L5799", "11102 1 3:1"), PARTLY),
    "one vague diagnosis for another": ("dx_mismatch.unspecific", pointing("C4430", "11602 1 3"), pointing("C4490", "11602 1 3"), PARTLY),
    "the exact one": ("dx_mismatch.unspecific", pointing("C4430", "11602 1 3"), pointing("C44311", "11602 1 3"), ANSWERED),
    # pathology and biopsies
    "only read": ("pathology_bundling.clia", claim("88305"), claim("88305:26"), ANSWERED),
    "only prepared": ("pathology_bundling.clia", claim("88305"), claim("88305:TC"), NOT),
    "read by another": ("pathology_bundling.with_mohs", claim(*MOHS), claim(*MOHS, after=RENDERED), PARTLY),
    "two first biopsies in one line": ("biopsy_code.two_primaries", claim("11102", "11102"), claim("11102 2"), PARTLY),
    "one of two first biopsies": ("biopsy_code.two_primaries", claim("11102", "11104"), claim("11104"), ANSWERED),
    # drugs
    "an unlisted drug described": ("biologic_billing.code", claim("J3590"), described("J3590"), ANSWERED),
    "an unlisted drug in a note": ("biologic_billing.code", claim("J3590"), claim("J3590", more=("NTE*ADD*MADE UP",)), PARTLY),
    "a listed drug described": ("biologic_billing.code", claim("J3245"), claim("J3245", after=("NTE*ADD*MADE UP",)), PARTLY),
    "a code that is none": ("biologic_billing.code", claim("J3590"), claim("J0000"), PARTLY),
    "records of earlier treatment": ("step_therapy.stated", claim("J3245"), claim("J3245", more=PWK), ANSWERED),
    # the number that was there
    "the same approval, at the line": ("biologic_pa.number_invalid", claim("J3245", more=G1), claim("J3245", after=G1), NOT),
    "the same approval, at the claim": ("biologic_pa.number_invalid", claim("J3245", after=G1), claim("J3245", more=G1), NOT),
    "another approval, at the line": ("biologic_pa.number_invalid", claim("J3245", more=G1), claim("J3245", after=("REF*G1*AUTH2",)), ANSWERED),
    "the same approval, where the payer saw none": ("biologic_pa.absent", claim("J3245", more=G1), claim("J3245", after=G1), PARTLY),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_in_another_form(name: str) -> None:
    sub, old, new, state = CASES[name]
    code = next(s for s in old if s.startswith("SV1*")).split("*")[1].split(":")[1]
    assert judge(old, new, denied(sub, code)).state is state


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        (("88305 10",), ("88305 6", "88305:59 4"), PARTLY),
        (("88305 10", "88305 10"), ("88305 5", "88305 15"), PARTLY),
        (("88305 10", "88305 10"), ("88305 5", "88305 10"), ANSWERED),
        (("88305 10",), ("88305 6", "88305:TC 4"), ANSWERED),
        (("88305 10",), ("88305 6", "88304 4"), ANSWERED),
    ],
)
def test_units_that_are_spread_over_lines_are_as_many(old: Segments, new: Segments, state: State) -> None:
    denial = denied("pathology_bundling.specimen_units", "88305", carc="151")
    assert judge(claim(*old), claim(*new), denial).state is state


@pytest.mark.parametrize("carc", ["181", "189", ""])
def test_a_code_that_is_refused_is_not_answered_by_words(carc: str) -> None:
    judged = judge(claim("J3590"), described("J3590"), denied("biologic_billing.code", "J3590", carc=carc))
    assert judged.state is (PARTLY if carc else ANSWERED)
    assert judge(claim("J3590"), claim("J3245"), denied("biologic_billing.code", "J3590", carc=carc)).state is ANSWERED


def test_where_a_code_names_the_service_an_unlisted_one_is_not_saved_by_words() -> None:
    """CO-189 on a procedure."""
    denial = general("coding", "unlisted", "17999", carc="189")
    noted = claim("17999", more=("NTE*ADD*MADE UP",))
    assert [judge(claim("17999"), new, denial).state for new in (noted, claim("17110"))] == [PARTLY, ANSWERED]


@pytest.mark.parametrize(
    ("sub", "one", "other", "state"),
    [
        ("biologic_billing.drug_admin_pair", "J3245", "96372", ANSWERED),
        ("destruction_count.addon_without_first", "17003", "17000", ANSWERED),
        ("biopsy_code.addon_without_primary", "11103", "11102", ANSWERED),
        ("mohs.addon_without_first", "17312", "17311", ANSWERED),
        ("mohs.addon_without_first", "17312", "17313", PARTLY),
    ],
)
def test_claims_merged_bring_together_what_belongs_together(sub: str, one: str, other: str, state: State) -> None:
    """What was on another claim stands beside the denied line now, though the line itself is not new."""
    olds = [named(claim(code), name) for name, code in (("A1", one), ("A2", other))]
    (found,) = results((*ABOVE, *olds[0], *olds[1]), claim(one, other, more=(F8,)), {"A1": ["ICN1"]})
    assert isinstance(found, Comparison)
    marked, (judged,) = JUDGE.judge(found, [denied(sub, one)])
    assert judged.state is state
    assert [change.field for change in marked.changes if change.answers] == ["claims"]


@pytest.mark.parametrize(("complete", "state"), [(True, PARTLY), (False, ANSWERED)])
def test_a_diagnosis_that_an_excerpt_lacks_may_be_valid(complete: bool, state: State, tmp_path: Path) -> None:
    head = Head("icd10cm", "2026X", date(2025, 10, 1), date(2026, 9, 30), "test", (), complete)
    write(tmp_path / "icd10cm-2026X.table", head, [("L578", None, None, ())])
    judging = Judge(answers(), Speaking(procedures(), drugs(), diagnoses(), Tables(tmp_path)))
    (found,) = compare(read(pointing("L5700", "11102 1 3")), read(pointing("L570", "11102 1 3")))
    assert isinstance(found, Comparison)
    _, (judged,) = judging.judge(found, [denied("dx_mismatch.invalid", "11102")])
    assert judged.state is state
