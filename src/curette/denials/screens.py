"""The questions put to a line one after the other; the first that has an answer gives the outcome.

They follow the screens SCR-01 to SCR-20 of the denial rules as far as a line can answer them. SCR-05 (which payer's
turn it is) is `Categoriser.scope`, SCR-10 (lines to be merged) is `merge`, SCR-16 is a warning.
"""

from collections.abc import Callable, Mapping

from curette._records import record
from curette.codes.denials import Category, Status
from curette.denials.facts import LineFacts
from curette.denials.outcomes import Outcome
from curette.denials.reasons import (
    COB,
    CONTRACTUAL,
    DENIAL,
    INFORMATIONAL,
    PATIENT,
    PENDING,
    REDUCTION,
    SHARE,
    TRANSFERRED,
    Reason,
    Remarks,
)
from curette.findings import Confidence

_CERTAIN, _LIKELY, _POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE
_SAYS_LITTLE = {"16", "31", "A1"}  # reasons that agree with "patient not recognised" (CLP02 = 4)
_APPEAL_UPHELD = "193"
_REPORTING = "246"
_INCLUDED = "97"
_FEE_SCHEDULE = "45"
CENT = 1


@record
class Case:
    """A line with its adjustments read and summed."""

    line: LineFacts
    status: Status | None
    remarks: Remarks
    seen: list[tuple[Reason, int]]
    sums: list[int]  # cents by slot
    categories: Mapping[str, Category]
    report: bool  # the procedure reports a measure and is never paid

    @property
    def unpaid(self) -> bool:
        """Nothing was paid for the line."""
        return self.line.paid <= 0

    @property
    def worthless(self) -> bool:
        """Nothing was paid and no patient share was left: nobody is to pay anything the payer allowed."""
        return self.line.paid <= 0 and self.sums[SHARE] <= 0

    @property
    def unexplained(self) -> int:
        """Cents of the charge that no payment and no adjustment accounts for."""
        return self.line.charge - self.line.paid - sum(self.sums)

    def equals(self, reason: Reason) -> list[Reason]:
        """The reasons of the same kind and amount, that one first: any of them may be the main one."""
        weight = max(abs(amount) for other, amount in self.seen if other is reason)
        others = [r for r, a in self.seen if r is not reason and r.slot == reason.slot and abs(a) == weight]
        return [reason, *others]

    def main(self, *slots: int) -> Reason | None:
        """The reason with the largest amount among those kinds; among equals the category that is asked first."""
        if len(self.seen) == 1:
            only = self.seen[0][0]
            return only if only.slot in slots else None
        best, weight = None, (-1, 0)
        for reason, amount in self.seen:
            if reason.slot in slots and (own := (abs(amount), -reason.rank)) > weight:
                best, weight = reason, own
        return best


@record
class Verdict:
    """What a screen decided."""

    outcome: Outcome
    category: str | None
    sub: str | None
    rule: str
    reason: Reason | None = None
    confidence: Confidence = _CERTAIN
    action: str | None = None  # of tables.xml; None: that of its category
    denied: int = 0  # cents
    explained: bool = False  # it is denied or reduced for a reason that may have a cause of its own

    def of(self, denied: int) -> "Verdict":
        """The same of a line of which so much was denied."""
        if denied == self.denied:
            return self
        return Verdict(
            self.outcome, self.category, self.sub, self.rule, self.reason, self.confidence, self.action, denied,
            self.explained,
        )  # fmt: skip


PAID = Verdict(Outcome.PAID, None, None, "GENERAL")

_BY_STATUS = {
    "reversal": Verdict(Outcome.REVERSAL, "recoup", "reversal", "SCR-01"),
    "transferred": Verdict(Outcome.TRANSFERRED, "transfer", "forwarded", "SCR-02"),
    "predetermination": Verdict(Outcome.PREDETERMINATION, "info", "predetermination", "SCR-03"),
    "pending": Verdict(Outcome.PENDING, "pend", "status_pended", "SCR-07"),
}


