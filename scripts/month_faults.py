"""Errors seeded into a clinic month: a claim is replaced by a case of a rule, and a truth file says what must be told.

The errors are the hit cases beside the rules that need nothing but the claim (no notes, no approvals, no date of
today, no list of a payer), and those below. `scores` gives precision and recall by rule.
"""

import csv
import re
import tomllib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from curette.rules._fragments import DAY, fragment
from month_slips import SLIPS
from samples_claims import Billing, Claim, Payer
from samples_day import AT_HOSPITAL, CLINIC

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "src" / "curette" / "rules"
PLAIN = {"kind", "name", "claim", "payer", "day", "place", "frequency", "expected"}
BLOCK = 100
TODAY = date(2026, 4, 1)
EARLIEST, LATEST = "20250502", "20260401"  # later than a year and a month before, for deadlines

Placed = tuple[Billing, Claim]


class Told(NamedTuple):
    """What is or must be told; line 0 is the claim itself."""

    claim: str
    line: int
    rule: str
    severity: str


@dataclass(frozen=True)
class Seed:
    """One wrong claim and all that it must be told for, as "DERM-B01:2:error"."""

    rule: str
    text: str
    expected: tuple[str, ...]
    payer: str = "MB"
    day: str = ""  # where the case has one of its own
    place: str = "11"
    frequency: str = "1"


# Where a rule asks when the file was written, which is one day for the whole month.
OWN = (
    Seed("DERM-A04", "HI*ABK:L570\nSV1*HC:17000*140*UN*1***1", ("DERM-A04:1:error",), day="20250314"),
    Seed("DERM-A05", "HI*ABK:L570\nSV1*HC:17000*140*UN*1***1", ("DERM-A05:1:error",), day="20260402"),
    Seed("DERM-I05", "HI*ABK:D485\nSV1*HC:11102*120*UN*1***1", ("DERM-I05:1:advice",), day="20260331"),
)


def seeds(declared: Iterable[str]) -> dict[str, list[Seed]]:
    """The errors at hand of these rules."""
    found: dict[str, list[Seed]] = defaultdict(list)
    for seed in OWN:
        found[seed.rule].append(seed)
    for file in sorted(RULES.glob("*.toml")):
        for rule, rows in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if rule not in {seed.rule for seed in OWN}:
                found[rule] += [_seed(rule, row) for row in rows if _usable(row)]
    return {rule: found[rule] for rule in sorted(declared) if found.get(rule)}


def _usable(row: Mapping[str, Any]) -> bool:
    """Whether a case is an error on its claim alone, in a file of this month."""
    days = [row.get("day", DAY), *re.findall(r"\b20\d{6}\b", row["claim"])]
    return row["kind"] == "hit" and not set(row) - PLAIN and all(EARLIEST <= day < LATEST for day in days)


def _seed(rule: str, row: Mapping[str, Any]) -> Seed:
    text: str = row["claim"]
    day = row.get("day", DAY if "DTP*" in text else "")
    rest = row.get("payer", "MB"), day, row.get("place", "11"), row.get("frequency", "1")
    return Seed(rule, text, tuple(row["expected"]), *rest)


def seeded(
    claims: Sequence[Placed], errors: Mapping[str, Sequence[Seed]], seed: int = 4
) -> tuple[list[Placed], list[Told]]:
    """The month with one error of each rule in each hundred claims, and the truth.

    What finds no place in its hundred comes first in the next: a place is a claim whose patient has no other.
    """  # fmt: skip
    r, waiting, placed = Random(seed), deque[Seed](), list(claims)
    truth: list[Told] = []
    alone = Counter(claim.subscriber.member for _, claim in claims)
    for number, start in enumerate(range(0, len(placed) - BLOCK + 1, BLOCK)):
        waiting.extend(rows[number % len(rows)] for rows in errors.values())
        free = [at for at in range(start, start + BLOCK) if _may_go(placed[at], alone)]
        r.shuffle(free)
        for at in free[: len(waiting)]:
            error = waiting.popleft()
            claim = wrong(placed[at][1], error)
            placed[at] = placed[at][0], claim
            truth += [told(claim.number, text) for text in error.expected]
    return placed, truth


def slipped(claims: Sequence[Placed], declared: Iterable[str], seed: int = 4) -> tuple[list[Placed], list[Told]]:
    """The month with a slip of each rule in each hundred claims, where it can happen to one of them; and the truth."""
    r, placed = Random(seed), list(claims)
    truth: list[Told] = []
    alone = Counter(claim.subscriber.member for _, claim in claims)
    rules = set(declared)
    for start in range(0, len(placed) - BLOCK + 1, BLOCK):
        free = [at for at in range(start, start + BLOCK) if _may_go(placed[at], alone)]
        r.shuffle(free)
        for slip in r.sample(SLIPS, len(SLIPS)):
            possible = ((at, slip.change(placed[at][1])) for at in free)
            at, wrong_one = next(((at, found) for at, found in possible if found), (-1, None))
            if wrong_one is None or slip.rule not in rules:
                continue
            free.remove(at)
            claim, line = wrong_one
            placed[at] = placed[at][0], claim
            truth.append(Told(claim.number, line, slip.rule, slip.told(claim)))
    return placed, truth


