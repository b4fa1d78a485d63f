"""Code lists as their makers give them, a few rows each: real headings and preambles, notices in other words."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

NOTICE = "Codes only, under the licence of their owner.  All rights reserved."

# -- NCCI PTP: five rows of heading after the notice, seven columns

PTP_HEADING = (
    (NOTICE, "", "", "", "", "", ""),
    ("Column1/Column2 Edits", "", "", "", "", "", ""),
    ("Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"),
    ("", "", "prior to 1996", "Date", "Date", "0=not allowed", ""),
    ("", "", "", "", "*=no data", "1=allowed", ""),
    ("", "", "", "", "", "9=not applicable", ""),
)
MISUSE = "Misuse of Column Two code with Column One code"
PTP = (
    ("11102", "17000", "", "20190101", "*", "1", MISUSE),
    ("11102", "99213", "*", "19960101", "20101231", "0", "More extensive procedure"),
    ("11102", "99213", "", "20150101", "*", "1", MISUSE),  # the same pair, taken up again
    ("17004", "17000", "*", "19960101", "*", "0", "CPT Manual or CMS manual coding instruction"),
    ("17004", "17003", "", "20200101", "20200101", "9", MISUSE),  # withdrawn the day it began
    ("17311", "88305", "", "20080101", "20080101", "1", MISUSE),  # the same with another indicator
    ("G0127", "11719", "", "20001030", "20221231", "1", "HCPCS/CPT procedure code definition"),
)
PTP_NAME = "ccipra-v323r0-f1.TXT"


def tabs(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows with tabs and DOS line ends."""
    return "".join("\t".join(row) + "\r\n" for row in rows).encode("cp1252")


