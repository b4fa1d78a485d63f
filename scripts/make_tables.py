#!/usr/bin/env python3
"""Builds the code tables that ship, src/curette/codes/data/*.table, from the verified lists of the knowledge folder.

    scripts/make_tables.py [../shared/knowledge]     write them
    scripts/make_tables.py --check                   are those in the tree the ones it would write?

States, countries and claim filing indicators come from the lists of the installed pyx12, reason and remark codes from
maps/denials. Exit status 1 when a table differs, 2 when the folder is not there.
"""

import argparse
import csv
import gzip
import io
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyx12.codes
import pyx12.map_if
import pyx12.params

from curette.codes import denials, tables
from curette.codes.tables import Head

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "src" / "curette" / "codes" / "data"
KNOWLEDGE = ROOT.parent / "shared" / "knowledge"
Rows = Iterator[tuple[str, date | None, date | None, tuple[str, ...]]]

CMS = "CMS"
IOCE = "CMS I/OCE v27.1.0 (April 2026)"
PFS = (
    "status", "work_rvu", "nonfac_pe_rvu", "fac_pe_rvu", "mp_rvu", "nonfac_total", "fac_total", "pctc", "global_days",
    "mult_proc", "bilateral", "assistant", "cosurgeon", "team", "endo_base",
)  # fmt: skip
PFS_2025 = (
    "status", "work_rvu", "nonfac_pe_rvu", "fac_pe_rvu", "mp_rvu", "nonfac_total", "fac_total", "pctc_ind",
    "global_days", "mult_proc", "bilat_surg", "asst_surg", "co_surg", "team_surg", "endo_base",
)  # fmt: skip
FILING = {
    "11": "other non-federal program", "12": "preferred provider organization", "13": "point of service",
    "14": "exclusive provider organization", "15": "indemnity", "16": "Medicare Advantage HMO",
    "17": "dental maintenance organization", "AM": "automobile medical", "BL": "Blue Cross or Blue Shield",
    "CH": "TRICARE", "CI": "commercial insurance", "DS": "disability", "FI": "federal employees program",
    "HM": "health maintenance organization", "LM": "liability medical", "MA": "Medicare Part A",
    "MB": "Medicare Part B", "MC": "Medicaid", "OF": "other federal program", "TV": "Title V",
    "VA": "Veterans Affairs", "WC": "workers' compensation", "ZZ": "mutually defined",
}  # fmt: skip
ADDED = {  # assigned since the lists in pyx12 were drawn up
    "states": ("NL", "NU", "PW", "QC"),
    "country": ("AX", "BL", "BQ", "CW", "GG", "IM", "JE", "ME", "MF", "RS", "SS", "SX", "TL"),
}


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def table(folder: Path, name: str) -> Iterator[dict[str, str]]:
    raw = (folder / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    yield from csv.DictReader(io.StringIO(text))


def build(knowledge: Path) -> Iterator[tuple[Head, Rows]]:
    """The head and rows of every table that ships."""
    sets, derm = knowledge / "codesets", knowledge / "dermatology"
    yield (
        Head("icd10cm", "FY2016-FY2027", date(2015, 10, 1), date(2027, 3, 31), "NCHS and CMS, FY2016 to FY2027", ()),
        (
            (r["code"], day(r["valid_from"]), day(r["valid_to"]), ())
            for r in table(sets, "icd10cm_billable_ranges.csv.gz")
        ),
    )
    yield (
        Head("hcpcs", "2026Q2", date(2019, 7, 1), date(2026, 6, 30), IOCE, ("name", "kind")),
        (
            (r["code"], day(r["valid_from"]), day(r["valid_to"]), (r["short_desc"], "procedure"))
            for r in table(sets, "hcpcs_level2.csv.gz")
        ),
    )
    head = Head("cpt", "2026Q2", date(2019, 7, 1), date(2026, 6, 30), IOCE, ("kind", "separate_procedure"), False)
    yield head, cpt(sets, derm)
    head = Head("pfs", "2025", date(2025, 1, 1), date(2025, 12, 31), "CMS RVU25D (October 2025)", PFS, False)
    yield (
        head,
        ((r["hcpcs"] + r["mod"], None, None, tuple(r[f] for f in PFS_2025)) for r in table(sets, "derm_pfs.csv")),
    )
    head = Head("pfs", "2026", date(2026, 1, 1), date(2026, 12, 31), "CMS RVU26A (January 2026)", PFS, False)
    yield head, pfs_2026(sets)
    head = Head("mue", "2026Q2", date(2026, 4, 1), date(2026, 6, 30), CMS, ("mue", "mai", "rationale"), False)
    yield head, ((r["hcpcs"], None, None, (r["mue"], r["mai"], r["rationale"])) for r in table(sets, "derm_mue.csv"))
    head = Head("addon", "2026Q2", None, date(2026, 6, 30), "CMS AOC_V2026Q2", ("type", "note"), False)
    yield head, addon(sets)
    head = Head("ptp", "2026Q2", date(2019, 7, 1), date(2026, 6, 30), CMS, ("indicator", "rationale", "basis"), False)
    yield head, ptp(sets)
    head = Head("pos", "2026-04", None, None, CMS, ("name", "setting"))
    yield head, ((r["pos"], None, None, (r["name"], r["setting"].lower())) for r in table(sets, "pos_codes.csv"))
    head = Head("taxonomy", "25.1", None, date(2026, 3, 31), "NUCC", ())
    yield head, ((r["code"], None, None, ()) for r in table(sets, "nucc_codes_251.csv"))
    head = Head("modifiers", "2026-01", None, None, "CMS and curette", ("belongs_on", "opens_ncci_pair"), False)
    yield (
        head,
        ((r["modifier"], None, None, (r["belongs_on"], r["opens_ncci_pair"])) for r in table(derm, "modifiers.csv")),
    )
    yield from of_pyx12()
    yield from of_maps()


def cpt(sets: Path, derm: Path) -> Rows:
    """Valid codes, deleted ones to their last day, and gaps in the ranges that never were codes."""
    known = set()
    for r in table(sets, "derm_cpt_validity.csv"):
        known.add(r["code"])
        if r["code"][0].isdigit():
            yield r["code"], day(r["valid_from"]), day(r["valid_to"]), ("valid", r["separate_procedure"])
    for r in table(derm, "deleted_codes.csv"):
        if r["code"][0].isdigit() and r["code"] not in known:
            known.add(r["code"])
            yield r["code"], None, day(r["last_valid_dos"]), ("valid", "")
    for r in table(derm, "never_valid_in_range.csv"):
        if r["code"] not in known:
            yield r["code"], None, None, ("never", "")


def pfs_2026(sets: Path) -> Rows:
    for r in table(sets, "derm_pfs.csv"):
        if r["status_2026"]:
            found = {"status": "status_2026", "work_rvu": "work_rvu_2026", "global_days": "global_days_2026"}
            found["nonfac_total"] = "nonfac_total_2026"
            values = {f: r[column] for f, column in found.items()}
            for rvu in ("work_rvu", "nonfac_total"):
                values[rvu] = values[rvu] and f"{Decimal(values[rvu]):.2f}"
            yield r["hcpcs"] + r["mod"], None, None, tuple(values.get(f, "") for f in PFS)


def addon(sets: Path) -> Rows:
    for r in table(sets, "derm_addon.csv"):
        ends = [e for e in map(day, (r["edit_deleted"], r["addon_deleted"], r["primary_deleted"])) if e]
        yield r["addon"] + r["primary"], day(r["edit_effective"]), min(ends, default=None), (r["type"], r["note"])


def ptp(sets: Path) -> Rows:
    why = {r["id"]: r["rationale"] for r in table(sets, "ptp_rationale.csv")}
    for r in table(sets, "derm_ptp.csv"):
        values = (r["modifier_indicator"], why.get(r["rationale"], ""), r["basis"])
        start = day(r["effective_date"])  # as the hospital table has it, which took some pairs over later
        if "P24" in r["basis"] and start is not None:
            start = min(start, date(2024, 7, 1))  # in force for practitioners in 2024Q3
        yield r["column1"] + r["column2"], start, day(r["deletion_date"]), values


def of_pyx12() -> Iterator[tuple[Head, Rows]]:
    """Lists that stand in its maps and code file."""
    lists = pyx12.codes.ExternalCodes(None).codes
    for name, ours in (("states", "states"), ("country", "countries")):
        codes = sorted({*lists[name]["codes"], *ADDED[name]})
        yield (
            Head(ours, "2026", None, None, "USPS and Canada Post" if ours == "states" else "ISO 3166-1", ()),
            ((code, None, None, ()) for code in codes),
        )
    root = pyx12.map_if.load_map_file("837.5010.X222.A1.xml", pyx12.params.ParamsBase())
    loops = "/ISA_LOOP/GS_LOOP/ST_LOOP/DETAIL/2000A/2000B"
    codes = root.getnodebypath(f"{loops}/SBR").children[8].valid_codes
    if set(codes) != set(FILING):
        raise SystemExit(f"claim filing indicators differ: {sorted(set(codes) ^ set(FILING))}")
    yield (
        Head("filing", "005010X222A1", None, None, "X12 data element 1032", ("name",)),
        ((code, None, None, (name,)) for code, name in sorted(FILING.items())),
    )


def of_maps() -> Iterator[tuple[Head, Rows]]:
    """Reason and remark codes with their dates, from maps/denials."""
    codes = denials.codes()
    for name, edition, rows in (("carc", "2026-08", codes.carcs), ("rarc", "2026-08", codes.rarcs)):
        yield (
            Head(name, edition, None, date(2026, 12, 31), f"X12 list {139 if name == 'carc' else 411}", ("modified",)),
            (
                (
                    c.code,
                    c.start,
                    c.stop - timedelta(1) if c.stop else None,
                    (c.modified.isoformat() if c.modified else "",),
                )
                for c in rows.values()
            ),
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("knowledge", nargs="?", type=Path, default=KNOWLEDGE)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a table differs")
    options = parser.parse_args()
    if not (options.knowledge / "codesets").is_dir():
        print(f"{options.knowledge} is not there", file=sys.stderr)
        return 2
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) if options.check else DATA
        for head, rows in build(options.knowledge):
            name = f"{head.table}-{head.edition}{tables.SUFFIX}"
            head = tables.write(folder / name, head, rows)
            (folder / name).chmod(0o644)  # part of the package: not private
            same = not options.check or (
                (DATA / name).is_file() and (DATA / name).read_bytes() == (folder / name).read_bytes()
            )
            wrong += not same
            size = (folder / name).stat().st_size
            print(f"{name:32} {head.rows:7,} rows {size:9,} bytes{'' if same else '   DIFFERS'}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
