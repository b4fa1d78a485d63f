"""SNIP 3 for remittances: rules L, C, T, P, R, V, N, W, S and X, and the worked examples of the guide.

Amounts are text as a file has them. A `Payment` with its `Answer`s and `Service`s writes its segments; `found` reads
the file back and checks it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.findings import Finding, Severity
from curette.money import cents, x12
from curette.remits import balance
from curette.remits.reader import Reader, head
from curette.x12.delimiters import Delimiters
from tests import builder as b


@dataclass
class Service:
    """A service line (2110)."""

    charge: str
    paid: str
    kept: list[list[str]] = field(default_factory=list)
    more: list[str] = field(default_factory=list)


@dataclass
class Answer:
    """A claim (2100); `share` is CLP05."""

    charge: str
    paid: str
    lines: list[Service] = field(default_factory=list)
    kept: list[list[str]] = field(default_factory=list)
    share: str = ""
    status: str = "1"
    name: str = "A1"
    more: list[str] = field(default_factory=list)


@dataclass
class Payment:
    """A payment (ST to SE)."""

    paid: str
    answers: list[Answer] = field(default_factory=list)
    plb: list[list[str]] = field(default_factory=list)
    flag: str = "C"

    def data(self, delimiters: Delimiters = b.USUAL) -> bytes:
        method = "NON" if cents(self.paid) == 0 else "CHK"
        segments = [f"BPR*H*{self.paid}*{self.flag}*{method}************20260302", *b.PAYMENT[1:]]
        for answer in self.answers:
            share = f"*{answer.share}" if answer.share else "*"
            segments += [f"CLP*{answer.name}*{answer.status}*{answer.charge}*{answer.paid}{share}*12*PAYER1*11*1"]
            segments += [*cas(answer.kept), "NM1*QC*1*SAMPLE*SAM****MI*TEST0001", *answer.more]
            for line in answer.lines:
                segments += [
                    f"SVC*HC:99213*{line.charge}*{line.paid}**1",
                    "DTM*472*20260104",
                    *cas(line.kept),
                    *line.more,
                ]
        segments += [f"PLB*1234567893*20261231*{reason}:REF1*{amount}" for reason, amount in self.plb]
        return b.remit_file(*segments, delimiters=delimiters)


def cas(kept: list[list[str]]) -> list[str]:
    """Each (group, reason, amount) as a CAS of its own, with a quantity, which must not count."""
    return [f"CAS*{group}*{reason}*{amount}*2" for group, reason, amount in kept]


def found(payment: Payment) -> list[Finding]:
    part = b.only(payment.data())
    reader = Reader(part)
    answers = list(reader.claims())
    assert not reader.findings, [f.message for f in reader.findings]
    findings = [finding for answer in answers for finding in balance.check_claim(answer, part)]
    return [*findings, *balance.check_payment(head(part), sum(answer.paid for answer in answers))]


def of_claim(answer: Answer) -> list[Finding]:
    """The findings on a claim that is paid as it says, so that the payment adds up."""
    paid = answer.paid if cents(answer.paid) >= 0 else "0"
    plb = [["FB", answer.paid]] if cents(answer.paid) < 0 else []
    return found(Payment(paid, [answer], plb))


def rules(payment: Payment | Answer) -> list[str]:
    return [f.rule.id for f in (found(payment) if isinstance(payment, Payment) else of_claim(payment))]


def only(payment: Payment | Answer) -> Finding:
    findings = found(payment) if isinstance(payment, Payment) else of_claim(payment)
    assert len(findings) == 1, [f.message for f in findings]
    return findings[0]


# -- the worked examples

THREE_LINES = [
    Service("130", "60", [["CO", "45", "40"], ["PR", "2", "30"]]),
    Service("120", "0", [["CO", "50", "120"]]),
    Service("180", "147", [["CO", "45", "10"], ["CO", "59", "3"], ["PR", "1", "20"]]),
]
EXAMPLE_8 = Answer("430", "207", THREE_LINES, share="50")
EXAMPLE_9 = Answer("430", "200", THREE_LINES, [["PR", "3", "7"]], share="57")
REVERSAL = Answer("-100", "-80", [Service("-100", "-80", [["CO", "45", "-20"]])], status="22")
CORRECTION = Answer("100", "60", [Service("100", "60", [["CO", "45", "20"], ["CO", "59", "20"]])])
FIVE = [
    Answer(x12(paid), x12(paid), name=f"A{n}", status="22" if paid < 0 else "1")
    for n, paid in enumerate((20700, 0, -8000, 6000, 5000))
]
BALANCED = {
    "8 three lines": Payment("207", [EXAMPLE_8]),
    "9 a copay at the claim": Payment("214.5", [EXAMPLE_9], [["L6", "-14.5"]]),
    "10 a reversal and its correction": Payment("0", [REVERSAL, CORRECTION], [["FB", "-20"]]),
    "11 recovery lowers, interest raises": Payment("221.5", FIVE, [["WO", "20"], ["L6", "-4.5"]]),
    "13 a debt carried forward": Payment("0", FIVE, [["WO", "300"], ["L6", "-4.5"], ["FB", "-58.5"]]),
    "14 amounts that floats get wrong": Payment("0", [
        Answer("0.3", "0", [Service("0.3", "0", [["CO", "45", "0.1"], ["CO", "59", "0.2"]])])
    ]),
}  # fmt: skip


@pytest.mark.parametrize("payment", BALANCED.values(), ids=BALANCED.keys())
def test_worked_examples_that_balance(payment: Payment) -> None:
    assert not [f.message for f in found(payment)]


def test_example_12_a_debt_that_is_not_carried_forward() -> None:
    payment = Payment("0", FIVE, [["WO", "300"], ["L6", "-4.5"]])
    finding, data = only(payment), payment.data()
    assert (finding.rule.id, finding.rule.snip, finding.severity) == ("BAL-T", 3, Severity.ERROR)
    assert finding.message == "the payment is 0.00, but claims less provider adjustments are -58.50: +58.50"
    assert (finding.place.segment, finding.place.element) == ("BPR", 2)
    assert finding.place.offset == b.where(data, "BPR*")
    assert finding.place.segment_index == b.ordinal(data, finding.place.offset)
    assert finding.claim is None


def test_example_15_fractions_of_a_cent_are_no_amounts() -> None:
    answer = Answer("100", "59.996", [Service("100", "59.996", [["CO", "45", "40.004"]])])
    read = b.remits_of(Payment("60", [answer]).data())
    assert not read.usable
    assert [(f.rule.id, f.place.segment, f.place.element) for f in read.findings] == [
        ("SYN-MONEY", "CLP", 4), ("SYN-MONEY", "SVC", 3), ("SYN-MONEY", "CAS", 3),
    ]  # fmt: skip


# -- one rule at a time


def test_l_at_svc03_of_the_line() -> None:
    lines = [THREE_LINES[0], replace(THREE_LINES[1], paid="0.01"), THREE_LINES[2]]
    answer = replace(EXAMPLE_8, lines=lines)
    finding, data = only(answer), Payment("207", [answer]).data()
    assert (finding.rule.id, finding.severity, finding.claim, finding.line) == ("BAL-L", Severity.ERROR, "A1", 2)
    assert finding.message == "the line pays 0.01, but charge less adjustments is 0.00: +0.01"
    assert (finding.place.segment, finding.place.element, finding.place.loop) == ("SVC", 3, "2110")
    assert finding.place.offset == b.where(data, "SVC*HC:99213*120")
    assert finding.place.segment_index == b.ordinal(data, finding.place.offset)


def test_c_at_clp04() -> None:
    answer = replace(EXAMPLE_9, paid="200.01")
    finding, data = only(answer), Payment("200.01", [answer]).data()
    assert (finding.rule.id, finding.severity, finding.claim, finding.line) == ("BAL-C", Severity.ERROR, "A1", None)
    assert finding.message == "the claim pays 200.01, but charge less adjustments is 200.00: +0.01"
    assert (finding.place.segment, finding.place.element, finding.place.loop) == ("CLP", 4, "2100")
    assert finding.place.offset == b.where(data, "CLP*")


def test_c_of_a_claim_without_lines() -> None:
    assert rules(Answer("100", "60", kept=[["CO", "45", "40"]])) == []
    assert rules(Answer("100", "60", kept=[["CO", "45", "39"]])) == ["BAL-C"]


def test_p_is_a_warning_at_clp05() -> None:
    answer = replace(EXAMPLE_8, share="49")
    finding = only(answer)
    assert (finding.rule.id, finding.severity, finding.claim) == ("BAL-P", Severity.WARNING, "A1")
    assert finding.message == "CLP05 is 49.00, but the PR adjustments add up to 50.00: -1.00"
    assert (finding.place.segment, finding.place.element) == ("CLP", 5)


def test_p_counts_both_levels_and_an_absent_clp05_as_nothing() -> None:
    assert rules(EXAMPLE_9) == []
    assert rules(replace(EXAMPLE_9, share="50")) == ["BAL-P"]
    assert rules(replace(EXAMPLE_8, share="")) == ["BAL-P"]
    assert rules(Answer("100", "60", kept=[["CO", "45", "40"]], share="")) == []
    assert rules(Answer("100", "60", kept=[["CO", "45", "40"]], share="0")) == []


def test_s_is_a_warning_at_clp03() -> None:
    answer = Answer("430", "207", THREE_LINES[:1] + THREE_LINES[2:], [["CO", "50", "120"]], share="50")
    finding = only(answer)
    assert (finding.rule.id, finding.severity, finding.claim) == ("BAL-S", Severity.WARNING, "A1")
    assert finding.message == "the charge is 430.00, but its lines add up to 310.00: +120.00"
    assert (finding.place.segment, finding.place.element) == ("CLP", 3)


@pytest.mark.parametrize(
    ("charge", "paid", "element", "shown"), [("100", "-80", 3, "100.00"), ("-100", "80", 4, "80.00")]
)
def test_r_names_the_amount_that_is_not_taken_back(charge: str, paid: str, element: int, shown: str) -> None:
    answer = Answer(charge, paid, [Service(charge, paid, [["CO", "45", "20"]])], status="22")
    finding = only(answer)
    assert (finding.rule.id, finding.severity, finding.claim) == ("BAL-R", Severity.ERROR, "A1")
    assert finding.message == f"CLP0{element} of a reversal is {shown}, which takes nothing back"
    assert (finding.place.segment, finding.place.element) == ("CLP", element)


def test_r_is_silent_on_reversals_that_negate() -> None:
    assert rules(REVERSAL) == []
    assert rules(Answer("-100", "0", [Service("-100", "0", [["PR", "1", "-100"]])], status="22")) == []


def test_a_reversal_must_add_up_too() -> None:
    assert rules(replace(REVERSAL, paid="-79")) == ["BAL-C"]
    off = replace(REVERSAL.lines[0], paid="-79")
    assert rules(replace(REVERSAL, lines=[off])) == ["BAL-L"]


def test_p_is_not_asked_of_reversals() -> None:
    line = Service("-100", "-80", [["PR", "2", "-20"]])
    assert rules(Answer("-100", "-80", [line], status="22", share="")) == []


def test_v_a_negative_claim_that_is_no_reversal() -> None:
    finding = only(replace(REVERSAL, status="1"))
    assert (finding.rule.id, finding.severity, finding.claim) == ("BAL-V", Severity.ERROR, "A1")
    assert finding.message == "the claim's amounts are negative (-100.00), but its status is not 22 (reversal)"
    assert (finding.place.segment, finding.place.element) == ("CLP", 2)


def test_v_a_negative_payment_alone_is_a_warning() -> None:
    finding = only(Answer("100", "-20", [Service("100", "-20", [["CO", "45", "120"]])]))
    assert (finding.rule.id, finding.severity) == ("BAL-V", Severity.WARNING)
    assert "(-20.00)" in finding.message


def test_n_a_negative_payment() -> None:
    finding = only(Payment("-58.5", FIVE, [["WO", "300"], ["L6", "-4.5"]]))
    assert (finding.rule.id, finding.severity) == ("BAL-N", Severity.ERROR)
    assert finding.message == "BPR02 is -58.50"
    assert (finding.place.segment, finding.place.element) == ("BPR", 2)


def test_n_says_nothing_of_a_payment_of_nothing() -> None:
    assert rules(Payment("0", [Answer("100", "0", kept=[["CO", "50", "100"]])])) == []
    assert rules(Payment("0", [], [["WO", "20"], ["FB", "-20"]])) == []


def test_w_a_debit_of_money() -> None:
    payment = Payment("207", [EXAMPLE_8], flag="D")
    finding = only(payment)
    assert (finding.rule.id, finding.severity) == ("BAL-W", Severity.WARNING)
    assert finding.message == "BPR03 says debit, but the amount is 207.00"
    assert (finding.place.segment, finding.place.element) == ("BPR", 3)
    assert rules(Payment("0", [], [["WO", "20"], ["FB", "-20"]], flag="D")) == []


def test_t_counts_every_triplet_of_every_plb() -> None:
    base = Payment("207", [EXAMPLE_8], [["WO", "100"], ["L6", "-60"], ["72", "-40"]])
    assert rules(base) == []
    text = base.data().decode()
    joined = text.replace("~\nPLB*1234567893*20261231*L6:REF1*-60~\nPLB*1234567893*20261231*72", "*L6:REF1*-60*72")
    joined = joined.replace("SE*20*", "SE*18*")
    part = b.only(joined.encode())
    assert not list(balance.check_payment(head(part), 20700))
    assert [f.rule.id for f in balance.check_payment(head(part), 20800)] == ["BAL-T"]


def test_amounts_and_quantities_never_enter() -> None:
    lines = [replace(line, more=["AMT*B6*99", "QTY*ZL*5"]) for line in THREE_LINES]
    answer = replace(EXAMPLE_8, lines=lines, more=["AMT*AU*430", "QTY*CA*7"])
    assert rules(answer) == []


def test_x_a_claim_printed_twice() -> None:
    payment = Payment("207", [EXAMPLE_8, EXAMPLE_8])
    finding, data = only(payment), payment.data()
    assert (finding.rule.id, finding.severity, finding.claim) == ("BAL-X", Severity.ERROR, "A1")
    assert finding.message == "the same claim stands in the payment twice, and the payment of 207.00 counts it once"
    assert finding.place.segment == "CLP"
    assert finding.place.offset == data.rindex(b"CLP*A1")


def test_x_is_silent_where_the_payment_counts_both() -> None:
    assert rules(Payment("414", [EXAMPLE_8, EXAMPLE_8])) == []


def test_x_is_silent_where_it_does_not_explain_the_difference() -> None:
    assert rules(Payment("206", [EXAMPLE_8, EXAMPLE_8])) == ["BAL-T"]
    assert rules(Payment("207", [EXAMPLE_8, replace(EXAMPLE_8, name="A2")])) == ["BAL-T"]


# -- one cause, one finding

ONE_CAUSE = {
    "SVC03": (replace(EXAMPLE_8, lines=[replace(THREE_LINES[0], paid="61"), *THREE_LINES[1:]]), "BAL-L"),
    "SVC02": (replace(EXAMPLE_8, lines=[replace(THREE_LINES[0], charge="131"), *THREE_LINES[1:]]), "BAL-L"),
    "a PR amount of a line": (
        replace(EXAMPLE_8, lines=[Service("130", "60", [["CO", "45", "40"], ["PR", "2", "31"]]), *THREE_LINES[1:]]),
        "BAL-L",
    ),
    "a CO amount of a line": (
        replace(EXAMPLE_8, lines=[Service("130", "60", [["CO", "45", "41"], ["PR", "2", "30"]]), *THREE_LINES[1:]]),
        "BAL-L",
    ),
    "a PR amount of the claim": (replace(EXAMPLE_9, kept=[["PR", "3", "8"]]), "BAL-C"),
    "CLP03": (replace(EXAMPLE_8, charge="431"), "BAL-C"),
    "CLP04": (replace(EXAMPLE_8, paid="208"), "BAL-C"),
    "a whole line dropped": (Answer("430", "207", THREE_LINES[:2], share="30"), "BAL-C"),
    "a line's CAS dropped, everything above it right": (
        replace(EXAMPLE_8, lines=[THREE_LINES[0], Service("120", "0"), THREE_LINES[2]]), "BAL-L"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "rule"), ONE_CAUSE.values(), ids=ONE_CAUSE.keys())
def test_one_cause_gives_one_finding(answer: Answer, rule: str) -> None:
    assert rules(answer) == [rule]


def test_two_lines_wrong_are_two_findings() -> None:
    lines = [replace(THREE_LINES[0], paid="61"), replace(THREE_LINES[1], paid="-1"), THREE_LINES[2]]
    assert rules(replace(EXAMPLE_8, lines=lines)) == ["BAL-L", "BAL-L"]


def test_a_claim_and_its_payment_wrong_are_two_findings() -> None:
    assert rules(Payment("209", [replace(EXAMPLE_8, paid="208")])) == ["BAL-C", "BAL-T"]


# -- whatever the amounts

some_cents = st.integers(-99_99, 99_999_99)
groups = st.sampled_from(["CO", "PR", "OA", "PI"])
kept_amounts = st.lists(st.tuples(groups, some_cents), max_size=4)


def rows(kept: list[tuple[str, int]]) -> list[list[str]]:
    return [[group, "45", x12(amount)] for group, amount in kept]


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """A claim that balances, at the lines and above them; or its reversal."""
    sign = draw(st.sampled_from([1, 1, 1, -1]))
    lines, share, taken = [], 0, 0
    for charge in draw(st.lists(st.integers(0, 99_999_99), max_size=4)):
        kept = draw(kept_amounts)
        amount = sum(a for _, a in kept)
        taken += amount
        share += sum(a for group, a in kept if group == "PR")
        signed = [(group, sign * a) for group, a in kept]
        lines.append(Service(x12(sign * charge), x12(sign * (charge - amount)), rows(signed)))
    above = draw(kept_amounts)
    share += sum(a for group, a in above if group == "PR")
    charge = sum(abs(cents(line.charge)) for line in lines) if lines else draw(st.integers(0, 99_999_99))
    paid = charge - taken - sum(a for _, a in above)
    return Answer(
        x12(sign * charge),
        x12(sign * paid),
        lines,
        rows([(group, sign * a) for group, a in above]),
        share=x12(share) if sign > 0 else "",
        status="22" if sign < 0 else "1",
    )


@st.composite
def payments(draw: st.DrawFn) -> Payment:
    """A payment that balances: claims and provider adjustments at random, what is below nothing carried forward."""
    given_answers = [replace(a, name=f"A{n}") for n, a in enumerate(draw(st.lists(answers(), max_size=3)))]
    plb = [["WO", x12(amount)] for amount in draw(st.lists(some_cents, max_size=3))]
    due = sum(cents(a.paid) for a in given_answers) - sum(cents(amount) for _, amount in plb)
    if due < 0:
        plb.append(["FB", x12(due)])
    return Payment(x12(max(due, 0)), given_answers, plb)


SIGNS = {"BAL-R", "BAL-V"}  # odd signs, which balancing allows


def balancing(payment: Payment) -> list[str]:
    """The rules about sums that are broken."""
    return [rule for rule in rules(payment) if rule not in SIGNS]


def readable(payment: Payment) -> bool:
    """Whether every amount can be written, and no reversal has a sign that stops the sums."""
    odd = [a for a in payment.answers if a.status == "22" and (cents(a.charge) > 0 or cents(a.paid) > 0)]
    return not odd and cents(payment.paid) < 10**10


@given(payments().filter(readable))
def test_what_balances_is_never_blamed(payment: Payment) -> None:
    assert balancing(payment) == []


def amounts(payment: Payment) -> Iterator[tuple[str, Callable[[int], None]]]:
    """Every amount of a payment: the rule that must tell when it is wrong, and how to make it so (by cents)."""
    yield "BAL-T", partial(shift, payment, "paid")
    yield from (("BAL-T", partial(shift_item, entry)) for entry in payment.plb)
    for answer in payment.answers:
        yield "BAL-C", partial(shift, answer, "charge")
        if answer.status != "22" and cents(answer.paid) >= 0:
            yield "BAL-P", partial(shift, answer, "share")
        yield from (("BAL-C", partial(shift_item, entry)) for entry in answer.kept)
        for line in answer.lines:
            yield "BAL-L", partial(shift, line, "charge")
            yield "BAL-L", partial(shift, line, "paid")
            yield from (("BAL-L", partial(shift_item, entry)) for entry in line.kept)


def shift(record: object, name: str, by: int) -> None:
    setattr(record, name, x12(cents(getattr(record, name) or "0") + by))


def shift_item(entry: list[str], by: int) -> None:
    entry[-1] = x12(cents(entry[-1]) + by)


@given(payments().filter(readable), st.data(), st.sampled_from([1, -1]))
def test_one_cent_anywhere_is_told_once(payment: Payment, data: st.DataObject, by: int) -> None:
    expected, spoil = data.draw(st.sampled_from(list(amounts(payment))))
    spoil(by)
    told = balancing(payment)
    if cents(payment.paid) < 0:
        assert told == ["BAL-N", "BAL-T"]
    elif readable(payment):
        assert told == [expected]


@given(payments().filter(readable), st.data())
def test_a_claim_paid_one_cent_otherwise_is_told_at_claim_and_payment(payment: Payment, data: st.DataObject) -> None:
    if not payment.answers:
        return
    answer = data.draw(st.sampled_from(payment.answers))
    shift(answer, "paid", 1)
    if readable(payment):
        assert balancing(payment) == ["BAL-C", "BAL-T"]
