"""Adjustments of a claim, shared out to its lines that have none of their own.

A payer may deny a whole claim with one CAS above the lines. Each line without a CAS then has that reason too; its
amount is a share, for reporting, and all shares add up to the cent. The claim's own amounts are never added to them.
"""

from collections.abc import Sequence

from curette.x12.cas import Adjustment


def spread(
    claim: Sequence[Adjustment],
    charges: Sequence[int],
    payments: Sequence[int],
    own: Sequence[Sequence[Adjustment]],
) -> Sequence[Sequence[Adjustment]]:
    """The adjustments of each line: its own, or its share of the claim's.

    `charges`, `payments` (cents) and `own` (the adjustments at the line) run side by side. Shares go by the money
    a line lacks, or by its charge when no line lacks any. When every line has its own, the claim's stay at the claim.
    """
    bare = [not adjustments for adjustments in own]
    if not any(bare):
        return own
    lacking = [max(charge - paid, 0) if b else 0 for charge, paid, b in zip(charges, payments, bare, strict=True)]
    billed = [abs(charge) if b else 0 for charge, b in zip(charges, bare, strict=True)]
    weights = next((some for some in (lacking, billed) if any(some)), [int(b) for b in bare])
    shares = [share(amount, weights) for _, _, amount, _ in claim]
    return [_of_line(claim, [part[at] for part in shares]) if b else own[at] for at, b in enumerate(bare)]


def _of_line(claim: Sequence[Adjustment], amounts: Sequence[int]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(group, carc, amount, quantity)
        for (group, carc, _, quantity), amount in zip(claim, amounts, strict=True)
        if amount
    )


def share(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` divided by non-negative `weights`, not all zero, in whole units that add up to it exactly."""
    total, parts, given, seen = sum(weights), [], 0, 0
    for weight in weights:
        seen += weight
        upto = amount * seen // total
        parts.append(upto - given)
        given = upto
    return parts
