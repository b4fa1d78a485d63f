"""What became of a service line, and why: outcome, main reason, denial category.

    >>> categorise(LineFacts("1", charge=15000, paid=0, adjustments=(("CO", "29", 15000, None),))).general_category
    'timely'

The codes of the line and its claim give the outcome and a general category. For what was denied, reduced or paid under
another code, the ordered rules then look at the line and at what stands around it (`Context`): they may name a cause
of dermatology's own, and their general category, confidence, action and SLA hold.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from curette._records import record
from curette.codes.denial_rules import HIGH_VALUE
from curette.codes.denials import Codes, codes, plain
from curette.denials.causes import Asked, Cause, Causes
from curette.denials.facts import ALONE, Context, Denial, LineFacts
from curette.denials.outcomes import Outcome
from curette.denials.reasons import CONTRACTUAL, SLOTS, Reason, Remarks, read_reason, read_remarks
from curette.denials.screens import CENT, PAID, Case, Verdict, decide
from curette.denials.warnings import EXPECTED, RECODED, asks_for_denial, warnings_of
from curette.x12.cas import Adjustment

_K = TypeVar("_K")
_V = TypeVar("_V")

_MEMORY = 4096  # distinct codes kept; a file of nonsense must not fill the memory
_NONE: tuple[str, ...] = ()
# of Python 3.11 each look at a member of an enum is a call
_PAID, _DENIED, _PARTLY, _REDUCED = Outcome.PAID, Outcome.DENIED, Outcome.PARTIAL_DENIAL, Outcome.REDUCED
_NO_REMARKS = Remarks()
_BY, _SURE = PAID.rule, PAID.confidence
_UNKNOWN = frozenset({"unknown_group", "unknown_carc", "unknown_rarc"})


def _alone() -> Context:
    return ALONE


def categorise(line: LineFacts, context: Context = ALONE) -> Denial:
    """The outcome of one line by the built-in maps."""
    return categoriser()(line, lambda: context)


@cache
def categoriser(overlay: Path | None = None) -> "Categoriser":
    """A categoriser by the built-in maps with a user's folder laid over them; MapError when a map is wrong."""
    return Categoriser(codes(overlay))


@record
class _Lost:
    """What is known of lines that lost all to one reason."""

    verdict: Verdict
    warnings: tuple[str, ...]
    remarks: Remarks
    reason: Reason


