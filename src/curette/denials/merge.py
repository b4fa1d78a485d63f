"""SCR-10: one billed line that a payer answered in several parts counts once.

A payer may split a line (several SVC under one REF*6R) or pay a code under others (further SVC without a charge, whose
SVC06 names the code that was billed). Units, payments and adjustments are added; see X12 RFI 2283.
"""

from collections.abc import Sequence

from curette.remits.model import ServicePayment


def billed_code(line: ServicePayment) -> str:
    """What was billed: SVC06 where the payer changed it, else SVC01."""
    return line.submitted[1] if line.submitted else line.procedure


def merged(lines: Sequence[ServicePayment]) -> list[tuple[ServicePayment, ...]] | None:
    """The parts of each billed line, in the order of their first; None where every line is its only part."""
    if len(lines) < 2:
        return None
    codes = {line.submitted[1] if line.submitted else line.procedure for line in lines}
    if len(codes) == len(lines):  # nearly every claim: no code stands twice
        return None
    groups: list[list[ServicePayment]] = []
    by_number: dict[tuple[str, str], list[ServicePayment]] = {}
    for line in lines:
        number, code = line.control_number, billed_code(line)
        group = by_number.get((number, code)) if number else None
        if group is None:
            groups.append(group := [])
            if number:
                by_number[number, code] = group
        group.append(line)
    extra = [group for group in groups if all(line.charge == 0 and line.submitted for line in group)]
    for group in extra:
        if (main := _main(group, groups)) is not None:
            main.extend(group)
            groups = [other for other in groups if other is not group]
    if len(groups) == len(lines):
        return None
    return [tuple(sorted(group, key=lambda line: line.number)) for group in groups]


def _main(group: list[ServicePayment], groups: list[list[ServicePayment]]) -> list[ServicePayment] | None:
    """The line with a charge that the parts without one belong to; of the same day, where days are given."""
    code, day = billed_code(group[0]), group[0].start
    for other in groups:
        if any(line.charge and billed_code(line) == code and line.start == day for line in other):
            return other
    return None


def joined(parts: Sequence[ServicePayment]) -> ServicePayment:
    """The parts as one line: the part with the largest charge, and what all of them add up to."""
    if len(parts) == 1:
        return parts[0]
    main = max(parts, key=lambda line: abs(line.charge))
    starts, ends = [line.start for line in parts if line.start], [line.end for line in parts if line.end]
    return ServicePayment(
        [segment for line in parts for segment in line.segments],
        main.at,
        main.number,
        main.qualifier,
        main.procedure,
        main.modifiers,
        sum(line.charge for line in parts),
        sum(line.paid for line in parts),
        sum(line.units for line in parts if line.charge) or main.units,
        min(starts, default=None),
        max(ends, default=None),
        [adjustment for line in parts for adjustment in line.adjustments],
        main.submitted,
        tuple(remark for line in parts for remark in line.remarks),
        main.allowed,
    )
