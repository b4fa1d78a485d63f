"""Reading one adjustment or one set of remarks: what the codes mean on this line, before any amounts are weighed."""

from curette._records import record
from curette.codes.denials import Codes, Rarc, plain
from curette.findings import Confidence

# What an adjustment is on its line: an index into the sums of a case. SHARE is the patient's share of an allowed
# amount (deductible, coinsurance, copayment); PATIENT is other money the patient bears.
DENIAL, SHARE, PATIENT, CONTRACTUAL, REDUCTION, INFORMATIONAL, PENDING, TRANSFERRED, COB = range(9)
SLOTS = 9
_SLOTS = {
    "denial": DENIAL,
    "patient": PATIENT,
    "contractual": CONTRACTUAL,
    "reduction": REDUCTION,
    "informational": INFORMATIONAL,
    "pending": PENDING,
    "transferred": TRANSFERRED,
    "cob": COB,
}
_LAST = 99  # rank of a category without precedence
_REPORTING = {"N365", "N620"}  # the code on the line reports a measure and is never paid
_REPORTING_ABSENT = "N572"  # a real denial - unless the line itself is such a report, sent for a cent
_CROSSOVER = "N522"
_UNPROCESSABLE = "MA130"


@record
class Reason:
    """An adjustment reason under its group. `group` and `carc` are tidied, `rank` orders equal amounts."""

    group: str
    carc: str
    slot: int
    patient: bool  # group PR
    category: str
    sub: str
    rule: str
    confidence: Confidence
    generic: bool
    needs_remark: bool
    rank: int
    warnings: tuple[str, ...]
    harmless: bool  # it asks for no look at a line that was paid: it denies and reduces nothing, nothing to warn of


@record
class Remarks:
    """The remarks of a line and its claim, tidied, those of the line first."""

    codes: tuple[str, ...] = ()
    cause: Rarc | None = None  # the one that names the cause where the reason does not
    complete: bool = False  # at least one is more than an alert
    unknown: bool = False
    reporting: bool = False
    reporting_absent: bool = False
    crossover: bool = False
    unprocessable: bool = False
    named: frozenset[str] = frozenset()  # the codes
    tags: frozenset[str] = frozenset()  # what they are about


def read_reason(codes: Codes, group: str, carc: str, *, medicare: bool, unpaid: bool) -> Reason:
    """What (group, carc) means; `medicare`: the claim went to original Medicare; `unpaid`: the line got nothing."""
    found, row = codes.groups.get(plain(group)), codes.carc(carc)
    warnings = [] if found else ["unknown_group"]
    reads_as, code = found.reads_as if found else "OA", row.code if row else plain(carc)
    rule, confidence = f"CARC-{code}", Confidence.CERTAIN
    if row is None:  # SCR-20
        kind, category, sub = "denial" if unpaid and reads_as != "PR" else "reduction", "other", "unknown_code"
        rule, confidence = "SCR-20", Confidence.POSSIBLE
        warnings.append("unknown_carc")
    elif code == "24" and medicare:  # SCR-15: the patient has left original Medicare for a plan
        kind, category, sub, rule = "denial", "elig", "wrong_payer", "SCR-15"
    else:
        kind, category, sub = row.dispositions[reads_as], row.category, row.sub
        if row.groups and found and found.code == reads_as and reads_as not in row.groups:
            warnings.append("group_not_permitted")
    slot = SHARE if kind == "patient" and row is not None and row.kind == "patient" else _SLOTS[kind]
    noted = bool(warnings) or (row is not None and row.needs_remark)
    return Reason(
        plain(group),
        code,
        slot,
        reads_as == "PR",
        category,
        sub,
        rule,
        confidence,
        row is not None and row.generic,
        row is not None and row.needs_remark,
        codes.categories[category].precedence or _LAST,
        tuple(warnings),
        not noted and slot not in (DENIAL, REDUCTION),
    )


def read_remarks(codes: Codes, line: tuple[str, ...], claim: tuple[str, ...]) -> Remarks:
    """What the remarks of a line and of its claim say together."""
    own, others = ([text.strip().upper() for text in texts] for texts in (line, claim))
    every = tuple(dict.fromkeys(code for code in (*own, *others) if code))
    rows = [codes.rarcs.get(code) for code in every]
    return Remarks(
        every,
        _cause(codes, own) or _cause(codes, others),
        any(row is None or not row.alert for row in rows),
        None in rows,
        not _REPORTING.isdisjoint(own),
        _REPORTING_ABSENT in own,
        _CROSSOVER in every,
        _UNPROCESSABLE in every,
        frozenset(every),
        frozenset(tag for row in rows if row for tag in row.tags),
    )


def _cause(codes: Codes, remarks: list[str]) -> Rarc | None:
    """The first of those remarks whose category is asked first; alerts name no cause."""
    rows = [row for code in remarks if (row := codes.rarcs.get(code)) and row.precedence is not None]
    return min(rows, key=lambda row: row.precedence or _LAST, default=None)