class Categoriser:
    """Categorises lines; remembers what codes mean, since few combinations make up nearly all lines."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        self._causes = Causes(codes)
        self._plain = frozenset(s.code for s in codes.statuses.values() if s.outcome is None and s.code != "4")
        self._reasons: dict[tuple[bool, bool], dict[tuple[str, str], Reason]] = {
            (medicare, unpaid): {} for medicare in (False, True) for unpaid in (False, True)
        }
        self._of_medicare, self._of_others = self._reasons[True, False], self._reasons[False, False]  # of paid lines
        self._reports: dict[str, bool] = {}
        self._remarks: dict[tuple[tuple[str, ...], tuple[str, ...]], Remarks] = {}
        self._lost: dict[tuple[object, ...], _Lost] = {}

    def scope(self, status: str, charge: int) -> str:
        """SCR-05: in which rates a claim with this CLP02 and CLP03 counts: primary, secondary, tertiary, reversal or
        none.

        A status that is not known counts as primary; it is warned of.
        """
        if charge < 0:
            return "reversal"
        found = self.codes.statuses.get(status) or self.codes.statuses.get(plain(status))
        return found.counts if found else "primary"

    def plainly(self, status: str, filing: str) -> Mapping[tuple[str, str], Reason] | None:
        """What `paid` wants to know of a claim with this CLP02 and CLP06; None where its lines are none for it."""
        if status not in self._plain:
            return None
        return self._of_medicare if filing in self.codes.medicare else self._of_others

    def paid(
        self,
        reasons: Mapping[tuple[str, str], Reason],
        adjustments: Sequence[Adjustment],
        remarks: tuple[str, ...],
        claim_remarks: tuple[str, ...],
    ) -> Denial | None:
        """The outcome of a line that was paid, under the code that was billed, with nothing in it to look into, as
        nearly all are; None for others. It says what a call says, at a third of its price.
        """
        known = self._remarks.get((remarks, claim_remarks)) if remarks or claim_remarks else _NO_REMARKS
        if known is None or known.unknown:
            return None
        patient = written_off = 0
        for adjustment in adjustments:
            reason = reasons.get(adjustment[:2])
            if reason is None or not reason.harmless:
                return None
            if reason.patient:
                patient += adjustment[2]
            if reason.slot == CONTRACTUAL:
                written_off += adjustment[2]
        return Denial(
            _PAID, None, None, known.codes, None, None, None, None, _BY, _SURE, None, None, 0, patient, written_off
        )

    def __call__(self, line: LineFacts, context: Callable[[], Context] = _alone) -> Denial:
        """The outcome of one line; `context` is asked only where a cause is looked for."""
        if len(line.adjustments) == 1 and line.charge > CENT and not line.paid and not line.submitted:
            group, carc, amount, _ = line.adjustments[0]
            if amount == line.charge:
                return self._of_lost(line, group, carc, context)
        case = self._case(line)
        verdict = decide(case)
        warnings = warnings_of(case, verdict)
        cause, main = self._cause(case, verdict, warnings, context)
        patient = sum([amount for reason, amount in case.seen if reason.patient])
        return self._denial(line, case.remarks, verdict, cause, warnings, (patient, case.sums[CONTRACTUAL]), main)

    def _of_lost(self, line: LineFacts, group: str, carc: str, context: Callable[[], Context]) -> Denial:
        """The outcome of a line that lost all to one reason, as most denied ones do: what the screens say depends on
        codes alone then and is remembered by them, and only the money is the line's own.
        """
        key = (
            line.status, group, carc, line.filing in self.codes.medicare, line.remarks, line.claim_remarks,
            self._is_report(line.procedure), asks_for_denial(line.modifiers),
        )  # fmt: skip
        known = self._lost.get(key)
        if known is None:
            case = self._case(line)
            verdict = decide(case)
            known = _keep(self._lost, key, _Lost(verdict, warnings_of(case, verdict), case.remarks, case.seen[0][0]))
        verdict, reason, charge = known.verdict, known.reason, line.charge
        if verdict.denied:
            verdict = verdict.of(charge)
        cause = None
        if verdict.explained:
            cause = self._causes.of(_asked(line, known.remarks, verdict.reason), context())
        money = charge if reason.patient else 0, charge if reason.slot == CONTRACTUAL else 0
        return self._denial(line, known.remarks, verdict, cause, known.warnings, money, verdict.reason)

    def _case(self, line: LineFacts) -> Case:
        """A line with its adjustments read and summed."""
        known = self._reasons[line.filing in self.codes.medicare, line.paid <= 0]
        sums = [0] * SLOTS
        seen: list[tuple[Reason, int]] = []
        for group, carc, amount, _ in line.adjustments:
            reason = known.get((group, carc)) or self._learn(line, group, carc)
            sums[reason.slot] += amount
            seen.append((reason, amount))
        remarks = self._remarks.get((line.remarks, line.claim_remarks)) or self._read(line)
        status = self.codes.statuses.get(line.status) or self.codes.statuses.get(plain(line.status))
        return Case(line, status, remarks, seen, sums, self.codes.categories, self._is_report(line.procedure))

    def _cause(
        self, case: Case, verdict: Verdict, warnings: tuple[str, ...], context: Callable[[], Context]
    ) -> tuple[Cause | None, Reason | None]:
        """The cause of a denial and its main reason: of several with one amount that whose rule is asked first."""
        line, remarks, main = case.line, case.remarks, verdict.reason
        if not verdict.explained:
            is_recoded = verdict.outcome is _PAID and RECODED in warnings
            return (self._causes.of_paid(_asked(line, remarks, None), context()) if is_recoded else None), main
        around = context()
        if main is None or len(case.seen) == 1:
            return self._causes.of(_asked(line, remarks, main), around), main
        best: Cause | None = None
        chosen: Reason | None = main
        for candidate in case.equals(main):
            cause = self._causes.of(_asked(line, remarks, candidate), around)
            if cause and (best is None or cause.rule.priority < best.rule.priority):
                best, chosen = cause, candidate
        return best, chosen

    def _learn(self, line: LineFacts, group: str, carc: str) -> Reason:
        medicare, unpaid = context = (line.filing in self.codes.medicare, line.paid <= 0)
        reason = read_reason(self.codes, group, carc, medicare=medicare, unpaid=unpaid)
        return _keep(self._reasons[context], (group, carc), reason)

    def _read(self, line: LineFacts) -> Remarks:
        remarks = read_remarks(self.codes, line.remarks, line.claim_remarks)
        return _keep(self._remarks, (line.remarks, line.claim_remarks), remarks)

    def _denial(
        self,
        line: LineFacts,
        remarks: Remarks,
        verdict: Verdict,
        cause: Cause | None,
        warnings: tuple[str, ...],
        money: tuple[int, int],
        reason: Reason | None,
    ) -> Denial:
        """The answer; `money` is the patient's and what was written off by contract."""
        general, outcome = verdict.category, verdict.outcome
        rule, confidence = verdict.rule, verdict.confidence
        is_denial = outcome is _DENIED or outcome is _PARTLY
        sla = "48H" if is_denial else "NONE" if outcome is _REDUCED else None
        action = self.codes.actions[verdict.action or general] if is_denial and general else None
        if cause:
            rule, confidence = cause.rule.id, cause.confidence
            action = action if verdict.action else cause.rule.action
            if outcome is _PAID:
                sla = "NONE"
            elif not is_denial or self.codes.categories[cause.rule.general].kind == "general":
                general, sla = cause.rule.general, cause.rule.sla  # else all of a reduction is a denial (SCR-12)
        if sla == "48H" and self._is_high_value(line.procedure):
            sla = "SAME_DAY"  # whatever it was denied for
        return Denial(
            outcome,
            reason.group if reason else None,
            reason.carc if reason else None,
            remarks.codes,
            cause.rule.category if cause else None,
            cause.sub if cause else None,
            general,
            verdict.sub if general == verdict.category else None,
            rule,
            confidence,
            action,
            "NONE" if EXPECTED in warnings else sla,
            verdict.denied,
            money[0],
            0 if verdict.sub == "full_45" else money[1],
            warnings,
            () if _UNKNOWN.isdisjoint(warnings) else self._unknown(line, remarks),
        )

    def _unknown(self, line: LineFacts, remarks: Remarks) -> tuple[str, ...]:
        """The codes of a line that no table has, each once, as they came."""
        found: list[str] = []
        for group, carc, *_ in line.adjustments:
            if plain(group) not in self.codes.groups:
                found.append(f"group {group}")
            if self.codes.carc(carc) is None:
                found.append(f"CARC {carc}")
        found += [f"RARC {code}" for code in remarks.codes if code not in self.codes.rarcs]
        return tuple(dict.fromkeys(found))

    def _is_high_value(self, procedure: str) -> bool:
        """Guide 000: biologics and Mohs are worked on the day they are denied."""
        return not HIGH_VALUE.isdisjoint(self._causes.families(procedure))

    def _is_report(self, procedure: str) -> bool:
        known = self._reports.get(procedure)
        if known is None:
            code = procedure.strip().upper()
            known = _keep(self._reports, procedure, any(code in codes for codes in self.codes.reporting))
        return known


def _keep(memory: dict[_K, _V], key: _K, value: _V) -> _V:
    if len(memory) >= _MEMORY:
        memory.clear()
    memory[key] = value
    return value


def _asked(line: LineFacts, remarks: Remarks, reason: Reason | None) -> Asked:
    return Asked(
        reason.carc if reason else "",
        remarks.named,
        remarks.tags,
        line.procedure.strip().upper(),
        tuple([modifier.upper() for modifier in line.modifiers]) if line.modifiers else _NONE,
        line.paid > 0,
        line.submitted.strip().upper(),
    )