def _status(case: Case) -> Verdict | None:
    """SCR-01, 02, 03: the claim status decides; money taken back is a reversal, whatever the status."""
    outcome, line = case.status.outcome if case.status else None, case.line
    if outcome and not (outcome == "pending" and line.paid > 0):
        return _BY_STATUS[outcome]
    taken_back = line.charge < 0 or (line.charge == 0 and line.paid < 0)
    return _BY_STATUS["reversal"] if taken_back else None


def _informational(case: Case) -> Verdict | None:
    """SCR-06 and 08: a report of a measure, a line without a charge, a duplicate of a crossover claim."""
    charge, remarks = case.line.charge, case.remarks
    if case.report or _has(case, _REPORTING):
        return Verdict(Outcome.INFORMATIONAL, "info", "reporting_code", "SCR-06")
    if remarks.reporting or (remarks.reporting_absent and charge <= CENT):
        return Verdict(Outcome.INFORMATIONAL, "info", "quality", "SCR-06")
    if charge == 0 and case.line.paid == 0:
        return Verdict(Outcome.INFORMATIONAL, "info", "zero_charge", "SCR-06")
    return Verdict(Outcome.INFORMATIONAL, "info", "crossover", "SCR-08") if remarks.crossover else None


def _has(case: Case, carc: str) -> bool:
    for reason, _ in case.seen:  # noqa: SIM110 - any() costs three times as much, on every unpaid line
        if reason.carc == carc:
            return True
    return False


def _forwarded(case: Case) -> Verdict | None:
    """The payer passed the line on, and that outweighs what it denied or left to the patient."""
    money = case.sums[TRANSFERRED]
    if money <= 0 or money < max(case.sums[DENIAL], case.sums[SHARE]):
        return None
    return _not_final(case, TRANSFERRED, Outcome.TRANSFERRED, "transfer", None)


def _pending(case: Case) -> Verdict | None:
    """SCR-07: some of the line is not decided yet."""
    return _not_final(case, PENDING, Outcome.PENDING, "pend", "SCR-07") if case.sums[PENDING] > 0 else None


def _not_final(case: Case, slot: int, outcome: Outcome, category: str, rule: str | None) -> Verdict | None:
    reason = case.main(slot)
    return Verdict(outcome, category, reason.sub, rule or reason.rule, reason) if reason else None


def _rollup(case: Case) -> Verdict | None:
    """SCR-09: the payer paid the line under another code of the claim."""
    if not (case.line.sister_bundled and case.line.submitted):
        return None
    whole = [reason for reason, amount in case.seen if reason.carc == _INCLUDED and amount == case.line.charge]
    return Verdict(Outcome.ROLLUP, "info", "rollup", "SCR-09", whole[0]) if whole else None


def _denied(case: Case) -> Verdict | None:
    """Money was denied: all that the line could bring, or a part. SCR-17: the answer to an appeal is no new denial."""
    money = case.sums[DENIAL]
    if money <= 0 or (reason := case.main(DENIAL)) is None:
        return None
    if reason.category == "appeal":
        outcome = Outcome.APPEAL_UPHELD if reason.carc == _APPEAL_UPHELD else Outcome.APPEAL_DISMISSED
        return Verdict(outcome, "appeal", reason.sub, "SCR-17", reason)
    if not case.worthless:
        return _because(case, reason, Outcome.PARTIAL_DENIAL)
    if _is_status_4(case) and all(r.carc in _SAYS_LITTLE for r, _ in case.seen if r.slot == DENIAL):
        return Verdict(Outcome.DENIED, "elig", "not_identified", "SCR-04", reason, denied=money)
    return _because(case, reason, Outcome.DENIED)


def _because(case: Case, reason: Reason, outcome: Outcome) -> Verdict:
    """The general category: the reason's own, or for a reason that says nothing that of its remark."""
    category, sub, rule, confidence = reason.category, reason.sub, reason.rule, reason.confidence
    if reason.generic and (cause := case.remarks.cause):
        category, sub, rule = cause.category, cause.sub, f"RARC-{cause.code}"
        confidence = _CERTAIN if cause.reviewed else _LIKELY
    elif reason.generic:
        confidence = _POSSIBLE
    action = "new_claim" if case.remarks.unprocessable else None
    return Verdict(outcome, category, sub, rule, reason, confidence, action, case.sums[DENIAL], explained=True)


