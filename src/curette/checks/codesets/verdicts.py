"""What the tables say of one code on one day. Every answer is kept: the same few codes recur all over a batch.

A code must be in force on the first or the last day of a service. Where the edition at hand is not for that day, its
word is a warning; where it holds only a part of the list, a code that it lacks is not evaluated.
"""

import re
from datetime import date
from typing import Any, NamedTuple

from curette.codes.tables import Row, Table, Tables
from curette.findings import Rule, Severity, declare, shape
from curette.x12.values import Table as Memo

_TABLES = "Correct the code, or import a newer edition of the table (curette codes import)."


def _rule(id: str, name: str, fix: str, source: str, severity: Severity = Severity.ERROR) -> Rule:
    return declare(id, name, 5, severity, "{kind} {code} {reason}", fix, sources=(source,))


PROCEDURE = _rule("COD-PROC", "procedure.unknown", "Correct the procedure code.", "cms-hcpcs")
PROCEDURE_DATE = _rule(
    "COD-PROC-DATE", "procedure.not-in-force", "Use the code that was in force on the date of service.", "cms-hcpcs"
)
DIAGNOSIS = _rule("COD-DX", "diagnosis.unknown", "Correct the diagnosis code.", "nchs-icd10cm")
DIAGNOSIS_DATE = _rule(
    "COD-DX-DATE", "diagnosis.not-in-force", "Use the code that was in force on the date of service.", "nchs-icd10cm"
)
DIAGNOSIS_SHORT = _rule(
    "COD-DX-SHORT", "diagnosis.not-billable", "Code to the full number of characters.", "nchs-icd10cm"
)
DIAGNOSIS_SET = _rule(
    "COD-DX-SET", "diagnosis.wrong-code-set", "Use ICD-10-CM (ABK, ABF) for services from 2015-10-01.", "nchs-icd10cm"
)
MODIFIER = _rule("COD-MOD", "modifier.form", "A modifier is two capitals or digits.", "cms-hcpcs")
PLACE = _rule("COD-POS", "place-of-service.unknown", "Use a place of service code of CMS's list.", "cms-pos")
TAXONOMY = _rule("COD-TAXONOMY", "taxonomy.unknown", "Look the provider's taxonomy code up.", "nucc", Severity.WARNING)
FILING = _rule("COD-FILING", "payer.filing-indicator", "Use a claim filing indicator that the guide lists.", "x12-837p")
STATE = _rule("COD-STATE", "address.state", "Use the postal code of the state or province.", "usps-states")
COUNTRY = _rule("COD-COUNTRY", "address.country", "Use the two-letter country code.", "iso-3166")
ZIP = _rule("COD-ZIP", "address.zip", "A ZIP code has five or nine digits, without a hyphen.", "usps-states")
NDC = _rule("COD-NDC", "drug.ndc-form", "Write the NDC as eleven digits (5-4-2) without hyphens.", "x12-837p")
NDC_UNIT = _rule("COD-NDC-UNIT", "drug.ndc-unit", "Use F2, GR, ME, ML or UN.", "x12-837p")
CLIA = _rule(
    "COD-CLIA", "laboratory.clia-form", "A CLIA number is two digits, D and seven digits.", "cms-clia",
    Severity.WARNING,
)  # fmt: skip
CARC = _rule("COD-CARC", "adjustment.reason-unknown", _TABLES, "x12-carc", Severity.WARNING)
RARC = _rule("COD-RARC", "remark.unknown", _TABLES, "x12-rarc", Severity.WARNING)

IN_ADDRESS = {STATE: 2, ZIP: 3, COUNTRY: 4}  # elements of N4
_PROCEDURE_FORM = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}", re.ASCII)
_DIAGNOSIS_FORM = re.compile(r"[A-Z][0-9][0-9A-Z]([0-9A-Z]{1,4})?", re.ASCII)
_FORMS = {
    "NDC": re.compile(r"[0-9]{11}", re.ASCII),
    "CLIA": re.compile(r"[0-9]{2}D[0-9]{7}", re.ASCII),
    "modifier": re.compile(r"[0-9A-Z]{2}", re.ASCII),
    "taxonomy": re.compile(r"[0-9A-Z]{9}X", re.ASCII),
}
_ZIP = re.compile(r"[0-9]{5}([0-9]{4})?", re.ASCII)
_POSTAL = re.compile(r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]", re.ASCII)
_NDC_UNITS = frozenset({"F2", "GR", "ME", "ML", "UN"})
_ICD10 = date(2015, 10, 1)


