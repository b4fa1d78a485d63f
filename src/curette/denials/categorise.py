"""What became of a service line, and why: outcome, main reason, denial category.

    >>> categorise(LineFacts("1", charge=15000, paid=0, adjustments=(("CO", "29", 15000, None),))).general_category
    'timely'

This form reads the codes of the line and its claim. The dermatology categories, which need the procedures and
diagnoses around a line, stay empty.
"""

from functools import cache
from pathlib import Path
from typing import TypeVar

from curette.codes.denials import Codes, codes, plain
from curette.denials.facts import Denial, LineFacts
from curette.denials.outcomes import Outcome
from curette.denials.reasons import CONTRACTUAL, DENIAL, REDUCTION, SLOTS, Reason, Remarks, read_reason, read_remarks
from curette.denials.screens import PAID, Case, Verdict, decide
from curette.denials.warnings import EXPECTED, warnings_of

_K = TypeVar("_K")
_V = TypeVar("_V")

_MEMORY = 4096  # distinct codes kept; a file of nonsense must not fill the memory
_NONE: tuple[str, ...] = ()
_SLA = {Outcome.DENIED: "48H", Outcome.PARTIAL_DENIAL: "48H", Outcome.REDUCED: "NONE"}


def categorise(line: LineFacts) -> Denial:
    """The outcome of one line by the built-in maps."""
    return categoriser()(line)


@cache
def categoriser(overlay: Path | None = None) -> "Categoriser":
    """A categoriser by the built-in maps with a user's folder laid over them; MapError when a map is wrong."""
    return Categoriser(codes(overlay))


class Categoriser:
    """Categorises lines; remembers what codes mean, since few combinations make up nearly all lines."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._plain = frozenset(s.code for s in codes.statuses.values() if s.outcome is None and s.code != "4")
        self._reasons: dict[tuple[bool, bool], dict[tuple[str, str], Reason]] = {
            (medicare, unpaid): {} for medicare in (False, True) for unpaid in (False, True)
        }
        self._reports: dict[str, bool] = {}
        self._remarks: dict[tuple[tuple[str, ...], tuple[str, ...]], Remarks] = {}

    def __call__(self, line: LineFacts) -> Denial:
        """The outcome of one line."""
        unpaid = line.paid <= 0
        known = self._reasons[line.filing in self._codes.medicare, unpaid]
        sums, patient, noted = [0] * SLOTS, 0, False
        seen: list[tuple[Reason, int]] = []
        for group, carc, amount, _ in line.adjustments:
            reason = known.get((group, carc)) or self._learn(line, group, carc)
            sums[reason.slot] += amount
            seen.append((reason, amount))
            if reason.patient:
                patient += amount
            if reason.noted:
                noted = True
        remarks = self._remarks.get((line.remarks, line.claim_remarks)) or self._read(line)
        verdict, warnings = PAID, _NONE
        if (
            unpaid
            or noted
            or sums[DENIAL]
            or sums[REDUCTION]
            or line.charge < 0
            or line.submitted
            or remarks.unknown
            or line.status not in self._plain
        ):
            status = self._codes.statuses.get(line.status) or self._codes.statuses.get(plain(line.status))
            case = Case(line, status, remarks, seen, sums, self._codes.categories, self._is_report(line.procedure))
            verdict = decide(case)
            warnings = warnings_of(case, verdict)
        return _denial(verdict, remarks.codes, warnings, patient, sums[CONTRACTUAL])

    def _learn(self, line: LineFacts, group: str, carc: str) -> Reason:
        medicare, unpaid = context = (line.filing in self._codes.medicare, line.paid <= 0)
        reason = read_reason(self._codes, group, carc, medicare=medicare, unpaid=unpaid)
        return _keep(self._reasons[context], (group, carc), reason)

    def _read(self, line: LineFacts) -> Remarks:
        remarks = read_remarks(self._codes, line.remarks, line.claim_remarks)
        return _keep(self._remarks, (line.remarks, line.claim_remarks), remarks)

    def _is_report(self, procedure: str) -> bool:
        known = self._reports.get(procedure)
        if known is None:
            known = _keep(self._reports, procedure, any(procedure in codes for codes in self._codes.reporting))
        return known


def _keep(memory: dict[_K, _V], key: _K, value: _V) -> _V:
    if len(memory) >= _MEMORY:
        memory.clear()
    memory[key] = value
    return value


def _denial(
    verdict: Verdict, rarcs: tuple[str, ...], warnings: tuple[str, ...], patient: int, written_off: int
) -> Denial:
    reason = verdict.reason
    return Denial(
        verdict.outcome,
        reason.group if reason else None,
        reason.carc if reason else None,
        rarcs,
        None,
        None,
        verdict.category,
        verdict.sub,
        verdict.rule,
        verdict.confidence,
        verdict.action,
        "NONE" if EXPECTED in warnings else _SLA.get(verdict.outcome),
        verdict.denied,
        patient,
        0 if verdict.sub == "full_45" else written_off,
        warnings,
    )