def _is_status_4(case: Case) -> bool:
    return case.status is not None and case.status.code == "4"


def _refused_whole(case: Case) -> Verdict | None:
    """SCR-19 and 04: the claim was sent back, or the patient not recognised, and no reason says so in money."""
    if not case.worthless:
        return None
    money, reason = case.line.charge - case.line.paid, case.seen[0][0] if case.seen else None
    if case.remarks.unprocessable and (cause := case.remarks.cause):
        action = "new_claim"
        return Verdict(Outcome.DENIED, cause.category, cause.sub, "SCR-19", reason, _CERTAIN, action, money, True)
    if _is_status_4(case):
        return Verdict(Outcome.DENIED, "elig", "not_identified", "SCR-04", reason, _LIKELY, None, money)
    return None


def _full_discount(case: Case) -> Verdict | None:
    """SCR-11: a contract discount of the whole charge, which the reason code forbids: a denial in disguise."""
    charge = case.line.charge
    if charge <= 0 or sum(case.sums) != charge:
        return None
    if any(reason.carc != _FEE_SCHEDULE for reason, _ in case.seen):
        return None
    reason = case.seen[0][0]
    return Verdict(Outcome.DENIED, "other", "full_45", "SCR-11", reason, _POSSIBLE, "review", charge)


def _reduced(case: Case) -> Verdict | None:
    """A payment policy took something; SCR-12: when it took all, that is a denial."""
    money = case.sums[REDUCTION]
    if money <= 0 or (reason := case.main(REDUCTION)) is None:
        return None
    if not case.worthless or case.sums[COB] > 0:
        return Verdict(
            Outcome.REDUCED, reason.category, reason.sub, reason.rule, reason, reason.confidence, explained=True
        )
    category, sub = reason.category, reason.sub
    if case.categories[category].kind != "general":
        category, sub = "other", "full_reduction"
    return Verdict(Outcome.DENIED, category, sub, "SCR-12", reason, _LIKELY, None, money, explained=True)


def _paid(case: Case) -> Verdict | None:
    return PAID


def _zero_pay(case: Case) -> Verdict | None:
    """SCR-13, 14, 18: nothing to pay, and yet no denial: others pay, or the contract takes what is left."""
    sums = case.sums
    if sums[SHARE] + sums[PATIENT] > 0:
        return _no_denial(case, Outcome.PATIENT_ZERO_PAY, "patient", "SCR-13", SHARE, PATIENT)
    if sums[COB] > 0:
        return _no_denial(case, Outcome.COB_ZERO_PAY, "cob_impact", "SCR-14", COB)
    if max(sums[CONTRACTUAL], sums[INFORMATIONAL]) <= 0 or case.unexplained > 0:
        return None
    if sums[CONTRACTUAL] >= sums[INFORMATIONAL]:
        return _no_denial(case, Outcome.CONTRACTUAL_ZERO_PAY, "contractual", "SCR-18", CONTRACTUAL)
    return _no_denial(case, Outcome.INFORMATIONAL, "info", "GENERAL", INFORMATIONAL)


def _no_denial(case: Case, outcome: Outcome, category: str, rule: str, *slots: int) -> Verdict:
    reason = case.main(*slots)
    sub = reason.sub if reason and reason.sub in case.categories[category].subs else None
    return Verdict(outcome, category, sub, rule, reason)


def _no_reason(case: Case) -> Verdict:
    """Nothing was paid, and the remittance does not say why."""
    money = max(case.unexplained, 0)
    return Verdict(Outcome.DENIED, "other", "no_reason", "GENERAL", None, _POSSIBLE, "review", money, explained=True)


_Screens = tuple[Callable[[Case], Verdict | None], ...]
_OF_PAID: _Screens = (_status, _denied, _reduced, _paid)
_OF_UNPAID: _Screens = (
    _status,
    _forwarded,
    _informational,
    _pending,
    _rollup,
    _denied,
    _refused_whole,
    _full_discount,
    _reduced,
    _zero_pay,
)


def decide(case: Case) -> Verdict:
    """The outcome of a line, by the first screen that has one."""
    for screen in _OF_UNPAID if case.unpaid else _OF_PAID:
        if verdict := screen(case):
            return verdict
    return _no_reason(case)
