"""Thirty nights of one practice: what it sent, what six payers answered for ten providers, and the truth about it.

    python scripts/make_samples.py --nights FOLDER [--claims N]

FOLDER/2026-03-02/ ... holds what lies in the inbox that night: 837Ps and 835s, some of them again under another name.
FOLDER/truth.json is told by the stories below and by nothing of curette: what each line was denied for at first, what
stands now, what was taken back. The same number of claims a night gives the same bytes.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from nights_stories import COSTS, PAYERS, PEOPLE, PROVIDERS, STORIES, Story
from samples_claims import Claim, Line, Payer, batch, header
from samples_day import CLINIC
from samples_remits import Answer, LineAnswer, Payment, payment_segments
from samples_x12 import Envelope, simple_file, transaction

NIGHTS, SENDING = 30, 12  # claims are sent in the first nights, so that every answer comes within the month
FIRST = date(2026, 3, 2)


@dataclass
class Truth:
    """The figures that any order of the nights must give. Money in cents."""

    claims: int = 0
    claims_denied: int = 0
    lines: int = 0
    denied: int = 0
    charge: int = 0
    denied_charge: int = 0
    open: int = 0
    open_charge: int = 0
    overturned: int = 0
    reversals: int = 0
    resubmitted: int = 0
    unanswered: int = 0
    taken: int = 0
    payments: int = 0
    paid: int = 0
    again: int = 0  # transactions that came once more
    category: dict[str, list[int]] = field(default_factory=dict)  # id to lines and cents denied at first
    cause: dict[str, list[int]] = field(default_factory=dict)
    payer: dict[str, list[int]] = field(default_factory=dict)
    provider: dict[str, list[int]] = field(default_factory=dict)
    month: dict[str, list[int]] = field(default_factory=dict)

    def tell(self) -> str:
        """As JSON."""
        return json.dumps(vars(self), indent=1, sort_keys=True) + "\n"


@dataclass
class Month:
    """What is sent and answered, by night."""

    sent: dict[int, list[Claim]] = field(default_factory=dict)
    answered: dict[tuple[int, str], list[Answer]] = field(default_factory=dict)
    taken: dict[tuple[int, str], list[tuple[str, int]]] = field(default_factory=dict)
    truth: Truth = field(default_factory=Truth)

    def send(self, night: int, claim: Claim) -> None:
        self.sent.setdefault(night, []).append(claim)

    def answer(self, night: int, answer: Answer) -> None:
        self.answered.setdefault((night, answer.claim.payer.id), []).append(answer)


def month(claims: int, seed: int = 7) -> Month:
    """`claims` new claims in each night of sending, every story as often as chance wants."""
    random, made = Random(seed), Month()
    number = 0
    for night in range(SENDING):
        for _ in range(claims):
            number += 1
            # each story once in order before chance takes over, so that a small month has them all
            story = STORIES[number - 1] if number <= len(STORIES) else random.choice(STORIES)
            _live(made, story, number, night, random)
    return made


def _live(made: Month, story: Story, number: int, night: int, random: Random) -> None:
    """One claim, from its sending to the last that is said about it."""
    payer, provider = PAYERS[number % len(PAYERS)], PROVIDERS[number * 7 % len(PROVIDERS)]
    services = story.services
    lines = tuple(
        Line(code, f"{COSTS[code.partition(':')[0]] + random.randrange(0, 40)}", "1") for code, *_ in services
    )
    claim = Claim(
        f"N{number:05d}", payer, PEOPLE[number % len(PEOPLE)], story.diagnosis, lines, provider,
        day=_day(night - 1), place="11",
    )  # fmt: skip
    made.send(night, claim)
    truth, icn = made.truth, f"ICN{number:05d}"
    if story.then == "silence":
        truth.unanswered += 1
        return
    answered = night + 5 + random.randrange(3)
    first = Answer(claim, icn, tuple(_line(line, how) for line, (_, how, *_) in zip(lines, services, strict=True)))
    made.answer(answered, replace(first, remarks=story.remarks))
    now_denied = [bool(category) for _, _, category, _ in services]
    if story.then in ("paid", "denied again"):
        sent, payers_new = answered + 2, f"{icn}R"
        again = replace(claim, frequency="7", refs=(f"REF*F8*{icn}",))
        made.send(sent, again)
        truth.resubmitted += 1
        paid = story.then == "paid"
        ways = [("pay" if paid else how) for _, how, *_ in services]
        made.answer(sent + 6, Answer(again, payers_new, tuple(map(_line, lines, ways))))
        now_denied = [False] * len(lines) if paid else now_denied
    if story.then in ("taken back", "corrected"):
        truth.reversals += 1
        made.answer(answered + 4, replace(first, status="22"))
        now_denied = [False] * len(lines)  # an answer that was taken back still counts in its month
        if story.then == "corrected":
            made.answer(answered + 4, replace(first, lines=tuple(_line(line, "CO50 all") for line in lines)))
            now_denied = [True] * len(lines)
    if story.then == "recouped":
        made.taken.setdefault((answered + 6, payer.id), []).append((f"WO:{icn}", 2500))
        truth.taken += 2500
    _count(truth, story, claim, answered, now_denied)


def _count(truth: Truth, story: Story, claim: Claim, answered: int, now_denied: Sequence[bool]) -> None:
    """What stands in the truth for a claim that was answered."""
    truth.claims += 1
    denied = [bool(category) for _, _, category, _ in story.services]
    truth.claims_denied += any(denied)
    rendering = claim.rendering.npi if claim.rendering else ""
    for line, (_, _, category, cause), now in zip(claim.lines, story.services, now_denied, strict=True):
        truth.lines += 1
        truth.charge += line.cents
        truth.open += now
        truth.open_charge += line.cents if now else 0
        if category:
            truth.denied += 1
            truth.denied_charge += line.cents
            truth.overturned += not now
            places = (
                (truth.category, category), (truth.cause, cause), (truth.payer, claim.payer.id),
                (truth.provider, rendering), (truth.month, f"{_date(answered):%Y-%m}"),
            )  # fmt: skip
            for table, key in places:
                found = table.setdefault(key, [0, 0])
                found[0] += 1
                found[1] += line.cents


def _line(line: Line, how: str) -> LineAnswer:
    """What a payer does with a line: pays it, leaves it to the patient, or adjusts all of it."""
    if how == "pay":
        share, off = line.cents // 10, line.cents // 5
        return LineAnswer(f"CO45 {_decimal(off)}, PR2 {_decimal(share)}")
    reason, _, rest = how.partition(" ")
    _, _, remarks = rest.partition("/")
    return LineAnswer(f"{reason} {_decimal(line.cents)}", remarks.replace("/", " "))


def files(made: Month) -> Iterator[tuple[str, bytes]]:
    """Every file, "2026-03-02/837-0.837" and its bytes."""
    control = 1000
    traces: Counter[int] = Counter()
    for night in range(NIGHTS):
        folder, created = f"{_date(night):%Y-%m-%d}", _day(night)
        for part, claims in enumerate(_parts(made.sent.get(night, []))):
            control += 1
            envelope = Envelope("TESTCLINIC", "TESTCLEARING", control, created)
            body = header(envelope, f"N{control}") + batch([(CLINIC, claims)])
            yield f"{folder}/sent-{part}.837", simple_file(envelope, [transaction("837", body)])
        for payer in PAYERS:
            payment = _payment(made, night, payer)
            if payment is None:
                continue
            control += 1
            made.truth.payments += 1
            made.truth.paid += payment.amount
            body = payment_segments(payment)
            envelope = Envelope("TESTCLEARING", "TESTCLINIC", control, created)
            yield f"{folder}/era-{payer.id}.835", simple_file(envelope, [transaction("835", body)])
            traces[night] += 1
            if control % 5 == 0 and night + 2 < NIGHTS:  # the clearinghouse sends it again, in another envelope
                made.truth.again += 1
                control += 1
                later = Envelope("TESTCLEARING", "TESTCLINIC", control, _day(night + 2))
                name = f"{_date(night + 2):%Y-%m-%d}/resent-{control}.835"
                yield name, simple_file(later, [transaction("835", body)])


def _payment(made: Month, night: int, payer: Payer) -> Payment | None:
    answers, taken = made.answered.get((night, payer.id), []), made.taken.get((night, payer.id), [])
    if not answers and not taken:
        return None
    adjustments = list(taken)
    amount = sum(a.paid for a in answers) - sum(value for _, value in taken)
    if amount < 0:  # a payment is never less than nothing: the rest is carried forward
        adjustments.append((f"FB:{night:02d}{payer.id}", amount))
        made.truth.taken += amount
    said = ", ".join(f"{name} {_decimal(value)}" for name, value in adjustments)
    return Payment(payer, f"T{night:02d}{payer.id}", tuple(answers), said, _day(night))


def _parts(claims: Sequence[Claim]) -> Iterator[Sequence[Claim]]:
    """A night's claims go out in files of twenty."""
    return (claims[at : at + 20] for at in range(0, len(claims), 20))


def _date(night: int) -> date:
    return FIRST + timedelta(days=night)


def _day(night: int) -> str:
    return f"{_date(night):%Y%m%d}"


def _decimal(value: int) -> str:
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


def write(folder: Path, claims: int) -> Truth:
    """The nights and their truth, in a folder that is made."""
    made = month(claims)
    for name, data in files(made):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "truth.json").write_text(made.truth.tell(), "utf-8")
    return made.truth


def main(arguments: Sequence[str]) -> int:
    """FOLDER [--claims N]"""
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--claims"):
        print("usage: make_samples.py --nights FOLDER [--claims N]")
        return 2
    truth = write(Path(arguments[0]), int(arguments[2]) if len(arguments) == 3 else 40)
    print(f"{truth.payments} payments, {truth.claims} claims answered, {truth.denied} of {truth.lines} lines denied")
    return 0
