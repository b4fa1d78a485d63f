from datetime import date

import pytest

from curette.denials.figures import Limits, Rate, immature, limits, month_end, months_between, running, tenths


@pytest.mark.parametrize(
    ("part", "whole", "of", "percent"),
    [
        (3, 29, 29, ""), (3, 30, 30, "10.0"), (0, 30, 30, "0.0"), (30, 30, 30, "100.0"), (1, 3000, 3000, "0.0"),
        (1, 2000, 2000, "0.1"), (2, 300, 300, "0.7"), (12550, 100000, 29, ""), (12550, 100000, 31, "12.6"),
        (0, 0, 30, ""),
    ],
)  # fmt: skip
def test_a_rate_is_told_from_thirty_observations_and_rounded_half_up(
    part: int, whole: int, of: int, percent: str
) -> None:
    assert Rate(part, whole, of).percent == percent


def test_limits_are_three_standard_deviations_about_the_rate_of_all() -> None:
    # p = 0.1, n = 900: 0.1 +/- 3 sqrt(0.09 / 900) = 0.1 +/- 0.03
    held = limits(Rate(1000, 10000, 10000), 900)
    assert held == Limits(100, 70, 130)
    # n = 36: 0.1 +/- 0.15; a rate is not less than nothing
    assert limits(Rate(1000, 10000, 10000), 36) == Limits(100, 0, 250)
    # p = 0.40983607, n = 45: 0.40983607 +/- 0.21994; rounded once, at the end
    assert limits(Rate(25, 61, 61), 45) == Limits(410, 190, 630)
    # p = 0.12345, n = 30: 0.12345 + 0.18018 = 0.30363
    assert limits(Rate(12345, 100000, 100000), 30) == Limits(123, 0, 304)


def test_a_group_too_small_has_no_limits() -> None:
    assert limits(Rate(1000, 10000, 10000), 29) is None
    assert limits(Rate(1, 20, 20), 900) is None


@pytest.mark.parametrize(("part", "place"), [(131, "above"), (130, "within"), (70, "within"), (69, "below")])
def test_what_is_at_a_limit_is_within(part: int, place: str) -> None:
    assert Limits(100, 70, 130).place(Rate(part, 1000, 1000)) == place


def test_a_month_of_service_fills_up_for_ninety_days_after_its_end() -> None:
    assert month_end("2026-02") == date(2026, 2, 28)
    assert month_end("2024-02") == date(2024, 2, 29)
    assert month_end("2026-12") == date(2026, 12, 31)
    assert immature("2026-02", date(2026, 5, 28))
    assert not immature("2026-02", date(2026, 5, 29))


def test_months_without_anything_are_there() -> None:
    assert months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert months_between("2026-02", "2026-02") == ["2026-02"]


@pytest.mark.parametrize(("value", "text"), [(0, "0.0"), (125, "12.5"), (-5, "-0.5"), (1000, "100.0")])
def test_tenths(value: int, text: str) -> None:
    assert tenths(value) == text


def test_a_running_mean_weighs_every_line_of_three_months_alike() -> None:
    months = {"2025-11": Rate(10, 100, 100), "2025-12": Rate(0, 300, 300), "2026-02": Rate(20, 200, 200)}
    # January had nothing to count; the first two months have no two before them
    assert running(months) == {"2026-01": Rate(10, 400, 400), "2026-02": Rate(20, 500, 500)}
    assert running({"2025-11": Rate(1, 50, 50), "2025-12": Rate(1, 50, 50)}) == {}
    assert running({}) == {}
