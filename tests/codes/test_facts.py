"""What the dermatology rules stand on: procedures, diagnoses and drugs, as maps/ has them."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.maps import Maps
from curette.codes.procedures import procedures
from curette.errors import MapError

FACE = "FACE_EAR_LID_NOSE_LIP_MM"


def test_a_procedure_knows_family_site_and_size() -> None:
    found = procedures().get("11642")
    assert found is not None
    assert (found.family, found.site, found.basis, found.low, found.high) == (
        "excision_malignant", "FACE", "excised", 110, 200,
    )  # fmt: skip
    assert (found.behaviours, found.add_on, found.primaries) == (("malignant", "in_situ"), False, ())


def test_an_add_on_knows_what_it_stands_on() -> None:
    found = procedures().get("17315")
    assert found is not None
    assert (found.family, found.add_on, found.primaries) == ("mohs_addon", True, ("17311", "17312", "17313", "17314"))


@pytest.mark.parametrize(
    ("family", "site", "size", "code"),
    [
        ("excision_malignant", "FACE", 180, "11642"),
        ("excision_malignant", "FACE", 110, "11642"),
        ("excision_malignant", "FACE", 200, "11642"),
        ("excision_malignant", "TAL", 50, "11600"),
        ("excision_malignant", "TAL", 60, "11601"),
        ("excision_malignant", "TAL", 405, "11606"),  # more than 4.0 cm
        ("shave", "SNHFG", 0, "11305"),
        ("shave", "SNHFG", 9999, "11308"),
        ("repair_intermediate", "SCALP_AX_TRUNK_EXT", 260, "12032"),
        ("repair_intermediate", FACE, 3001, "12057"),
        ("repair_complex", "TRUNK", 750, "13101"),
        ("flap", "TRUNK", 1000, "14000"),
        ("flap", "TRUNK", 3500, "14301"),  # from 30.1 square centimetres the site does not matter
        ("destruction_vascular", "", 1000, "17107"),
    ],
)
def test_a_size_has_its_tier(family: str, site: str, size: int, code: str) -> None:
    found = procedures().tier(family, site, size)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("family", "site", "size"),
    [
        ("excision_malignant", "FACE", 55),  # between 0.5 and 0.6 cm
        ("excision_malignant", "FACE", 105),
        ("excision_malignant", "FACE", -10),
        ("excision_malignant", "NOSE", 180),
        ("excision_malignant", "", 180),
        ("repair_complex", "TRUNK", 100),  # of 1.0 cm or less there is none
        ("repair_complex", "TRUNK", 760),  # beyond, an add-on
        ("biopsy", "", 10),
        ("", "", 10),
    ],
)
def test_between_tiers_and_outside_there_is_none(family: str, site: str, size: int) -> None:
    assert procedures().tier(family, site, size) is None


def test_tiers_of_one_family_and_site_do_not_overlap() -> None:
    for rows in procedures().tiers.values():
        ordered = sorted(rows, key=lambda row: row.low or 0)
        for lower, upper in pairwise(ordered):
            assert (lower.high or 10**9) < (upper.low or 0), (lower.code, upper.code)


def test_add_ons_and_no_others_have_primaries() -> None:
    bare = [row.code for row in procedures().by_code.values() if row.add_on and not row.primaries]
    assert bare == ["G2211"]  # any office visit
    assert not [row.code for row in procedures().by_code.values() if row.primaries and not row.add_on]


def test_families() -> None:
    known = procedures()
    assert known.family("99213") == "em_est"
    assert known.family("99999") == known.family("") == ""
    assert known.codes("em_new") == {"99202", "99203", "99204", "99205"}
    assert known.codes("mohs", "mohs_addon") == {"17311", "17312", "17313", "17314", "17315"}
    assert known.codes() == known.codes("none") == frozenset()
    assert len(known.by_code) == 241


def test_codes_that_ended_and_numbers_that_are_no_code() -> None:
    known = procedures()
    ended = known.deleted("11100")
    assert ended is not None
    assert (ended.last_day, ended.instead) == (date(2018, 12, 31), "11102, 11104 or 11106, by technique")
    assert known.deleted("11102") is None
    assert (known.never("11304"), known.never("11303"), known.never("")) == (True, False, False)
    assert not (known.by_code.keys() & (known.ended.keys() | known.nevers))
    assert (len(known.ended), len(known.nevers)) == (17, 24)


def test_a_diagnosis_knows_behaviour_and_sites() -> None:
    nose = diagnoses().get("C44311")
    assert nose is not None
    assert (nose.family, nose.behaviour, nose.site, nose.mohs) == ("nmsc", "malignant", "nose", "17311")
    assert nose.sites == nose.usual == {"FACE"}
    assert (nose.side, nose.cosmetic, nose.flags) == ("", "none", frozenset())


def test_a_diagnosis_knows_what_it_leaves_unsaid() -> None:
    known = diagnoses()
    lid, trunk, arm = known.get("C43111"), known.get("C4359"), known.get("C4360")
    assert lid is not None
    assert trunk is not None
    assert arm is not None
    assert (lid.site, lid.side) == ("eyelid", "R")
    assert trunk.usual == {"TAL"}
    assert trunk.sites == {"TAL", "SNHFG"}
    assert arm.flags == {"unspecified_laterality"}
    assert (trunk.mohs, arm.mohs, arm.side) == ("17313", "", "U")


def test_behaviours_and_cosmetic_signals() -> None:
    known = diagnoses()
    assert [known.behaviour(code) for code in ("D0439", "L570", "L821", "L409", "C44.311", "")] == [
        "in_situ", "premalignant", "benign", "inflammatory", "", "",
    ]  # fmt: skip
    assert Counter(row.cosmetic for row in known.by_code.values()) == {"none": 391, "soft": 79, "hard": 20}


def test_a_drug_knows_unit_and_diagnoses() -> None:
    (humira,) = drugs().rows("J0139")
    assert (humira.name, humira.brand, humira.route, humira.unit) == ("adalimumab", "Humira", ("SC",), "1 mg")
    assert humira.expected == ("L40", "L732", "M05", "M06", "K50", "K51")
    assert (humira.active, humira.last_day, humira.single_dose) == (True, None, True)
    (old,) = drugs().rows("J0135")
    assert (old.active, old.last_day, old.unit) == (False, date(2024, 12, 31), "20 mg")


def test_an_unclassified_code_stands_for_many_drugs() -> None:
    names = {row.name for row in drugs().rows("J3590")}
    assert {"dupilumab", "ixekizumab", "unclassified biologic"} < names
    assert len(drugs().rows("J3590")) == 10
    assert drugs().rows("J9999") == ()
    assert len(drugs().codes) == 53


WRONG = {
    "procedures": [
        '<procedure code="Z1" family="x" label="x" source="curette"/>',
        '<procedure code="11300" family="x" label="x" source="nobody"/>',
        '<procedure code="11300" family="x" behaviours="bad" label="x" source="curette"/>',
        '<procedure code="11300" family="x" low="0.5" label="x" source="curette"/>',
        '<procedure code="11300" family="x" low="9" high="8" label="x" source="curette"/>',
        '<procedure code="11300" family="x" high="8" label="x" source="curette"/>',
        '<procedure code="11300" family="x" low="0" high="50" label="x" source="curette"/>',
        f'<procedure code="11300" family="x" basis="lesion" low="0" high="{"9" * 5000}" label="x" source="curette"/>',
        '<procedure code="11103" family="x" primaries="11102" label="x" source="curette"/>',
        '<deleted code="11300" instead="x" source="curette"/>',
        '<deleted code="11300" last-day="2020-12-31Z" instead="x" source="curette"/>',
        '<never code="11304"/>',
    ],
    "diagnoses": [
        '<diagnosis code="C44.311" family="x" behaviour="benign" sites="FACE" source="curette"/>',
        '<diagnosis code="C44311" family="x" behaviour="bad" sites="FACE" source="curette"/>',
        '<diagnosis code="C44311" family="x" behaviour="benign" sites="NOSE" source="curette"/>',
        '<diagnosis code="C44311" family="x" behaviour="benign" sites="FACE" usual="TAL" source="curette"/>',
    ],
    "drugs": [
        '<drug id="x" hcpcs="11300" name="x" unit="1 mg" source="curette"/>',
        '<drug id="x" hcpcs="J0139" name="x" unit="1 mg" expected="L40.1" source="curette"/>',
        '<drug id="x" hcpcs="J0139" name="x" unit="1 mg" last-day="2020-12-31Z" source="curette"/>',
        '<drug id="x" hcpcs="J0139" name="x" unit="1 mg"/>',
    ],
}
READ: dict[str, Callable[[Path], object]] = {"procedures": procedures, "diagnoses": diagnoses, "drugs": drugs}


@pytest.mark.parametrize(("name", "row"), [(name, row) for name, rows in WRONG.items() for row in rows])
def test_a_wrong_row_is_refused(name: str, row: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.xml").write_text(f"<{name}>\n{row}\n</{name}>\n", "utf-8")
    with pytest.raises(MapError) as caught:
        READ[name](tmp_path)
    assert caught.value.line == 2


TIER = '<procedure code="{}" family="{}" site="TAL" basis="lesion" {} label="x" source="curette"/>'


@pytest.mark.parametrize(
    ("rows", "other"),
    [
        ((("11300", "shave", 'low="0" high="60"'),), "11301"),
        ((("11301", "shave", 'low="50" high="100"'),), "11300"),
        ((("11302", "shave", 'low="110"'),), "11303"),
        ((("99998", "shave", 'low="70" high="80"'),), "11301"),
        ((("11300", "shave", 'low="0" high="70"'), ("11301", "shave", 'low="70" high="100"')), "11301"),
    ],
)
def test_sizes_of_two_codes_are_refused(rows: tuple[tuple[str, str, str], ...], other: str, tmp_path: Path) -> None:
    lines = [TIER.format(*row) for row in rows]
    (tmp_path / "procedures.xml").write_text("\n".join(["<procedures>", *lines, "</procedures>"]), "utf-8")
    with pytest.raises(MapError, match=f"{rows[0][0]}: its sizes are also those of {other}") as caught:
        procedures(tmp_path)
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "procedures.xml"), 2)


@pytest.mark.parametrize(
    "rows",
    [
        (("11300", "shave", 'low="0" high="50"'),),
        (("11300", "shave", 'low="0" high="59"'),),
        (("11300", "shave", 'low="0" high="70"'), ("11301", "shave", 'low="71" high="100"')),
        (("99998", "shaved", 'low="0" high="60"'),),
    ],
)
def test_sizes_that_meet_no_other_are_laid_over(rows: tuple[tuple[str, str, str], ...], tmp_path: Path) -> None:
    lines = [TIER.format(*row) for row in rows]
    (tmp_path / "procedures.xml").write_text("\n".join(["<procedures>", *lines, "</procedures>"]), "utf-8")
    found = procedures(tmp_path).tier(rows[0][1], "TAL", 5)
    assert found is not None
    assert found.code == rows[0][0]


def test_blanks_around_a_value_are_no_part_of_it(tmp_path: Path) -> None:
    row = '<procedure code=" 11102 " family="biopsy " basis=" count" label=" own  words&#10;" source="practice"/>'
    (tmp_path / "procedures.xml").write_text(f"<procedures>{row}</procedures>", "utf-8")
    laid = procedures(tmp_path)
    found = laid.get("11102")
    assert found is not None
    assert (found.family, found.basis, found.label) == ("biopsy", "count", "own words")
    assert len(laid.by_code) == len(procedures().by_code)


def test_a_users_row_is_laid_over(tmp_path: Path) -> None:
    (tmp_path / "drugs.xml").write_text(
        '<drugs><drug id="humira" hcpcs="J0139" name="adalimumab" unit="1 mg" expected="L40" source="practice"/>'
        '<drug id="new" hcpcs="J3590" name="new" unit="claim" source="practice"/></drugs>',
        "utf-8",
    )
    laid = drugs(tmp_path)
    assert [row.expected for row in laid.rows("J0139")] == [("L40",)]
    assert len(laid.rows("J3590")) == 11
    assert len(drugs().rows("J3590")) == 10


def test_sources_of_rows_are_recorded() -> None:
    for name in READ:
        assert all(row.words("source") for row in Maps().rows(name))
