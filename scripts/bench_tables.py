"""Full-size code lists in the form their makers give them, imported and looked up: for scripts/bench.py --tables.

The lists are made from a folder of plain csv files that does not come with curette (--lists), since the official ones
cannot be passed on. Effective dates of the PTP pairs are made up, in as many different values as the real ones have.
"""

import csv
import gzip
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from curette.codes.tables import Table

ROOT = Path(__file__).resolve().parents[1]
NOTICE = "Codes only; see the licence of the American Medical Association.  All rights reserved."
REASONS = (
    "Misuse of Column Two code with Column One code",
    "CPT Manual or CMS manual coding instruction",
    "Standards of medical/surgical practice",
    "Mutually exclusive procedures",
    "More extensive procedure",
    "HCPCS/CPT procedure code definition",
)
HEADING = (
    "STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,"
    "TEAM,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT"
)
COLUMNS = (
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,"
    "SURG,SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT"
)
AOC = (
    "AOC_Edit_Type,Add-On_Code,AOC_DelDT,Primary_Code,Primary_Code_DelDT,AOC_Edit_EffDT,AOC_Edit_DelDT,"
    "Special_Instruction_Notes"
)

Row = dict[str, str]


# -- the files


def rows(lists: Path, name: str) -> Iterator[Row]:
    """The rows of one of the plain lists."""
    with gzip.open(lists / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def ptp(lists: Path, folder: Path) -> list[Path]:
    """All pairs of a quarter with tabs, in four parts."""
    every, paths = rows(lists, "ptp_practitioner_2024q3"), []
    for part in range(4):
        path = folder / f"ccipra-v302r0-f{part + 1}.TXT"
        with path.open("w", encoding="cp1252", newline="\r\n") as file:
            tabs = "\t" * 6
            file.write(f"{NOTICE}{tabs}\nColumn1/Column2 Edits{tabs}\n")
            file.write("Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n")
            file.write("\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n\t\t\t\t*=no data\t1=allowed\t\n")
            file.write("\t\t\t\t\t9=not applicable\t\n")
            file.writelines(map(_pair, itertools.islice(every, 640_000 if part < 3 else None)))
        paths.append(path)
    return paths


def _pair(row: Row) -> str:
    number = hash_of(row["column1"] + row["column2"])
    ended = row["deletion_date"].replace("-", "")
    began = f"{1996 + number % 28}{('01', '04', '07', '10')[number // 28 % 4]}01"
    if row["modifier_indicator"] == "9":
        began = ended or began
    elif ended and ended <= began:
        began = "19960101"
    values = (began, ended or "*", row["modifier_indicator"], REASONS[number % len(REASONS)])
    return "\t".join((row["column1"], row["column2"], "", *values)) + "\n"


def hash_of(text: str) -> int:
    """The same number in every run."""
    return int(text, 36) % 10007


def mue(lists: Path, folder: Path) -> list[Path]:
    """Every MUE of a quarter."""
    path = folder / "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"
    with path.open("w", encoding="cp1252", newline="") as file:
        out = csv.writer(file)
        out.writerow([f"{NOTICE}\nOver two lines.", "", "", ""])
        titles = ("Practitioner Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale")
        out.writerow(["HCPCS/\nCPT Code", *titles])
        for row in rows(lists, "mue_practitioner_2026q2"):
            out.writerow([row["hcpcs"], row["mue"], f"{row['mai']} Date of Service Edit", row["rationale"]])
    return [path]


def addon(lists: Path, folder: Path) -> list[Path]:
    """Every add-on edit, as the workbook."""
    import openpyxl

    def day(text: str) -> int | None:
        return int(f"{date.fromisoformat(text):%Y%j}") if text else None

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([NOTICE])
    sheet.append(AOC.split(","))
    for row in rows(lists, "aoc_2026q2"):
        codes = [int(row[name]) if row[name].isdigit() else row[name] for name in ("addon", "primary")]
        gone = (day(row["addon_deleted"]), day(row["primary_deleted"]))
        edit = (day(row["edit_effective"]), day(row["edit_deleted"]), row["note"])
        sheet.append([int(row["type"]), codes[0], gone[0], codes[1], gone[1], *edit])
    path = folder / "AOC_V2026Q2-MCR.xlsx"
    book.save(path)
    return [path]


def pfs(lists: Path, folder: Path) -> list[Path]:
    """The relative value file of October 2025, with 31 columns."""
    path = folder / "PPRRVU2025_Oct.csv"
    with path.open("w", encoding="cp1252", newline="") as file:
        out = csv.writer(file)
        out.writerow(["", "", "2025 National Physician Fee Schedule Relative Value File October Release"])
        out.writerows([["", "", NOTICE], ["", "", "RELEASED 09/15/2025"], ["", "", "", *HEADING.split(",")]])
        out.writerow(COLUMNS.split(","))
        for row in rows(lists, "pprrvu_2025q4_nodesc"):
            values = list(row.values())[:-2]
            out.writerow(
                [*values[:2], "", values[2], "", *values[3:22], "32.3465", *values[22:], "0.00", "0.00", "0.00"]
            )
    return [path]


def hcpcs(lists: Path, folder: Path) -> list[Path]:
    """Every HCPCS code that is valid, fixed width, two records each."""
    path = folder / "HCPC2026_APR_ANWEB_04012026.txt"
    with path.open("w", encoding="cp1252", newline="\r\n") as file:
        known = set()
        for row in rows(lists, "hcpcs_level2"):
            if row["code"] not in known:
                known.add(row["code"])
                text = f"{row['code']}001003{'':80}{row['short_desc']:<28.28}"
                file.write(f"{text:<268}2004010120040101{row['valid_to'].replace('-', ''):<8}N{'':27}\n")
                file.write(f"{row['code']}002004{'more of it':<309}\n")
    return [path]


def icd10cm(lists: Path, folder: Path) -> list[Path]:
    """Every code of the lists with its headings, numbered as in the order file."""
    path = folder / "icd10cm_order_2027.txt"
    leaves = sorted({row["code"] for row in rows(lists, "icd10cm_billable_ranges") if not row["valid_to"]})
    headings = {leaf[:length] for leaf in leaves for length in (3, 4)} - set(leaves)
    with path.open("w", encoding="cp1252", newline="\r\n") as file:
        for number, code in enumerate(sorted({*leaves, *headings}), 1):
            file.write(f"{number:05} {code:<7} {int(code not in headings)} {'short':<60} long\n")
    return [path]


LISTS: tuple[Callable[[Path, Path], list[Path]], ...] = (ptp, mue, addon, pfs, hcpcs, icd10cm)


# -- what is measured


def measure(lists: Path, folder: Path, target: Callable[[str, float, str, float], bool]) -> bool:
    """Import every list and look pairs up; True when all targets are met."""
    tables = folder / "tables"
    met = True
    for make in LISTS:
        paths = make(lists, folder)
        size = sum(path.stat().st_size for path in paths) / 1e6
        started = time.perf_counter()
        command = [sys.executable, "-c", IMPORT, *map(str, paths)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment(tables))
        spent = time.perf_counter() - started
        said, _, peak = done.stdout.strip().rpartition("\n")
        memory = int(peak.split()[1]) / 1024
        print(f"  {make.__name__:<8} {size:6.1f} MB  {spent:6.1f} s  {memory:6.0f} MB at most  {said}")
        met &= target(f"import of {make.__name__}, seconds", spent, "<=", 60.0)
    path = next(tables.glob("ptp-*"))
    command = [sys.executable, __file__, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment(tables))
    figures = json.loads(done.stdout)
    print(f"  {path.stat().st_size / 1e6:.1f} MB, {figures['rows']:,} rows, {figures['kinds']:,} different values")
    met &= target("look-up of a pair, microseconds", figures["microseconds"], "<=", 3.0)
    met &= target("look-up that finds nothing, microseconds", figures["missing"], "<=", 3.0)
    return met & target("memory gained by 10,000 look-ups, MB", figures["gained"], "<=", 32.0)


def environment(tables: Path) -> dict[str, str]:
    """That of this process, with its own folder of tables."""
    return os.environ | {"CURETTE_TABLES": str(tables), "PYTHONPATH": str(ROOT / "src")}


def look_up(path: Path) -> None:
    """Open a table of pairs, look 10,000 up at random, and print what that took."""
    from curette.codes.tables import Table

    with subprocess.Popen([sys.executable, "-c", KEYS, str(path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        wanted = _read(other.stdout)
    missing = [f"{key[:5]}ZZZZZ" for key in wanted]
    before = resident()
    table = Table(path)
    table.find(wanted[0])
    found = sum(bool(table.find(key)) for key in wanted)
    gained = resident() - before
    assert found == len(wanted)
    micro = [min(_pass(table, keys) for _ in range(9)) / len(keys) * 1e6 for keys in (wanted, missing)]
    figures = {"microseconds": micro[0], "missing": micro[1], "gained": gained}
    print(json.dumps(figures | {"rows": len(table), "kinds": len(table._values)}))


def _pass(table: "Table", keys: list[str]) -> float:
    """CPU seconds of a look-up of each key."""
    started = time.process_time()
    for key in keys:
        table.find(key)
    return time.process_time() - started


IMPORT = """
import sys
from curette.cli import main
try:
    main(["codes", "import", *sys.argv[1:]])
finally:
    print(*(line for line in open("/proc/self/status") if line.startswith("VmHWM")), end="")
"""
KEYS = """
import itertools, random, sys
from pathlib import Path
from curette.codes.tables import Table
table = Table(Path(sys.argv[1]))
keys = [key for key, _ in itertools.islice(table, 0, None, 97)]
print("\\n".join(random.Random(7).sample(keys, 10_000)))
"""


def _read(stream: IO[str]) -> list[str]:
    return stream.read().split()


def resident() -> float:
    """Memory of this process in MB, the mapped pages it touched included."""
    status = Path("/proc/self/statm").read_text("utf-8").split()
    return int(status[1]) * resource.getpagesize() / (1 << 20)


if __name__ == "__main__":
    look_up(Path(sys.argv[1]))