def commas(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as csv in the Windows code page, line ends within cells as they are."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("cp1252")


def workbook(rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet; numbers stay numbers."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("list")
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def archive(members: Mapping[str, bytes]) -> bytes:
    """A zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return stream.getvalue()


def put(folder: Path, name: str, data: bytes) -> Path:
    """The file of that name."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def ptp(rows: Iterable[Sequence[str]] = PTP) -> bytes:
    """A part with tabs."""
    return tabs([*PTP_HEADING, *rows])


# -- MUE

MUE_HEADING = (
    [f"{NOTICE}\nCPT\xae is a mark of its owner, over\nthree lines.", "", "", ""],
    ["HCPCS/\nCPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale"],
)
MUE = (
    ("0001U", "1", "2 Date of Service Edit: Policy", "Code Descriptor / CPT Instruction"),
    ("11103", "6", "3 Date of Service Edit: Clinical", "Clinical: Data"),
    ("17003", "13", "2 Date of Service Edit: Policy", "CMS Policy"),
    ("J7336", "0", "1 Line Edit", "CMS Policy"),
)
MUE_NAME = "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"


def mue(rows: Iterable[Sequence[str]] = MUE) -> bytes:
    """The csv."""
    return commas([*MUE_HEADING, *rows])


# -- add-on codes

AOC_HEADING = (
    (NOTICE,),
    (
        "AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT", "AOC_Edit_EffDT",
        "AOC_Edit_DelDT", "Special_Instruction_Notes",
    ),
)  # fmt: skip
AOC: tuple[tuple[Any, ...], ...] = (
    (1, 11103, None, 11102, None, 2019001, None, None),
    (1, 17003, None, "17000", None, "2013091", "", "with care"),
    (2, "0054T", None, "CCCCC", None, 2013091, None, "Contractor Defined Primary Codes"),
    (1, "G2211", None, 99213, None, 2024001, 2024001, None),  # begun and ended on one day
    (1, 99354, 2022365, 99213, None, 2013091, None, None),  # the add-on is gone
    (1, 11201, None, 11200, 2020366, 2013091, 2023365, None),  # the primary went before the edit
)
AOC_NAME = "AOC_V2026Q4-MCR.xlsx"

# -- physician fee schedule: the heading of 2026 has one column more

PFS_ABOVE = (
    ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,",
    ",,,,NOT USED,,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED",
    ",,,,FOR,,,NON-FAC,,FACILITY ,,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS",
)
PFS_STATUS = (
    ",,,STATUS,MEDICARE ,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,"
    "CO-,TEAM,PRIC,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT"
)
PFS_CODE = (
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,"
    "SURG,SURG,SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT"
)
PFS = (
    "17311,,\"Mohs, 1 stage\",A,,6.05,13.33,,1.95,,0.59,19.97,8.59,0,000,0.00,0.00,0.00,2,0,1,0,0,9,,33.4009,09,0,99,0.00,0.00,0.00",
    "11102,,Tangntl bx skin,A,,0.64,2.11,,0.29,,0.08,2.83,1.01,0,000,0.00,0.00,0.00,2,0,1,0,0,9,,33.4009,09,0,99,0.00,0.00,0.00",
    "88305,26,Tissue exam,A,,0.73,0.35,,0.35,,0.02,1.10,1.10,1,XXX,0.00,0.00,0.00,0,0,0,0,0,9,,33.4009,09,0,99,0.00,0.00,0.00",
    "31622,,Scope,A,,2.46,4.47,,0.91,,0.21,7.14,3.58,0,090,0.10,0.80,0.10,3,0,1,0,0,9,00123,33.4009,09,0,99,0.00,0.00,0.00",
    "G0008,,Shot,X,,0.00,0.61,,NA,,0.01,0.62,0.62,9,XXX,0.00,0.00,0.00,9,9,9,9,9,9,,33.4009,09,0,99,0.00,0.00,0.00",
)  # fmt: skip
PRICING = 23  # the column that came with 2026


def pfs_rows(
    year: int = 2026, release: str = "October", rows: Iterable[str] = PFS, *, pricing: bool = True
) -> list[list[str]]:
    """The rows of a release, with or without the newer column."""
    titles = (
        f",,{year} National Physician Fee Schedule Relative Value File {release} Release",
        f',,"{NOTICE}"',
        f",,Dental codes: {NOTICE}",
        ",, ",
        ",,RELEASED 12/29/2025",
    )
    found = list(csv.reader([*titles, *PFS_ABOVE, PFS_STATUS, PFS_CODE, *rows]))
    if not pricing:
        found = [row[:PRICING] + row[PRICING + 1 :] for row in found]
    return found


PFS_NAME = "PPRRVU2026_Oct_nonQPP.csv"

# -- HCPCS: 320 characters a record


def hcpcs_record(
    code: str, kind: int, short: str = "", added: str = "", acted: str = "", ended: str = "", action: str = "N"
) -> str:
    """One record; continuations (4, 8) have no short descriptor and no dates."""
    text = f"{code:>5}00100{kind}{'Words of a long descriptor':<80}{short:<28}"
    dates = f"{added:<8}{acted:<8}{ended:<8}{action}" if kind in (3, 7) else ""
    return f"{text:<268}{dates}".ljust(320)


HCPCS = (
    hcpcs_record("A1", 7, "Dressing for one wound", "20020701", "20020701"),
    hcpcs_record("AB", 7, "Aud svs w/o order evry 12mo", "20230101", "20230101"),
    hcpcs_record("AB", 8),
    hcpcs_record("G0127", 3, "Trim nail(s)", "19980101", "20010101"),
    hcpcs_record("G0127", 4),
    hcpcs_record("J7336", 3, "Capsaicin 8% patch", "20150101", "20260630", "20260630", "D"),
    hcpcs_record("Q4100", 3, "Skin substitute, nos", "20090101", "20260101", "", "R"),
)
HCPCS_NAME = "HCPC2026_OCT_ANWEB_10012026.txt"


def lines(rows: Iterable[str]) -> bytes:
    """Text with DOS line ends."""
    return "".join(f"{row}\r\n" for row in rows).encode("cp1252")


# -- ICD-10-CM: short descriptor 17-76, long from 78


def icd_rows(codes: Iterable[tuple[str, int]]) -> list[str]:
    """Rows of an order file, numbered."""
    return [f"{n:05} {code:<7} {flag} {'Short words':<60} Long words" for n, (code, flag) in enumerate(codes, 1)]


ICD = (
    ("C44", 0),
    ("C443", 0),
    ("C4431", 0),
    ("C44319", 1),
    ("D22", 0),
    ("D229", 1),
    ("L57", 0),
    ("L570", 1),
    ("S0100XA", 1),
)
ICD_NAME = "icd10cm_order_2027.txt"

# -- NUCC taxonomy

NUCC_HEADING = (
    "Code", "Grouping", "Classification", "Specialization", "Definition", "Notes", "Display Name", "Section",
)  # fmt: skip
NUCC = (
    (
        "207N00000X",
        "Allopathic & Osteopathic Physicians",
        "Dermatology",
        "",
        "Words\nover lines",
        "",
        "D",
        "Individual",
    ),
    (
        "193200000X",
        "Group",
        "Multi-Specialty",
        "",
        "Words, with \u201cmarks\u201d",
        "[1/1/2003: new]",
        "G",
        "Non-Individual",
    ),
)
NUCC_NAME = "nucc_taxonomy_261.csv"

# -- CARC and RARC

CARC_HEADING = ("Code", "Description", "Start", "Last Modified", "Stop")
CARC = (
    ("1", "Own words", "01/01/1995", "", ""),
    ("36", "Own words, gone", "01/01/1995", "", "10/16/2003"),
    ("45", "Own words", "1/1/1995", "11/1/2017", ""),
    ("B7", "Own words", "01/01/1995", "09/20/2009", ""),
)
RARC = (
    ("M15", "Own words", "1997-01-01", "", ""),
    ("MA130", "Own words", "1997-01-01", "2014-03-01", ""),
    ("N657", "Own words", "2013-03-01", "", "2030-01-01"),
)
