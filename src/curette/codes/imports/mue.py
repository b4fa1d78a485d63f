"""Medically unlikely edits for practitioners: csv or workbook, one file a quarter."""

import re
from functools import partial

from curette.codes.imports.files import File
from curette.codes.imports.layout import (
    Edition,
    Layout,
    Row,
    Start,
    code,
    columns,
    named,
    named_quarter,
    of_medicaid,
    quarter,
    unknown_edition,
)

_WANTED = {
    "code": "HCPCSCPTCODE",
    "mue": "PRACTITIONERSERVICESMUEVALUES",
    "mai": "MUEADJUDICATIONINDICATOR",
    "rationale": "MUERATIONALE",
}
_EFFECTIVE = re.compile(r"Eff(?:ective)?[-_ ](\d\d)-(\d\d)-(\d{4})", re.IGNORECASE)
_OTHERS = {"OUTPATIENTHOSPITALSERVICESMUEVALUES": "hospitals", "DMESUPPLIERSERVICESMUEVALUES": "suppliers"}


def _begin(file: File) -> Start | None:
    for heading, whose in _OTHERS.items():
        if columns(file, _WANTED | {"mue": heading}):
            raise ValueError(f"has the edits for {whose}; curette checks the claims of practitioners")
    found = columns(file, _WANTED)
    if found and of_medicaid(file):
        raise ValueError("has the edits of Medicaid; curette holds those of Medicare")
    return Start(found[0], partial(_row, found[1])) if found else None


def _row(at: dict[str, int], cells: list[str]) -> Row:
    mue, mai = cells[at["mue"]].strip(), cells[at["mai"]].strip()[:1]
    if not mue.isdigit() or len(mue) > 6:
        raise ValueError("the number of units is not a number")
    if mai not in ("1", "2", "3"):
        raise ValueError("the adjudication indicator is not 1, 2 or 3")
    return code(cells[at["code"]]), None, None, (str(int(mue)), mai, cells[at["rationale"]].strip())


def _edition(file: File) -> Edition:
    if effective := named(file, _EFFECTIVE):
        return quarter(int(effective[3]), (int(effective[1]) + 2) // 3)
    if told := named_quarter(file):
        return quarter(*told)
    raise unknown_edition("MCR_MUE_PractitionerServices_Eff_10-01-2026.csv")


LAYOUT = Layout(
    "mue",
    "CMS NCCI MUE, practitioner",
    ("mue", "mai", "rationale"),
    _begin,
    _edition,
    least=10_000,
    reach="V",
)
