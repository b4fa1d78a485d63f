"""What a reader of the remittance should know besides the outcome of a line."""

from functools import lru_cache

from curette.denials.outcomes import COUNTED, Outcome
from curette.denials.screens import Case, Verdict

EXPECTED = "expected_denial"
RECODED = "payer_recode"
_NEVER_COVERED = {"GY", "GX"}  # modifiers that ask Medicare for a denial
_NONCOVERED = {"50", "96", "204"}
_DENIED = (Outcome.DENIED, Outcome.PARTIAL_DENIAL)
_REVERSAL, _ROLLUP = Outcome.REVERSAL, Outcome.ROLLUP  # each look at an enum is a call


def warnings_of(case: Case, verdict: Verdict) -> tuple[str, ...]:
    """The warnings of a line, each once, in a fixed order."""
    found = _of_status(case, verdict) + _of_codes(case) + _of_line(case, verdict)
    return tuple(dict.fromkeys(found)) if found else ()


def _of_status(case: Case, verdict: Verdict) -> list[str]:
    found: list[str] = []
    if case.status is None:
        found.append("unknown_status")
    elif case.status.code == "4" and verdict.rule != "SCR-04":  # a habit of 4010: status 4 for any denial
        found.append("status4_nonstandard")
    if verdict.outcome is _REVERSAL and (case.status is None or case.status.outcome != "reversal"):
        found.append("reversal_nonstandard")
    return found


def _of_codes(case: Case) -> list[str]:
    found: list[str] = []
    for reason, _ in case.seen:
        found += reason.warnings
        if reason.needs_remark and not case.remarks.complete:
            found.append("carc_without_rarc")
    if case.remarks.unknown:
        found.append("unknown_rarc")
    return found


def _of_line(case: Case, verdict: Verdict) -> list[str]:
    found: list[str] = []
    if verdict.sub == "full_45":
        found.append("full_45")
    if case.unpaid and verdict.outcome in COUNTED and case.unexplained > 0:
        found.append("unexplained")
    if verdict.outcome in _DENIED:
        if case.remarks.unprocessable:
            found.append("unprocessable")
        if _is_expected(case, verdict):
            found.append(EXPECTED)
    if verdict.outcome is _ROLLUP or _is_recoded(case):
        found.append(RECODED)
    return found


def _is_expected(case: Case, verdict: Verdict) -> bool:
    """SCR-16: the provider billed it to be denied."""
    if not case.line.modifiers or not asks_for_denial(case.line.modifiers):
        return False
    reason = verdict.reason
    return reason is not None and reason.carc in _NONCOVERED and reason.group in ("CO", "PR")


@lru_cache(maxsize=4096)
def asks_for_denial(modifiers: tuple[str, ...]) -> bool:
    """Whether one of these modifiers does; nothing else of modifiers matters to warnings."""
    return not _NEVER_COVERED.isdisjoint(map(str.upper, modifiers))


def _is_recoded(case: Case) -> bool:
    billed = case.line.submitted
    return bool(billed) and billed.strip().upper() != case.line.procedure.strip().upper()
