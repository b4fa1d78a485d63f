"""SNIP 3 for claims: rules A, B, D and E, the worked examples of the guide and the requests for interpretation.

Amounts are text as a file has them; `Claim.segments` writes them out, `found` reads the file back and checks it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.checks.balancing import check
from curette.findings import Finding, Severity
from curette.money import cents, x12
from tests import builder as b


@dataclass
class Paid:
    """What one prior payer did with a line (2430)."""

    payer: str
    paid: str
    adjustments: list[str] = field(default_factory=list)


@dataclass
class Line:
    """A service line (2400)."""

    charge: str
    paid: list[Paid] = field(default_factory=list)


@dataclass
class Other:
    """Another coverage (2320); `paid` is AMT*D, None where it has none."""

    payer: str
    paid: str | None
    adjustments: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)


@dataclass
class Claim:
    """A claim (2300)."""

    charge: str
    lines: list[Line]
    others: list[Other] = field(default_factory=list)
    name: str = "A1"

    def segments(self) -> list[str]:
        found = [f"CLM*{self.name}*{self.charge}***11:B:1*Y*A*Y*Y", "HI*ABK:L570"]
        for other in self.others:
            found += ["SBR*S*18*******CI", *cas(other.adjustments)]
            found += [f"AMT*D*{other.paid}"] if other.paid is not None else []
            found += [*other.more, "OI***Y***Y", "NM1*IL*1*SAMPLE*SAM****MI*TEST0002"]
            found += [f"NM1*PR*2*OTHER PLAN*****PI*{other.payer}"]
        for number, line in enumerate(self.lines, 1):
            found += [f"LX*{number}", f"SV1*HC:99213*{line.charge}*UN*1***1", "DTP*472*D8*20260104"]
            for paid in line.paid:
                found += [f"SVD*{paid.payer}*{paid.paid}*HC:99213**1", *cas(paid.adjustments), "DTP*573*D8*20260120"]
        return found


def cas(amounts: list[str]) -> list[str]:
    """Amounts as CAS segments of up to six, with a quantity, which must not count."""
    rows = [amounts[at : at + 6] for at in range(0, len(amounts), 6)]
    return ["CAS*CO*" + "*".join(f"{45 + n}*{amount}*3" for n, amount in enumerate(row)) for row in rows]


def file_of(*claims: Claim) -> bytes:
    return b.claim_file(*b.ABOVE, *(s for claim in claims for s in claim.segments()))


def found(*claims: Claim) -> list[Finding]:
    read = b.claims_of(file_of(*claims))
    assert len(read.claims) == len(claims), read.rules
    return [finding for claim in read.claims for finding in check(claim)]


def rules(*claims: Claim) -> list[str]:
    return [finding.rule.id for finding in found(*claims)]


def only(claim: Claim) -> Finding:
    findings = found(claim)
    assert len(findings) == 1, [f.message for f in findings]
    return findings[0]


# -- the worked examples

LINES = [Line("130"), Line("120"), Line("180")]
COB = Claim("200", [Line("200", [Paid("P1", "120", ["50", "30"])])], [Other("P1", "120")])
RFI_2168 = Claim(
    "177.7",
    [Line(charge, [Paid("P1", charge)]) for charge in ("43.3", "21.7", "100.8", "11.9")],
    [Other("P1", "28.21", ["123.13", "23.36", "3"])],
)
UNBUNDLED = Claim("100", [Line("100", [Paid("P1", "40", ["10"]), Paid("P1", "30", ["20"])])], [Other("P1", "70")])
CLAIM_LEVEL = Claim("10000", [Line("10000")], [Other("P1", "1000", ["5000", "4000"])])
BALANCED = {
    "1 charge is the sum of the lines": Claim("430", LINES),
    "3 ten lines of 0.1": Claim("1", [Line("0.1")] * 10),
    "4 a prior payer at the line": COB,
    "5 RFI 2168": RFI_2168,
    "6 an unbundled line": UNBUNDLED,
    "7 a prior payer at the claim only": CLAIM_LEVEL,
}


@pytest.mark.parametrize("claim", BALANCED.values(), ids=BALANCED.keys())
def test_worked_examples_that_balance(claim: Claim) -> None:
    assert not rules(claim)


def test_example_2_a_cent_too_much() -> None:
    claim = Claim("430.01", LINES)
    finding, data = only(claim), file_of(claim)
    assert (finding.rule.id, finding.rule.snip, finding.severity) == ("BAL-A", 3, Severity.ERROR)
    assert finding.message == "the claim's charge is 430.01, but its lines add up to 430.00: +0.01"
    assert (finding.place.segment, finding.place.element, finding.place.loop) == ("CLM", 2, "2300")
    assert finding.place.offset == b.where(data, "CLM*")
    assert finding.place.segment_index == b.ordinal(data, finding.place.offset)
    assert (finding.claim, finding.line) == ("A1", None)


def test_example_16_two_claims_off_against_each_other() -> None:
    claims = [Claim("431", LINES, name="A1"), Claim("429", LINES, name="A2")]
    assert [(f.rule.id, f.claim, f.message[-6:]) for f in found(*claims)] == [
        ("BAL-A", "A1", " +1.00"),
        ("BAL-A", "A2", " -1.00"),
    ]


# -- one rule at a time


def test_b_at_the_first_adjudication_of_the_line() -> None:
    claim = replace(COB, lines=[Line("200", [Paid("P1", "120", ["50", "30.01"])])])
    finding, data = only(claim), file_of(claim)
    assert (finding.rule.id, finding.claim, finding.line) == ("BAL-B", "A1", 1)
    assert finding.message == (
        "a prior payer's payment and adjustments of the line are 200.01, but its charge is 200.00: +0.01"
    )
    assert (finding.place.segment, finding.place.element, finding.place.loop) == ("SVD", 2, "2430")
    assert finding.place.offset == b.where(data, "SVD*")


def test_b_tells_the_line_that_is_wrong() -> None:
    good, bad = Line("50", [Paid("P1", "50")]), Line("50", [Paid("P1", "49")])
    assert only(Claim("150", [good, bad, good], [Other("P1", "149")])).line == 2


def test_b_adds_up_an_unbundled_line() -> None:
    claim = Claim("100", [Line("100", [Paid("P1", "40", ["10"]), Paid("P1", "30", ["19"])])], [Other("P1", "70")])
    finding = only(claim)
    assert finding.rule.id == "BAL-B"
    assert "are 99.00, but its charge is 100.00: -1.00" in finding.message
    assert finding.place.offset == b.where(file_of(claim), "SVD*P1*40")


def test_b_is_asked_of_each_payer_alone() -> None:
    line = Line("100", [Paid("P1", "60", ["40"]), Paid("P2", "30", ["60"])])
    claim = Claim("100", [line], [Other("P1", "60"), Other("P2", "30")])
    assert "are 90.00, but its charge is 100.00" in only(claim).message


def test_d_at_amt_d() -> None:
    claim = replace(COB, others=[Other("P1", "119.99")])
    finding, data = only(claim), file_of(claim)
    assert (finding.rule.id, finding.severity) == ("BAL-D", Severity.ERROR)
    assert finding.message == "AMT*D is 119.99, but line payments less claim adjustments are 120.00: -0.01"
    assert (finding.place.segment, finding.place.element, finding.place.loop) == ("AMT", 2, "2320")
    assert finding.place.offset == b.where(data, "AMT*D*119.99")
    assert (finding.claim, finding.line) == ("A1", None)


def test_d_counts_claim_adjustments() -> None:
    others = [Other("P1", "28.21", ["123.13", "23.36", "3.01"])]
    finding = only(replace(RFI_2168, others=others))
    assert finding.message == "AMT*D is 28.21, but line payments less claim adjustments are 28.20: +0.01"


def test_e_at_amt_d() -> None:
    claim = replace(CLAIM_LEVEL, others=[Other("P1", "1000", ["5000", "3999.99"])])
    finding = only(claim)
    assert (finding.rule.id, finding.severity) == ("BAL-E", Severity.ERROR)
    assert finding.message == (
        "a prior payer's payment and adjustments are 9999.99, but the claim's charge is 10000.00: -0.01"
    )
    assert (finding.place.segment, finding.place.element) == ("AMT", 2)


def test_e_where_a_line_was_not_adjudicated() -> None:
    claim = Claim("150", [*COB.lines[:0], Line("100", [Paid("P1", "100")]), Line("50")], [Other("P1", "100")])
    finding = only(claim)
    assert finding.rule.id == "BAL-E"
    assert "are 100.00, but the claim's charge is 150.00: -50.00" in finding.message


def test_e_without_amt_d_is_at_the_coverage() -> None:
    claim = Claim("100", [Line("100")], [Other("P1", None, ["20"])])
    finding = only(claim)
    assert finding.rule.id == "BAL-E"
    assert (finding.place.segment, finding.place.element) == ("SBR", None)
    assert finding.place.offset == b.where(file_of(claim), "SBR*S")


# -- near misses that stay silent

P1 = [Paid("P1", "60", ["40"])]
SILENT = {
    "a coverage that has not adjudicated": Claim("100", [Line("100")], [Other("P1", None)]),
    "one that has, and one that has not": Claim("100", [Line("100", P1)], [Other("P1", "60"), Other("P2", None)]),
    "paid nothing, all withheld": Claim("100", [Line("100", [Paid("P1", "0", ["100"])])], [Other("P1", "0")]),
    "all withheld at the claim, without AMT*D": Claim("100", [Line("100")], [Other("P1", None, ["100"])]),
    "lines that tell all, without AMT*D": Claim("100", [Line("100", P1)], [Other("P1", None)]),
    "RFI 2168 without AMT*D": replace(RFI_2168, others=[Other("P1", None, ["123.13", "23.36", "3"])]),
    "other amounts never enter (RFI 1115)": replace(COB, others=[Other("P1", "120", more=["AMT*EAF*30", "AMT*A8*7"])]),
    "only the non-covered amount": Claim("100", [Line("100")], [Other("P1", None, more=["AMT*A8*100"])]),
    "a negative adjustment": Claim("100", [Line("100", [Paid("P1", "110", ["-10"])])], [Other("P1", "110")]),
    "adjustments beyond one CAS": Claim("100", [Line("100", [Paid("P1", "30", ["10"] * 7)])], [Other("P1", "30")]),
    "two payers": Claim("100", [Line("100", [*P1, Paid("P2", "25", ["75"])])], [Other("P1", "60"), Other("P2", "25")]),
    "one payer at lines, one at the claim": Claim(
        "100", [Line("100", P1)], [Other("P1", "60"), Other("P2", "5", ["95"])]
    ),
    "two coverages with one payer id": Claim("100", [Line("100", P1)], [Other("P1", "60"), Other("P1", "33")]),
    "a line of nothing is not adjudicated": Claim("100", [Line("100", P1), Line("0")], [Other("P1", "60")]),
    "a claim of nothing": Claim("0", [Line("0")]),
    "a payer that stands in no coverage": Claim("100", [Line("100", [Paid("P9", "60", ["40"])])]),
    "leading zeros and points": Claim("0100.", [Line("99.90"), Line(".1")]),
}


@pytest.mark.parametrize("claim", SILENT.values(), ids=SILENT.keys())
def test_near_misses_stay_silent(claim: Claim) -> None:
    assert not [f.message for f in found(claim)]


# -- one cause, one finding

ONE_CAUSE = {
    "the charge, with a prior payer at the lines": (replace(COB, charge="201"), "BAL-A"),
    "the charge, with a prior payer at the claim": (replace(CLAIM_LEVEL, charge="10001"), "BAL-A"),
    "a line's payment": (replace(COB, lines=[Line("200", [Paid("P1", "121", ["50", "30"])])]), "BAL-B"),
    "a line's adjustment": (replace(COB, lines=[Line("200", [Paid("P1", "120", ["51", "30"])])]), "BAL-B"),
    "AMT*D": (replace(COB, others=[Other("P1", "121")]), "BAL-D"),
    "a claim adjustment, with lines": (replace(COB, others=[Other("P1", "120", ["1"])]), "BAL-D"),
    "a claim adjustment, without lines": (replace(CLAIM_LEVEL, others=[Other("P1", "1000", ["9001"])]), "BAL-E"),
    "a line without its adjudication": (
        Claim("150", [Line("100", [Paid("P1", "60", ["40"])]), Line("50")], [Other("P1", "85")]),
        "BAL-D",
    ),
    "a payer that stands in no coverage": (Claim("100", [Line("100", [Paid("P9", "60", ["41"])])]), "BAL-B"),
}


@pytest.mark.parametrize(("claim", "rule"), ONE_CAUSE.values(), ids=ONE_CAUSE.keys())
def test_one_cause_gives_one_finding(claim: Claim, rule: str) -> None:
    assert rules(claim) == [rule]


def test_two_causes_give_two_findings() -> None:
    wrong = Claim("201", [Line("200", [Paid("P1", "120", ["50", "29"])])], [Other("P1", "119")])
    assert rules(wrong) == ["BAL-A", "BAL-B", "BAL-D"]


STRAY = Line("200", [Paid("P9", "120", ["80"])])  # nobody of the claim has this number, which SIT-COB-SVD tells


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (Claim("200", [STRAY], [Other("P1", "120")]), []),
        (Claim("400", [COB.lines[0], STRAY], [Other("P1", "240")]), []),
        (Claim("400", [COB.lines[0], STRAY], [Other("P1", "210", ["30"])]), []),
        (Claim("200", [STRAY], [Other("P1", "60", ["140"]), Other("P2", "120")]), []),
        (Claim("200", [STRAY], [Other("P1", "119")]), ["BAL-E"]),
        (Claim("400", [COB.lines[0], STRAY], [Other("P1", "239")]), ["BAL-D"]),
        (Claim("200", [Line("200", [Paid("P9", "120", ["79"])])], [Other("P1", "120")]), ["BAL-B"]),
    ],
)
def test_lines_of_a_payer_that_is_not_named_may_be_those_that_another_lacks(claim: Claim, expected: list[str]) -> None:
    assert rules(claim) == expected


# -- whatever the amounts

some_cents = st.integers(0, 99_999_99)
parts = st.lists(some_cents, max_size=4)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A claim that balances: lines at random, each prior payer at the lines or at the claim, split at random."""
    charges = draw(st.lists(some_cents, min_size=1, max_size=5))
    lines = [Line(x12(charge)) for charge in charges]
    others = []
    for payer in draw(st.sampled_from([[], ["P1"], ["P1", "P2"]])):
        withheld = draw(parts)
        if draw(st.booleans()):
            at_lines = [draw(parts) for _ in charges]
            for line, charge, kept in zip(lines, charges, at_lines, strict=True):
                line.paid.append(Paid(payer, x12(charge - sum(kept)), [x12(k) for k in kept]))
            paid = sum(charges) - sum(map(sum, at_lines)) - sum(withheld)
        else:
            paid = sum(charges) - sum(withheld)
        others.append(Other(payer, x12(paid), [x12(w) for w in withheld]))
    return Claim(x12(sum(charges)), lines, others)


