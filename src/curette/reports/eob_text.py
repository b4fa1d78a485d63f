"""One claim of a remittance as an explanation of benefits: what was billed, kept back and why, and paid."""

from collections import Counter
from collections.abc import Iterator, Sequence

from curette.codes.denials import carc, codes, plain, rarc
from curette.money import count
from curette.remits.model import ClaimPayment, ServicePayment
from curette.reports import words
from curette.reports.layout import TIE, View, clean, day, days, joined, labelled, money, spread, wrapped
from curette.x12.cas import Adjustment

_GROUPS = ("CO", "PR", "OA", "PI", "other")
_NOTE = " " * 6
_AMOUNTS = {"I": "interest", "D8": "discount", "F5": "paid by the patient", "NL": "negative ledger balance", "T": "tax"}


def claim_lines(claim: ClaimPayment, damaged: bool, view: View) -> Iterator[str]:
    """A claim with its lines, adjustments and remarks."""
    yield ""
    mark = joined("DAMAGED" if damaged else "", "REVERSAL" if claim.is_reversal else "", by="  ")
    sums = f"charge {money(claim.charge)}  paid {money(claim.paid)}"
    if claim.patient_responsibility is not None:
        sums += f"  patient {money(claim.patient_responsibility)}"
    yield from spread(joined(f"Claim {clean(claim.control_number)}", mark, by="  "), sums, view.width)
    yield from labelled(_rows(claim, view), view.width)
    yield from _Table(claim, view).lines()


def _rows(claim: ClaimPayment, view: View) -> list[tuple[str, str]]:
    status = codes().statuses.get(claim.status) or codes().statuses.get(plain(claim.status))
    frequency = words.FREQUENCIES.get(claim.frequency, clean(claim.frequency))
    received = claim.value("DTM", 2, "050")
    corrected = claim.corrected_insured
    service = f"received {received[:4]}-{received[4:6]}-{received[6:]}" if received else ""
    rows = [
        ("Payer claim", clean(claim.payer_claim)),
        ("Status", f"{status.name if status else 'not in the list'} ({clean(claim.status)})"),
        ("Coverage", words.filing(claim.filing_indicator) if claim.filing_indicator else ""),
        ("Service", joined(days(*claim.service_dates), service, words.place(claim.place_of_service))),
        ("Frequency", frequency if claim.frequency not in ("", "1") else ""),
        ("Rendering", words.provider(claim.rendering)),
        ("Replaces", clean(claim.reference("F8"))),
        ("Authorisation", clean(claim.reference("G1"))),
        ("Forwarded to", words.payer(claim.crossover, view)),
        ("Bill first", words.payer(claim.corrected_payer, view)),
    ]
    for qualifier, name in _AMOUNTS.items():
        if (amount := claim.amount(qualifier)) is not None:
            rows.append(("Amount", f"{name} {money(amount)}"))
    if view.phi:
        rows += [("Patient", words.person(claim.patient)), ("Insured", words.person(claim.insured))]
        rows.append(("Corrected to", words.person(corrected)))
    elif corrected is not None:
        rows.append(("Corrected", "the payer corrects the insured's data, shown with --show-phi"))
    return rows


