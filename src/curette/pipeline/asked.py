"""What a denied line asks for beside its main reason: further reasons that money was denied for, further remarks."""

from collections import Counter
from collections.abc import Iterable, Iterator

from curette.codes.denials import codes, plain
from curette.denials.facts import Denial
from curette.denials.reasons import DENIAL, Reason, read_reason, read_remarks
from curette.diff.answers import Further
from curette.x12.cas import Adjustment

_APPEAL = "appeal"  # the end of one, which is no new denial (SCR-17)


def remarks(denial: Denial) -> Iterator[str]:
    """What remarks ask for beside the one that gave a general reason ("information is missing") its category."""
    known = codes()
    reason = known.carc(denial.carc) if denial.carc else None
    for code in denial.rarcs if reason is not None and reason.generic else ():
        remark = known.rarc(code)
        if remark is None or remark.alert or remark.precedence is None:
            continue
        if (remark.category, remark.sub) != (denial.general_category, denial.general_sub):
            yield f"general.{remark.category}.{remark.sub}.{remark.code}"


def reasons(denial: Denial, adjustments: Iterable[Adjustment], filing: str, paid: int) -> Iterator[Further]:
    """The other reasons of a line by which money was denied, in order; `filing` is CLP06, `paid` cents."""
    if denial.denied <= 0:
        return
    known = codes()
    main = plain(denial.carc) if denial.carc else ""
    medicare, unpaid = filing in known.medicare, paid <= 0
    found: dict[str, Reason] = {}
    amounts: Counter[str] = Counter()
    for group, carc, amount, _ in adjustments:
        reason = read_reason(known, group, carc, medicare=medicare, unpaid=unpaid)
        if reason.slot == DENIAL and reason.category != _APPEAL:
            found.setdefault(reason.carc, reason)
            amounts[reason.carc] += amount
    for carc, reason in found.items():
        if carc != main and amounts[carc] > 0:
            yield Further(f"{reason.group}-{carc}", tuple(_ids(reason, denial)))


def _ids(reason: Reason, denial: Denial) -> Iterator[str]:
    """What a reason is called in the table of answers, the most particular first."""
    yield f"carc.{reason.carc}"
    category, sub = reason.category, reason.sub
    if reason.generic and (cause := read_remarks(codes(), denial.rarcs, ()).cause):
        category, sub = cause.category, cause.sub
        yield f"general.{category}.{sub}.{cause.code}"
    yield f"general.{category}.{sub}"
    yield f"general.{category}"
