import pytest

from curette.codes.modifiers import DISTINCT, SUBSETS, VISIT, anatomic, belongs, opens


@pytest.mark.parametrize("modifier", ["24", "25", "57", "27"])
def test_a_modifier_of_visits_opens_a_pair_on_the_visit_only(modifier: str) -> None:
    assert belongs(modifier) in VISIT
    assert opens(modifier, on_visit=True)
    assert not opens(modifier, on_visit=False)


@pytest.mark.parametrize(
    "modifier", ["59", "XE", "XP", "XS", "XU", "58", "78", "79", "91", "LT", "RT", "E1", "F5", "TA"]
)
def test_other_modifiers_open_a_pair_elsewhere_only(modifier: str) -> None:
    assert opens(modifier, on_visit=False)
    assert not opens(modifier, on_visit=True)


@pytest.mark.parametrize("modifier", ["22", "50", "51", "52", "76", "77", "26", "TC", "GA", "JW", "JZ", "QW", "", "ZZ"])
def test_the_rest_open_nothing(modifier: str) -> None:
    assert not opens(modifier, on_visit=True)
    assert not opens(modifier, on_visit=False)


def test_where_modifiers_belong() -> None:
    asked = ("25", "27", "59", "91", "E4", "F1", "T1", "JZ", "TC", "GA", "ZZ")
    assert [belongs(modifier) for modifier in asked] == [
        "visit", "facility_visit", "procedure", "lab", "eyelid", "finger", "toe", "drug", "path", "any", "",
    ]  # fmt: skip


def test_sets() -> None:
    assert {"59"} == DISTINCT - SUBSETS
    assert len(anatomic()) == 26
    assert {"LT", "RT", "E1", "FA", "F9", "TA", "T9"} <= anatomic()