def _may_go(place: Placed, alone: Mapping[str, int]) -> bool:
    billing, claim = place
    alike = billing is CLINIC and claim.patient is None and claim.level == "P"
    physician = claim.rendering is not None and claim.rendering.taxonomy.startswith("207")  # others make DERM-A10 speak
    return alike and physician and alone[claim.subscriber.member] == 1


def wrong(claim: Claim, error: Seed) -> Claim:
    """The error in place of a claim, of the same patient; the day too, where the case has none."""
    written = fragment(error.text, claim.number, error.day or claim.day, error.place, error.frequency)
    if written[0].startswith("CLM*A1*"):
        written[0] = written[0].replace("CLM*A1*", f"CLM*{claim.number}*")
    if claim.rendering and not any(segment.startswith("NM1*82*") for segment in written):
        at = max(at for at, segment in enumerate(written) if segment.startswith(("HI*", "NM1*DN*"))) + 1
        elsewhere = {error.place, *(s.split("*")[5] for s in written if s.startswith("SV1*") and s.count("*") > 4)}
        named = any(s.startswith("NM1*77*") for s in written)
        facility = AT_HOSPITAL if elsewhere - {"", "11"} and not named else ()
        written[at:at] = [claim.rendering.name("82"), f"PRV*PE*PXC*{claim.rendering.taxonomy}", *facility]
    payer = claim.payer if claim.payer.filing == error.payer else Payer("TESTCASE PAYER", "99020", error.payer, "")
    return replace(claim, payer=payer, written=tuple(written))


def told(claim: str, text: str) -> Told:
    """One of the expected, as cases write it."""
    rule, line, severity = text.split(":")
    return Told(claim, int(line), rule, severity)


def write_truth(path: Path, truth: Iterable[Told]) -> None:
    """CSV with a head."""
    with path.open("w", newline="", encoding="ascii") as stream:
        writer = csv.writer(stream)
        writer.writerow(Told._fields)
        writer.writerows(truth)


def read_truth(path: Path) -> list[Told]:
    """What `write_truth` wrote."""
    with path.open(newline="", encoding="ascii") as stream:
        return [Told(row["claim"], int(row["line"]), row["rule"], row["severity"]) for row in csv.DictReader(stream)]


class Score(NamedTuple):
    """Of one rule: how many errors there are, how many were told as they must be, and how much else it told."""

    seeded: int
    right: int
    beside: int

    @property
    def precision(self) -> str:
        return _share(self.right, self.right + self.beside)

    @property
    def recall(self) -> str:
        return _share(self.right, self.seeded)


def _share(part: int, whole: int) -> str:
    hundredths = part * 100 // whole if whole else 100
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def scores(found: Iterable[Told], truth: Iterable[Told]) -> tuple[dict[str, Score], Counter[str]]:
    """By rule; and, apart, the advice on claims that are right, which is no finding of an error.

    Each error must be told once, at its line, as gravely as it is. On a wrong claim even advice counts as beside.
    """
    wanted = Counter(truth)
    wrong_claims = {row.claim for row in wanted}
    advice: Counter[str] = Counter()
    given: Counter[Told] = Counter()
    for row in found:
        if row.severity == "advice" and row.claim not in wrong_claims:
            advice[row.rule] += 1
        else:
            given[row] += 1
    rules = {row.rule for row in (*wanted, *given)}
    return {rule: _score(rule, given, wanted) for rule in sorted(rules)}, advice


def _score(rule: str, given: Counter[Told], wanted: Counter[Told]) -> Score:
    want = Counter({row: n for row, n in wanted.items() if row.rule == rule})
    have = Counter({row: n for row, n in given.items() if row.rule == rule})
    return Score(want.total(), (want & have).total(), (have - want).total())


def findings(path: Path) -> Iterator[Told]:
    """All that `curette check` says of a file, every type of check."""
    from curette import pipeline

    for result in pipeline.check([path], pipeline.CheckOptions(as_of=TODAY)):
        for one in (*result.findings, *result.hidden):
            yield Told(one.claim or "", one.line or 0, one.rule.id, str(one.severity))


def table(scored: Mapping[str, Score]) -> Iterator[str]:
    """Precision and recall by rule, a row each."""
    yield "rule         seeded  right  beside  precision  recall"
    for rule, row in scored.items():
        counts = f"{row.seeded:6} {row.right:6} {row.beside:7}"
        yield f"{rule:12} {counts} {row.precision:>10} {row.recall:>7}"
