"""The maps against the tables they were made from, where those are at hand."""

import csv
from pathlib import Path

import pytest

from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.maps import Maps
from curette.codes.procedures import Procedure, procedures

pytestmark = pytest.mark.shared

# Where each error or contradiction of the guides is recorded in maps/sources.xml.
RECORDED = {
    "biopsy-codes": "SE01", "excision-example": "SE02", "shave-sites": "SE03 SE04 SE15 SE17 SC05",
    "destruction-kinds": "SE05 SE14 SC01 SC02", "modifier-25-diagnosis": "SE06", "modifier-25-rate": "SE07",
    "modifier-51": "SE08 SC07", "c44311-nose": "SE09", "modifier-59": "SE10 SC08", "skin-sides": "SE11",
    "several-lesions": "SE12 SC18", "c-codes": "SE13", "specimen-count": "SE16", "17003-units": "SE18 SC03",
    "17000-with-17110": "SE19 SC04", "mohs-sites": "SE20 SC06", "biologic-codes": "SE21 SE22 SE23 SE24 SC17",
    "skin-88307": "SE25", "stain-88314": "SE26", "ncci-chapter": "SE27", "visit-level": "SE28",
    "destruction-size": "SE29 SC10", "malignant-excision": "SC09", "largest-cause": "SC11", "largest-money": "SC12",
    "denial-rate": "SC13", "modifier-25-share": "SC14", "dupilumab-cost": "SC15", "audit-trigger": "SC16",
}  # fmt: skip


def table(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / f"knowledge/dermatology/{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def hundredths(text: str) -> int | None:
    """Centimetres with one decimal in tenths of a millimetre; square centimetres in hundredths."""
    whole, _, tenth = text.partition(".")
    return int(whole + tenth) * 10 if text else None


def test_procedures_are_those_of_the_table(shared: Path) -> None:
    rows = {row["code"]: row for row in table(shared, "cpt_families")}
    known = procedures().by_code
    assert known.keys() == rows.keys()
    for code, row in rows.items():
        found = known[code]
        assert (found.family, found.add_on) == (row["family"], row["add_on"] == "1"), code
        assert ";".join(found.primaries) == row["add_on_primaries_NCCI_AOC"]
        expected = row["dx_behaviour_expected"].replace("any", "").replace("hyperhidrosis", "functional")
        assert "|".join(found.behaviours) == expected, code


def test_sizes_are_those_of_the_table(shared: Path) -> None:
    sized = {row["code"]: row for row in table(shared, "size_tables") if row["lo_incl"]}
    assert {row.code for row in procedures().by_code.values() if row.low is not None} == sized.keys()
    for code, row in sized.items():
        found = procedures().get(code)
        assert found is not None
        assert bounds(found) == (hundredths(row["lo_incl"]), hundredths(row["hi_incl"])), code
        assert (found.basis == "area") == (row["unit"] == "cm2"), code
        assert row["site_category"].partition("(")[0].replace("ANY", "") == found.site, code


def bounds(row: Procedure) -> tuple[int | None, int | None]:
    """As the table writes them: a tier open above begins a tenth over the last bound, not just over it."""
    return (row.low + 9 if row.high is None and row.low is not None else row.low), row.high


def test_ended_and_impossible_codes_are_those_of_the_tables(shared: Path) -> None:
    ended = {row["code"]: row["last_valid_dos"] for row in table(shared, "deleted_codes")}
    assert {code: row.last_day.isoformat() for code, row in procedures().ended.items()} == ended
    assert procedures().nevers == {row["code"] for row in table(shared, "never_valid_in_range")}


def test_diagnoses_are_those_of_the_table(shared: Path) -> None:
    rows = {row["code"].replace(".", ""): row for row in table(shared, "icd_sites")}
    known = diagnoses().by_code
    assert known.keys() == rows.keys()
    for code, row in rows.items():
        found = known[code]
        assert (found.family, found.behaviour) == (row["family"], row["behaviour"]), code
        assert (found.side, found.cosmetic) == (row["laterality"], row["cosmetic_signal"]), code
        assert (found.sites, found.usual) == (places(row["cpt_site_possible"]), places(row["cpt_site_usual"])), code
        assert found.flags - {"ambiguous"} == set(row["specificity_flags"].split(";")) - {""}, code
        first = [stage for stage in row["mohs_first_stage"].split("|") if "deep" not in stage]
        assert found.mohs == ("" if len(first) > 1 else first[0]), code


def places(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


def test_drugs_are_those_of_the_table(shared: Path) -> None:
    rows = table(shared, "hcpcs_biologics")
    assert drugs().codes == {row["hcpcs"] for row in rows}
    wanted = sorted(
        (row["hcpcs"], row["expected_icd_prefixes"].replace(".", ""), row["code_terminated"], row["active_2026"] == "Y")
        for row in rows
    )
    found = [drug for code in drugs().codes for drug in drugs().rows(code)]
    last = [drug.last_day.strftime("%Y%m%d") if drug.last_day else "" for drug in found]
    assert sorted((d.code, ";".join(d.expected), t, d.active) for d, t in zip(found, last, strict=True)) == wanted


def test_every_error_of_the_guides_is_recorded(shared: Path) -> None:
    recorded = {row.key for row in Maps().rows("sources") if row.tag == "disagreement"}
    assert recorded == RECORDED.keys()
    assert sorted(" ".join(RECORDED.values()).split()) == sorted(
        row["id"] for row in table(shared, "guide_corrections")
    )
