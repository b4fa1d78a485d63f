"""Remittances and how they are written as an 835. What is paid follows from charge and adjustments, so all balances."""

from collections.abc import Iterator
from dataclasses import dataclass

from samples_claims import Billing, Claim, Payer
from samples_day import CLINIC
from samples_x12 import Segments, cents, money

PAID_ON = "20260325"
Adjustments = list[tuple[str, str, int]]  # group, reason, cents


def adjustments(text: str) -> Adjustments:
    """The triplets of "CO45 60, PR1 100.5"."""
    parts = [part.split() for part in text.split(",") if part.strip()]
    return [(name[:2], name[2:], cents(amount)) for name, amount in parts]


def cas(triplets: Adjustments) -> Iterator[str]:
    """One CAS for each group, in the order met; the quantity of a triplet is left out."""
    for name in dict.fromkeys(each for each, _, _ in triplets):
        yield f"CAS*{name}*" + "**".join(f"{code}*{money(value)}" for each, code, value in triplets if each == name)


@dataclass(frozen=True)
class LineAnswer:
    """What the payer did with one line. `code` is set when it paid another code than the one billed."""

    adjustments: str
    remarks: str = ""
    code: str = ""
    policy: str = ""


@dataclass(frozen=True)
class Answer:
    """What the payer did with one claim; without `lines` it answers for the claim as a whole."""

    claim: Claim
    payer_claim: str
    lines: tuple[LineAnswer, ...]
    status: str = "1"
    adjustments: str = ""
    remarks: str = ""  # MOA
    names: tuple[str, ...] = ()  # NM1*TT, NM1*PR
    refs: tuple[str, ...] = ()
    received: str = "20260313"

    @property
    def sign(self) -> int:
        """A reversal (22) negates every amount of the answer it takes back."""
        return -1 if self.status == "22" else 1

    @property
    def every_adjustment(self) -> Adjustments:
        own = adjustments(self.adjustments)
        return own + [each for line in self.lines for each in adjustments(line.adjustments)]

    @property
    def paid(self) -> int:
        return self.sign * (self.claim.cents - sum(value for _, _, value in self.every_adjustment))

    @property
    def patient_share(self) -> int:
        return sum(value for group, _, value in self.every_adjustment if group == "PR")


@dataclass(frozen=True)
class Payment:
    """One ST: one payer's payment to one payee. `provider_adjustments` is "WO:ICN1 50, L6 -1.25" (PLB)."""

    payer: Payer
    trace: str
    answers: tuple[Answer, ...]
    provider_adjustments: str = ""
    paid_on: str = PAID_ON
    payee: Billing = CLINIC

    @property
    def plb(self) -> list[tuple[str, int]]:
        parts = [part.split() for part in self.provider_adjustments.split(",") if part.strip()]
        return [(identifier, cents(amount)) for identifier, amount in parts]

    @property
    def amount(self) -> int:
        return sum(answer.paid for answer in self.answers) - sum(value for _, value in self.plb)


def payment_segments(payment: Payment) -> Segments:
    """The body of one 835, ST and SE left out."""
    tax = f"19900{payment.payer.id}"
    if payment.amount:
        accounts = f"ACH*CCP*01*999999992*DA*000111*{tax}**01*999999992*DA*000222"
        head = f"BPR*I*{money(payment.amount)}*C*{accounts}*{payment.paid_on}"
    else:
        head = f"BPR*H*0*C*NON************{payment.paid_on}"
    segments = [
        head,
        f"TRN*1*{payment.trace}*{tax}",
        f"DTM*405*{payment.paid_on}",
        f"N1*PR*{payment.payer.name}",
        "N3*1 EXAMPLE TOWER",
        "N4*CHICAGO*IL*60601",
        f"REF*2U*{payment.payer.id}",
        "PER*CX*EXAMPLE CLAIMS*TE*3125550110",
        "PER*BL*EXAMPLE EDI*TE*3125550111",
        f"N1*PE*{payment.payee.provider.last}*XX*{payment.payee.provider.npi}",
        f"REF*TJ*{payment.payee.tax}",
    ]
    if payment.answers:
        segments.append("LX*1")
    for answer in payment.answers:
        segments += answer_segments(answer)
    if payment.plb:
        amounts = "*".join(f"{identifier}*{money(value)}" for identifier, value in payment.plb)
        segments.append(f"PLB*{payment.payee.provider.npi}*20261231*{amounts}")
    return segments


def answer_segments(answer: Answer) -> Iterator[str]:
    """Loop 2100 and its 2110."""
    claim, sign = answer.claim, answer.sign
    share = money(answer.patient_share) if answer.patient_share and sign > 0 else ""
    head = f"CLP*{claim.number}*{answer.status}*{money(sign * claim.cents)}*{money(answer.paid)}*{share}"
    yield f"{head}*{claim.payer.remit_filing}*{answer.payer_claim}*{claim.place}*{claim.frequency}"
    yield from cas([(group, code, sign * value) for group, code, value in adjustments(answer.adjustments)])
    yield from people(claim)
    yield from answer.names
    if answer.remarks:
        yield "MOA***" + "*".join(answer.remarks.split())
    yield from answer.refs
    if not answer.lines:
        yield from (f"DTM*232*{claim.day}", f"DTM*233*{claim.day}")
    yield f"DTM*050*{answer.received}"
    for number, _ in enumerate(answer.lines, 1):
        yield from line_segments(answer, number)


def people(claim: Claim) -> Iterator[str]:
    """Patient, insured when another person, and who did the work."""
    insured = f"{claim.subscriber.last}*{claim.subscriber.first}****MI*{claim.subscriber.member}"
    if claim.patient:
        yield f"NM1*QC*1*{claim.patient.last}*{claim.patient.first}"
        yield f"NM1*IL*1*{insured}"
    else:
        yield f"NM1*QC*1*{insured}"
    if claim.rendering:
        yield claim.rendering.name("82")


def line_segments(answer: Answer, number: int) -> Iterator[str]:
    """Loop 2110 of the line counted from 1."""
    line, answered, sign = answer.claim.lines[number - 1], answer.lines[number - 1], answer.sign
    triplets = [(group, code, sign * value) for group, code, value in adjustments(answered.adjustments)]
    charge = sign * line.cents
    paid = charge - sum(value for _, _, value in triplets)
    billed = f"*HC:{line.code}" if answered.code else ""
    yield f"SVC*HC:{answered.code or line.code}*{money(charge)}*{money(paid)}**{sign * int(line.units)}{billed}"
    yield f"DTM*472*{answer.claim.day}"
    yield from cas(triplets)
    yield f"REF*6R*{answer.claim.control(number)}"
    if answered.policy:
        yield f"REF*0K*{answered.policy}"
    allowed = paid + sum(value for group, code, value in triplets if group == "PR" or code == "253")
    if paid > 0 and all(code != "23" for _, code, _ in triplets):
        yield f"AMT*B6*{money(allowed)}"
    yield from (f"LQ*HE*{remark}" for remark in answered.remarks.split())