@given(claims())
def test_what_balances_is_never_blamed(claim: Claim) -> None:
    assert not rules(claim)


def amounts(claim: Claim) -> Iterator[tuple[list[str], Callable[[int], None]]]:
    """Every amount of a claim: the rules that must tell when it is wrong, and how to make it so (by cents)."""
    yield ["BAL-A"], partial(shift, claim, "charge")
    for line in claim.lines:
        yield ["BAL-A"] + ["BAL-B"] * len(line.paid), partial(shift, line, "charge")
        for paid in line.paid:
            yield ["BAL-B"], partial(shift, paid, "paid")
            yield from ((["BAL-B"], partial(shift_item, paid.adjustments, n)) for n in range(len(paid.adjustments)))
    for other in claim.others:
        by_line = any(paid.payer == other.payer for paid in claim.lines[0].paid)
        rule = "BAL-D" if by_line else "BAL-E"
        yield [rule], partial(shift, other, "paid")
        yield from (([rule], partial(shift_item, other.adjustments, n)) for n in range(len(other.adjustments)))


def shift(record: object, name: str, by: int) -> None:
    setattr(record, name, x12(cents(getattr(record, name)) + by))


def shift_item(items: list[str], at: int, by: int) -> None:
    items[at] = x12(cents(items[at]) + by)


@given(claims(), st.data(), st.sampled_from([1, -1]))
def test_one_cent_anywhere_is_told_once(claim: Claim, data: st.DataObject, by: int) -> None:
    expected, spoil = data.draw(st.sampled_from(list(amounts(claim))))
    spoil(by)
    assert rules(claim) == expected