class Problem(NamedTuple):
    """What is wrong with a code, or which table it would take to say so."""

    rule: Rule
    severity: Severity
    facts: dict[str, Any]
    needs: str = ""  # not evaluated: no table at hand covers the code


Verdict = Problem | None


class Verdicts:
    """Judges codes by the tables: `procedures[code, start, end]` is what is wrong with it, or None."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.procedures: Memo[tuple[str, date, date], Verdict] = Memo(lambda key: self._procedure(*key))
        self.diagnoses: Memo[tuple[str, str, date, date], Verdict] = Memo(lambda key: self._diagnosis(*key))
        self.modifiers: Memo[str, Verdict] = Memo(lambda code: form(MODIFIER, "modifier", code))
        self.places = self._list(PLACE, "pos", "place of service")
        self.filings = self._list(FILING, "filing", "claim filing indicator")
        self.carcs: Memo[tuple[str, date], Verdict] = Memo(lambda key: self._answer(CARC, "carc", *key))
        self.rarcs: Memo[tuple[str, date], Verdict] = Memo(lambda key: self._answer(RARC, "rarc", *key))
        self.taxonomies: Memo[tuple[str, date], Verdict] = Memo(lambda key: self._taxonomy(*key))
        self.addresses: Memo[tuple[str, ...], tuple[Problem, ...]] = Memo(lambda key: self._address(*key))

    def _list(self, rule: Rule, name: str, kind: str) -> "Memo[tuple[str, date], Verdict]":
        return Memo(lambda key: self._listed(rule, name, kind, *key))

    def _procedure(self, code: str, start: date, end: date) -> Verdict:
        """A HCPCS or CPT code (SV101-2 after HC) on the days of a service."""
        if not _PROCEDURE_FORM.fullmatch(code):
            return _wrong(PROCEDURE, "procedure", shape(code), "is no HCPCS or CPT code")
        table = self.tables.on("hcpcs" if code[0].isalpha() else "cpt", end)
        if table is None or code[0] == "D":  # dental codes are not CMS's
            return _unchecked(PROCEDURE, "a table of procedure codes")
        rows = table.find(code)
        if any(row.values.get("kind") == "never" for row in rows):
            return _by(table, end, PROCEDURE, "procedure", code, "never was a code")
        if any(row.holds(start) or row.holds(end) for row in rows) or self._began(table, code, start):
            return None
        if rows:
            return _by(table, end, PROCEDURE_DATE, "procedure", code, _in_force(rows))
        if table.head.start is not None and end < table.head.start:
            return _unchecked(PROCEDURE, _label(table))
        return _absent(table, end, PROCEDURE, "procedure", code, "is unknown")

    def _diagnosis(self, qualifier: str, code: str, start: date, end: date) -> Verdict:
        """A code of HI (ABK, ABF; BK, BF in ICD-9 times) on the days of a claim's services."""
        if qualifier in ("BK", "BF"):
            reason = f"is sent as ICD-9-CM ({qualifier}), which ended on 2015-09-30"
            return _wrong(DIAGNOSIS_SET, "diagnosis", shown(code), reason) if start >= _ICD10 else None
        if end < _ICD10:
            reason = f"is sent as ICD-10-CM ({qualifier}), which began on 2015-10-01"
            return _wrong(DIAGNOSIS_SET, "diagnosis", shown(code), reason)
        if not _DIAGNOSIS_FORM.fullmatch(code):
            point = "has a decimal point, which X12 leaves out"
            reason = point if "." in code else "is not of the form of ICD-10-CM"
            return _wrong(DIAGNOSIS, "diagnosis", shape(code), reason)
        table = self.tables.on("icd10cm", end)
        if table is None:
            return _unchecked(DIAGNOSIS, "ICD-10-CM")
        rows = table.find(code)
        if any(row.holds(start) or row.holds(end) for row in rows) or self._began(table, code, start):
            return None
        if any(row.holds(end) for _, row in table.beginning(code)):
            return _by(table, end, DIAGNOSIS_SHORT, "diagnosis", code, "is not billable: it needs more characters")
        if rows:
            return _by(table, end, DIAGNOSIS_DATE, "diagnosis", code, _in_force(rows))
        return _absent(table, end, DIAGNOSIS, "diagnosis", code, "is unknown")

    def _began(self, table: Table, code: str, start: date) -> bool:
        """Whether the edition for the first day of a service, where that is another, has the code in force then: an
        edition of one year or quarter does not hold what ended before it.
        """
        first = self.tables.on(table.head.table, start)
        return first is not None and first is not table and first.at(code, start) is not None

    def _taxonomy(self, code: str, day: date) -> Verdict:
        """A provider taxonomy code (PRV03)."""
        return form(TAXONOMY, "taxonomy", code) or self._listed(TAXONOMY, "taxonomy", "taxonomy", code, day)

    def _answer(self, rule: Rule, name: str, code: str, day: date) -> Verdict:
        """A reason or remark code on a payment date. When a code began is not always known, so only its end counts."""
        table = self.tables.on(name, day)
        rows = table.find(code) if table is not None else []
        if table is None or any(row.end is None or day <= row.end for row in rows):
            return None
        kind = "adjustment reason" if rule is CARC else "remark"
        if rows:
            return _by(table, day, rule, kind, shown(code), f"was retired on {rows[-1].end}")
        return _absent(table, day, rule, kind, shown(code), "is not in the list")

    def _listed(self, rule: Rule, name: str, kind: str, code: str, day: date) -> Verdict:
        table = self.tables.on(name, day)
        if table is None:
            return _unchecked(rule, kind)
        rows = table.find(code)
        if any(row.holds(day) for row in rows):
            return None
        name = shape(code) if rule in (STATE, COUNTRY) else shown(code)  # parts of an address
        if rows:
            return _by(table, day, rule, kind, name, _in_force(rows))
        return _absent(table, day, rule, kind, name, "is not in the list")

    def _address(self, state: str = "", code: str = "", country: str = "") -> tuple[Problem, ...]:
        """N402, N403 and N404; outside the United States and Canada only the country is known."""
        day = date.max  # of these lists only the newest counts
        found: list[Verdict] = []
        if country:
            found.append(self._listed(COUNTRY, "countries", "country", country, day))
        if country in ("", "US", "CA"):
            if state:
                found.append(self._listed(STATE, "states", "state", state, day))
            if code and not (_POSTAL if country == "CA" else _ZIP).fullmatch(code):
                found.append(_wrong(ZIP, "ZIP or postal code", shape(code), "has the wrong form"))
        return tuple(problem for problem in found if problem is not None)


