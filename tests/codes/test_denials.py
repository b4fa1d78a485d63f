import csv
import time
from datetime import date
from pathlib import Path

import pytest

from curette.codes.denials import GROUPS, Codes, carc, codes, plain, rarc
from curette.codes.maps import Maps
from curette.errors import MapError

# Rows where curette reads the lists otherwise than the tables they were made from, and why.
OTHER_CATEGORY = {
    "256": "a denial is not counted under contract, which is no denial",
    "P19": "likewise",
    "W8": "likewise",
    "N572": "it says that reporting codes are missing; the line itself is payable",
}
OTHER_DISPOSITION = {("303", "CO"), ("209", "OA"), ("275", "PR")}  # SCR-14: what an earlier payer left is cob


@pytest.mark.parametrize("written", ["45", " 45", "045", "0045 "])
def test_reason_is_found_however_it_is_written(written: str) -> None:
    found = carc(written)
    assert found is not None
    assert (found.code, found.kind, found.category, found.sub) == ("45", "contractual", "contractual", "fee_schedule")
    assert found.groups == ("CO", "PR")
    assert found.dispositions == {"CO": "contractual", "PR": "patient", "OA": "contractual", "PI": "contractual"}


@pytest.mark.parametrize("written", ["n115", "N115 ", "N115"])
def test_remark_is_found_however_it_is_written(written: str) -> None:
    found = rarc(written)
    assert found is not None
    assert (found.code, found.category, found.sub, found.alert, found.tags) == (
        "N115",
        "mednec",
        "lcd",
        False,
        ("lcd",),
    )


@pytest.mark.parametrize("written", ["", " ", "0", "000", "999", "CO45", "4５", "45\n45"])
def test_what_is_no_code_is_not_found(written: str) -> None:
    assert carc(written) is None
    assert rarc(written) is None


@pytest.mark.parametrize(("written", "tidy"), [("co", "CO"), (" 0CO", "CO"), ("045", "45"), ("0", "0"), ("", "")])
def test_plain(written: str, tidy: str) -> None:
    assert plain(written) == tidy


def test_retired_reasons_stay_mapped_and_know_their_dates() -> None:
    old = carc("15")
    assert old is not None
    assert (old.stop, old.replaced_by, old.replaced_basis) == (date(2018, 5, 1), ("284", "296"), "inferred")
    assert old.active_on(date(2018, 4, 30))
    assert not old.active_on(date(2018, 5, 1))
    assert not old.active_on(date(1994, 12, 31))
    new = carc("307")
    assert new is not None
    assert new.start is None
    assert new.active_on(date(2026, 1, 1))
    remark = rarc("N365")
    assert remark is not None
    assert not remark.active_on(date(2014, 7, 1))
    assert remark.active_on(date(2014, 6, 30))


def test_the_lists_are_whole_and_in_order() -> None:
    lists = codes()
    assert (len(lists.carcs), len(lists.rarcs)) == (407, 1216)
    assert sum(row.stop is not None for row in lists.carcs.values()) == 110
    assert sum(row.stop is not None for row in lists.rarcs.values()) == 79
    assert list(lists.carcs) == sorted(lists.carcs, key=lambda code: (code.lstrip("0123456789") != "", split(code)))
    assert list(lists.rarcs) == sorted(lists.rarcs, key=split)


def split(code: str) -> tuple[str, int]:
    letters = code.rstrip("0123456789")
    return letters, int(code[len(letters) :])


def test_generic_reasons_are_those_that_need_a_remark_to_say_anything() -> None:
    rows = codes().carcs.values()
    assert {row.code for row in rows if row.needs_remark and not row.generic} == {"201", "307"}
    assert all(row.needs_remark for row in rows if row.generic)


def test_every_denial_reason_has_a_general_category() -> None:
    lists = codes()
    denials = [row for row in lists.carcs.values() if "denial" in row.dispositions.values()]
    assert len(denials) == 247
    assert [row.code for row in denials if lists.categories[row.category].kind != "general"] == []
    assert all(set(row.dispositions) == set(GROUPS) for row in lists.carcs.values())


def test_categories() -> None:
    lists = codes()
    kinds = [category.kind for category in lists.categories.values()]
    assert [kinds.count(kind) for kind in ("general", "not-denial", "dermatology")] == [15, 8, 18]
    causes = {c.guide_cause: c.id for c in lists.categories.values() if c.guide_cause}
    assert causes == dict(
        enumerate(
            ["modifier_25", "biologic_pa", "lesion_size_location", "cosmetic", "biopsy_code", "modifier_59"],
            start=1,
        )
    )
    asked_first = sorted((c for c in lists.categories.values() if c.precedence), key=lambda c: c.precedence or 0)
    assert [c.id for c in asked_first] == [
        "auth", "coding", "doc", "provider", "cob", "elig", "bundling", "mednec", "benefit", "dup", "timely", "data",
    ]  # fmt: skip


def test_alerts_never_name_a_cause() -> None:
    assert [row.code for row in codes().rarcs.values() if row.alert and row.precedence is not None] == []