class _Table:
    """The lines of a claim. Billed less all columns of adjustments is what was paid; a group not used has no column."""

    def __init__(self, claim: ClaimPayment, view: View) -> None:
        self.claim, self.width = claim, view.width
        own = [self._by_group(line.adjustments) for line in claim.lines]
        above = self._by_group(claim.adjustments)
        total = Counter(above)
        for groups in own:
            total.update(groups)
        used = {name for groups in (above, *own) for name in groups}
        self.groups = [name for name in _GROUPS if name in used]
        allowed = [line.allowed for line in claim.lines]
        self.has_allowed = any(a is not None for a in allowed)
        self.rows = [
            self._cells(count(line.units), line.charge, line.allowed, groups, line.paid)
            for line, groups in zip(claim.lines, own, strict=True)
        ]
        self.above = self._cells("", None, None, above, -sum(above.values()))
        self.total = self._cells(
            "", claim.charge, sum(a for a in allowed if a is not None) if self.has_allowed else None, total, claim.paid
        )
        self.titles = ["Units", "Billed", *(["Allowed"] if self.has_allowed else []), *self.groups, "Paid"]
        self.widths = self._widths(max((len(self._left(line)) for line in claim.lines), default=0))

    def _widths(self, left: int) -> list[int]:
        """Alike from claim to claim where there is room behind `left` characters, else as narrow as may be."""
        table = [self.titles, *self.rows, self.above, self.total]
        narrow = [max(map(len, column)) for column in zip(*table, strict=True)]
        usual = [max(5, narrow[0]), *(max(8, width) for width in narrow[1:])]
        return usual if left + sum(usual) + len(usual) + 2 <= self.width else narrow

    def _left(self, line: ServicePayment) -> str:
        code = words.procedure(line.qualifier, line.procedure, line.modifiers)
        return f"{day(line.start) or day(line.end):<10}  {code}"

    def _by_group(self, adjustments: Sequence[Adjustment]) -> Counter[str]:
        sums: Counter[str] = Counter()
        for adjustment in adjustments:
            group = codes().groups.get(plain(adjustment.group))
            sums[group.reads_as if group else "other"] += adjustment.amount
        return sums

    def _cells(
        self, units: str, charge: int | None, allowed: int | None, groups: Counter[str], paid: int | None
    ) -> list[str]:
        amounts = [charge, *([allowed] if self.has_allowed else []), *(groups.get(g) for g in self.groups), paid]
        return [units, *map(money, amounts)]

    def _row(self, left: str, cells: Sequence[str]) -> Iterator[str]:
        right = " ".join(cell.rjust(width) for cell, width in zip(cells, self.widths, strict=True))
        if len(right) <= self.width:
            yield from spread(f"  {left}", right, self.width)
            return
        yield from wrapped(left, self.width, "  ")  # too many great amounts for columns
        named = (f"{title}{TIE}{cell}" for title, cell in zip(self.titles, cells, strict=True) if cell)
        if cells is not self.titles:
            yield from wrapped(", ".join(named), self.width, _NOTE)

    def lines(self) -> Iterator[str]:
        """Heading, lines with their reasons below, what was withheld from the claim as a whole, total."""
        claim = self.claim
        yield ""
        yield from self._row("Date        Procedure", self.titles)
        for line, cells in zip(claim.lines, self.rows, strict=True):
            yield from self._row(self._left(line), cells)
            yield from self._notes(line)
            yield from self._reasons(line.adjustments, line.remarks)
        if claim.lines:
            if claim.adjustments or claim.remarks:
                yield from self._row("Whole claim", self.above if claim.adjustments else [""] * len(self.titles))
            yield from self._reasons(claim.adjustments, claim.remarks)
            if len(claim.lines) > 1 or claim.adjustments:
                yield from self._row("Total", self.total)
        else:
            yield from self._row("Whole claim", self.total)
            yield from self._reasons(claim.adjustments, claim.remarks)

    def _notes(self, line: ServicePayment) -> Iterator[str]:
        if line.submitted is not None:
            yield from self._note(f"billed as {words.procedure(*line.submitted)}")
        if line.submitted_units is not None and line.submitted_units != line.units:
            yield from self._note(f"{count(line.submitted_units)} units billed")
        if line.start != line.end and line.start and line.end:
            yield from self._note(f"until {day(line.end)}")
        if line.rendering_npi:
            yield from self._note(f"rendering NPI {clean(line.rendering_npi)}")
        if policy := line.reference("0K"):
            yield from self._note(f"policy {clean(policy)}")

    def _note(self, text: str) -> Iterator[str]:
        return wrapped(text, self.width, _NOTE)

    def _reasons(self, adjustments: Sequence[Adjustment], remarks: Sequence[str]) -> Iterator[str]:
        for adjustment in adjustments:
            known = carc(adjustment.carc)
            code = f"{clean(adjustment.group)}-{clean(adjustment.carc)}"
            label = known.label if known else "no such reason in the list"
            units = _units(adjustment.quantity)
            yield from wrapped(f"{label}{units}", self.width, f"{_NOTE}{code:<8} {money(adjustment.amount):>10}  ")
        for remark in remarks:
            about = rarc(remark)
            label = about.label if about else "no such remark in the list"
            yield from wrapped(label, self.width, f"{_NOTE}{clean(remark):<8} {'':>10}  ")


def _units(quantity: int | None) -> str:
    """How many units an adjustment takes."""
    if quantity is None:
        return ""
    return f" ({count(quantity)} unit{'' if quantity == 1000 else 's'})"