def form(rule: Rule, kind: str, text: str) -> Verdict:
    """A value of a fixed form (NDC, CLIA, modifier, taxonomy): only its size is shown."""
    return None if _FORMS[kind].fullmatch(text) else _wrong(rule, kind, shape(text), "has the wrong form")


def ndc_unit(unit: str) -> Verdict:
    """CTP05-1."""
    return None if unit in _NDC_UNITS else _wrong(NDC_UNIT, "NDC unit", shown(unit), "is unknown")


def shown(code: str) -> str:
    """A code as a message may show it: what might be a name is only sized."""
    plain = code.isascii() and code.isalnum() and len(code) <= 7 and any(c.isdigit() for c in code)
    return code if plain else shape(code)


def _wrong(rule: Rule, kind: str, code: str, reason: str) -> Problem:
    return Problem(rule, rule.severity, {"kind": kind, "code": code, "reason": reason})


def _by(table: Table, day: date, rule: Rule, kind: str, code: str, reason: str) -> Problem:
    """What a table says; only a warning where its edition is not for that day."""
    severity = rule.severity if table.head.covers(day) else Severity.WARNING
    return Problem(rule, severity, {"kind": kind, "code": code, "reason": f"{reason} ({_label(table)})"})


def _absent(table: Table, day: date, rule: Rule, kind: str, code: str, reason: str) -> Problem:
    """A code that a table lacks: nothing is said of it where the table holds only a part of the list."""
    return _by(table, day, rule, kind, code, reason) if table.head.complete else _unchecked(rule, _label(table))


def _unchecked(rule: Rule, needs: str) -> Problem:
    return Problem(rule, rule.severity, {}, needs)


def _label(table: Table) -> str:
    """What a message calls an edition: "ICD-10-CM FY2016-FY2027"."""
    return f"{_NAMES[table.head.table]} {table.head.edition}"


_NAMES = {
    "icd10cm": "ICD-10-CM", "hcpcs": "HCPCS", "cpt": "CPT", "pos": "CMS list", "taxonomy": "NUCC", "carc": "X12 list",
    "rarc": "X12 list", "filing": "guide", "states": "postal codes", "countries": "ISO 3166",
}  # fmt: skip


def _in_force(rows: list[Row]) -> str:
    """When a code was valid."""
    spans = [f"{row.start or ''} to {row.end or ''}".strip() for row in rows]
    return f"is valid only {' and '.join(s if not s.endswith(' to') else 'from ' + s[:-3] for s in spans)}"