def test_small_lists() -> None:
    lists = codes()
    assert {code: group.bears for code, group in lists.groups.items()} == {
        "CO": "provider", "PR": "patient", "OA": "other", "PI": "provider", "CR": "other",
    }  # fmt: skip
    assert lists.groups["CR"].reads_as == "OA"
    assert lists.medicare == {"MA", "MB"}
    assert lists.statuses["22"].outcome == "reversal"
    assert (lists.statuses["19"].counts, lists.statuses["19"].outcome) == ("primary", None)
    assert lists.provider_adjustments["WO"] == "recoupment"
    assert len(lists.provider_adjustments) == 50
    assert lists.methods["NON"] == "No payment"
    assert set(lists.slas) == {"48H", "SAME_DAY", "P2P_24H", "FOLLOWUP_14D", "NONE"}


def over(folder: Path, name: str, content: str) -> Codes:
    (folder / "denials").mkdir(exist_ok=True)
    (folder / "denials" / f"{name}.xml").write_text(content, "utf-8")
    return codes(folder)


OURS = (
    '<carcs><carc code="{code}" label="Ours" class="denial" category="{category}" sub="{sub}" source="curette" {more}/>'
    "</carcs>"
)


def test_a_reason_of_the_user(tmp_path: Path) -> None:
    row = OURS.format(code="45", category="other", sub="unspecified", more='pr="patient"')
    mine = over(tmp_path, "carc", row).carc("045")
    assert mine is not None
    assert mine.dispositions == {"CO": "denial", "PR": "patient", "OA": "denial", "PI": "denial"}
    built_in = carc("45")
    assert built_in is not None
    assert built_in.kind == "contractual"


@pytest.mark.parametrize(
    ("category", "sub", "more", "reason"),
    [
        ("cosmetic", "stated", "", "no category cosmetic"),
        ("othre", "unspecified", "", "no category othre"),
        ("other", "unheard_of", "", "no sub-category unheard_of"),
        ("other", "unspecified", 'replaced-by="45 Z7"', "replaced by Z7"),
        ("other", "unspecified", 'start="2020-01-02" stop="2020-01-01"', "stops before it starts"),
        ("other", "unspecified", 'start="2020-01-02Z"', "start is not a plain date"),
    ],
)
def test_a_map_that_contradicts_itself(category: str, sub: str, more: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(MapError, match=reason) as caught:
        over(tmp_path, "carc", OURS.format(code="Z9", category=category, sub=sub, more=more))
    assert caught.value.line == 1


@pytest.mark.parametrize(("more", "reads_as"), [('reads-as="CO"', "CO"), ("", None), ('reads-as="ZZ"', None)])
def test_a_group_is_read_as_one_of_the_four(more: str, reads_as: str | None, tmp_path: Path) -> None:
    tables = f'<tables><group code="XX" name="Ours" bears="other" source="curette" {more}/></tables>'
    if reads_as:
        assert over(tmp_path, "tables", tables).groups["XX"].reads_as == reads_as
    else:
        with pytest.raises(MapError, match="group XX must be read as"):
            over(tmp_path, "tables", tables)


def test_loading_is_quick() -> None:
    started = time.perf_counter()
    maps = Maps()
    maps.rows("denials/carc")
    maps.rows("denials/rarc")
    assert time.perf_counter() - started < 0.5  # 20 ms on an idle machine


@pytest.mark.shared
def test_reasons_are_those_of_the_table(shared: Path) -> None:
    with (shared / "knowledge/denials/carc.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    lists = codes()
    assert [row["code"] for row in rows] == list(lists.carcs)
    for row in rows:
        found = lists.carcs[row["code"]]
        assert [str(day or "") for day in (found.start, found.modified, found.stop)] == [
            row["start"], row["last_modified"], row["stop"],
        ]  # fmt: skip
        assert (found.label, found.kind, " ".join(found.tags)) == (row["label"], row["class"], row["tag"])
        assert ";".join(found.replaced_by) == row["replaced_by"]
        assert found.needs_remark == (row["requires_rarc"] == "yes")
        assert all(group in row["group_restriction"] for group in found.groups)
        assert bool(found.groups) == bool(row["group_restriction"])
        same = (found.category, found.sub) == (row["general_category"], row["subcategory"])
        assert same != (found.code in OTHER_CATEGORY)
        for group in GROUPS:
            meant = row[f"disp_{group}"].removesuffix("_patient_liable")
            assert (found.dispositions[group] == meant) != ((found.code, group) in OTHER_DISPOSITION)


@pytest.mark.shared
def test_remarks_are_those_of_the_table(shared: Path) -> None:
    with (shared / "knowledge/denials/rarc.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    lists = codes()
    assert [row["code"] for row in rows] == list(lists.rarcs)
    for row in rows:
        found = lists.rarcs[row["code"]]
        assert [str(day or "") for day in (found.start, found.modified, found.stop)] == [
            row["start"], row["last_modified"], row["stop"],
        ]  # fmt: skip
        assert found.alert == (row["kind"] == "alert")
        assert found.reviewed == (row["basis"] == "reviewed")
        category = {"units": "coding", "wc": "other"}.get(row["category"], row["category"])
        assert (found.category == category) != (found.code in OTHER_CATEGORY)
        if found.code not in OTHER_CATEGORY:
            assert found.sub.removeprefix("units_") == row["subcategory"].removeprefix("units_")
            assert ";".join(found.tags).replace("cosmetic_possible", "cosmetic?") == row["tag"]
            assert found.label == row["label"] or not row["label"]
