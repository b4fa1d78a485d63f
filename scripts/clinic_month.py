"""A month of a dermatology practice, right in every claim: March 2026, invented patients, five kinds of payer.

    python scripts/clinic_month.py month.837 --claims 20000
    python scripts/clinic_month.py month.837 --claims 20000 --faults truth.csv  # an error of each rule in each 100
    python scripts/clinic_month.py month.837 --faults truth.csv --score         # what curette finds of them

The errors are the rules' own cases; with --slips they are the slips of month_slips.py, made in the month's claims.
`make_samples.py --month month.837 ...` is the same.

The same seed gives the same bytes. One transaction for each day, one batch in it for each billing provider.
"""

import argparse
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import month_drugs
import month_faults
import month_office
import month_surgery
from curette.rules._engine import catalogue
from month_model import Draft, Service, chance
from samples_claims import Billing, Claim, Line, Payer, Person, Provider, batch, header
from samples_day import AT_HOSPITAL, CLINIC
from samples_x12 import Envelope, money, npi, simple_file, transaction

Scene = Callable[[Random, str], list[Draft]]

MONTH, LAST, CREATED = date(2026, 3, 2), date(2026, 3, 31), "20260401"
ENVELOPE = Envelope("TESTCLINIC", "TESTCLEARING", 501, CREATED)

MEDICARE = Payer("EXAMPLE MEDICARE CONTRACTOR", "99004", "MB", "MB")
MEDICAID = Payer("SAMPLE STATE MEDICAID", "99005", "MC", "MC")
COMMERCIAL = Payer("EXAMPLE HEALTH PLAN", "99001", "CI", "12")
BLUE = Payer("SAMPLE BLUE PLAN", "99002", "BL", "12")
ADVANTAGE = Payer("SAMPLE ADVANTAGE PLAN", "99016", "16", "16")
PAYERS = {payer.filing: payer for payer in (MEDICARE, MEDICAID, COMMERCIAL, BLUE, ADVANTAGE)}
SHARES = {"MB": 45, "CI": 25, "BL": 12, "16": 10, "MC": 8}

LABORATORY = Billing(
    Provider("EXAMPLE SKIN PATHOLOGY", "", npi(42), "291U00000X"), "9 EXAMPLE PLAZA", "SPRINGFIELD*IL*627010004",
    "000000003",
)  # fmt: skip
STAFF = {
    "doctor": tuple(
        Provider(last, first, npi(serial), "207N00000X")
        for serial, last, first in ((51, "EXAMPLE", "DANA"), (52, "SAMPLE", "KIM"), (53, "MOCKUP", "LEE"))
    ),
    "surgeon": tuple(
        Provider(last, first, npi(serial), "207ND0101X")
        for serial, last, first in ((54, "TESTCASE", "MORGAN"), (55, "DUMMY", "REESE"))
    ),
    "pathologist": (Provider("SPECIMEN", "ROBIN", npi(56), "207ND0900X"),),
    "laboratory": (Provider("MOCKUP", "BLAIR", npi(57), "207ND0900X"),),
    "nurse": (Provider("FICTION", "JAMIE", npi(58), "363LF0000X"),),
}  # fmt: skip
CLIA, APPROVAL = "REF*X4*14D9999999", "REF*G1*TESTAUTH01"
LASTS = ("SAMPLE", "EXAMPLE", "TESTCASE", "FICTION", "DUMMY", "MOCKUP", "SPECIMEN", "PLACEHOLDER")
FIRSTS = {
    "F": ("ALMA", "CELIA", "ELSIE", "GRETA", "IRIS", "KLARA", "MIRA", "OLGA", "QUINN", "STELLA", "TESS", "VERA"),
    "M": ("BRUNO", "DORIAN", "FELIX", "HUGO", "JONAS", "LINUS", "NILS", "PABLO", "RUBEN", "ULF", "WALT", "XAVER"),
}
SCENES: dict[Scene, int] = {**month_office.SCENES, **month_surgery.SCENES, **month_drugs.SCENES}
LONG_PACKAGES = ("114", "140", "150")  # beginnings of codes with ninety days, as far as the month has them


@dataclass(frozen=True)
class Patient:
    """Who is treated, and who pays; `dependent` is the patient where it is not the subscriber."""

    payer: Payer
    subscriber: Person
    dependent: Person | None = None
    relation: str = "18"


@dataclass
class Month:
    """The claims in the order of the encounters, each with its billing provider, and how often each scene was."""

    claims: list[tuple[Billing, Claim]] = field(default_factory=list)
    scenes: Counter[str] = field(default_factory=Counter)


class Practice:
    """Sees patients until there are enough claims."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.patients = self.encounters = 0
        self.back: list[tuple[Patient, date]] = []  # who may come again, and their last day

    def month(self, claims: int) -> Month:
        """That many claims, exactly."""
        made, r = Month(), self.random
        scenes, weights = list(SCENES), list(SCENES.values())
        while (left := claims - len(made.claims)) > 0:
            scene = r.choices(scenes, weights)[0]
            payer = PAYERS[r.choices(list(SHARES), list(SHARES.values()))[0]]
            drafts = scene(r, payer.filing)
            if len(drafts) > left:
                continue
            if drafts[0].child and payer in (MEDICARE, ADVANTAGE):
                payer = COMMERCIAL
            made.scenes[scene.__name__] += 1
            made.claims += self.encounter(drafts, payer)
        return made

    def encounter(self, drafts: Sequence[Draft], payer: Payer) -> Iterator[tuple[Billing, Claim]]:
        """The claims of one scene, for somebody new or somebody who comes again."""
        r = self.random
        self.encounters += 1
        last = max(draft.later + line.later for draft in drafts for line in draft.lines)
        day = MONTH + timedelta(days=r.randrange((LAST - MONTH).days + 1 - last))
        day -= timedelta(days=max(0, min(day.weekday() - 4, (day - MONTH).days)))
        patient = self.returning(payer, day, drafts[0]) or self.somebody(payer, drafts[0])
        if not any(line.procedure.startswith(LONG_PACKAGES) for draft in drafts for line in draft.lines):
            self.back.append((patient, day + timedelta(days=last)))
        plain = not any("::" in line.code for draft in drafts for line in draft.lines)
        second = payer is MEDICARE and plain and last == 0 and day.day < 14 and chance(r, 6)
        for at, draft in enumerate(drafts):
            claim = self.claim(patient, draft, day, "ABC"[at] if len(drafts) > 1 else "")
            if second:
                claim = secondary(claim, r.choice((COMMERCIAL, BLUE, MEDICAID)), day + timedelta(days=16))
            elif chance(r, 2):
                claim = replace(claim, frequency="7", refs=(*claim.refs, f"REF*F8*ICN-{claim.number}"))
            yield (LABORATORY if draft.by == "laboratory" else CLINIC), claim

    def returning(self, payer: Payer, day: date, draft: Draft) -> Patient | None:
        """Somebody of the same payer whose last day is more than two weeks ago, at times."""
        if draft.child or draft.sex or not chance(self.random, 12) or not self.back:
            return None
        at = self.random.randrange(len(self.back))
        patient, last = self.back[at]
        if patient.payer is not payer or day - last < timedelta(days=15):
            return None
        del self.back[at]
        return patient

    def somebody(self, payer: Payer, draft: Draft) -> Patient:
        """A new patient, old enough for the payer."""
        r = self.random
        self.patients += 1
        sex = draft.sex or r.choice("FM")
        years = (1932, 1958) if payer in (MEDICARE, ADVANTAGE) else (1962, 2004)
        member = f"TEST{self.patients:07d}"
        if draft.child and payer is MEDICAID:
            years = (2009, 2022)
        subscriber = self.person(sex, years, member)
        if payer in (COMMERCIAL, BLUE):
            if draft.child:
                return Patient(payer, subscriber, self.person(r.choice("FM"), (2009, 2022)), "19")
            if chance(r, 15):
                return Patient(payer, subscriber, self.person(draft.sex or r.choice("FM"), (1962, 2000)), "01")
        return Patient(payer, subscriber)

    def person(self, sex: str, years: tuple[int, int], member: str = "") -> Person:
        r = self.random
        birth = f"{r.randrange(*years)}{r.randrange(1, 13):02d}{r.randrange(1, 29):02d}"
        return Person(r.choice(LASTS), r.choice(FIRSTS[sex]), birth, sex, member)

    def claim(self, patient: Patient, draft: Draft, day: date, sister: str) -> Claim:
        """The draft with a number, money, dates and the diagnoses numbered."""
        codes = list(dict.fromkeys(code for line in draft.lines for code in line.diagnoses.split()))
        day += timedelta(days=draft.later)
        staff = STAFF[draft.by]
        refs = ([CLIA] if draft.clia else []) + ([APPROVAL] if draft.approved else [])
        hospital = AT_HOSPITAL if draft.place == "22" else ()
        referred = (STAFF["doctor"][0].name("DN"),) if draft.by == "laboratory" else ()
        return Claim(
            f"M{self.encounters:06d}{sister}",
            patient.payer,
            patient.subscriber,
            " ".join(codes),
            tuple(service_line(line, codes, day) for line in draft.lines),
            staff[zlib.crc32(patient.subscriber.member.encode()) % len(staff)],
            patient.dependent,
            patient.relation,
            draft.place,
            day=f"{day:%Y%m%d}",
            refs=tuple(refs),
            providers=(*referred, *hospital),
        )


def service_line(service: Service, codes: Sequence[str], day: date) -> Line:
    """A line with its charge, and its own date where that is another."""
    points = ":".join(str(codes.index(code) + 1) for code in service.diagnoses.split()[:4])
    when = f"{day + timedelta(days=service.later):%Y%m%d}" if service.later else ""
    charge = fee(service.procedure) * service.units
    return Line(service.code, money(charge), points, str(service.units), service.after, when)


def fee(code: str) -> int:
    """What one unit costs, in cents: invented, the same every time; a milligram costs less than an operation."""
    if code in ("J3590", "J3490"):
        return 389_000
    if code[0] in "JQ":
        return 125 + zlib.crc32(code.encode()) % 40 * 75
    return 4_500 + zlib.crc32(code.encode()) % 240 * 250


def secondary(claim: Claim, payer: Payer, decided: date) -> Claim:
    """The claim to the second payer, after Medicare: of each line 60 % is allowed, and four fifths of that are paid."""
    paid, lines = 0, []
    for line in claim.lines:
        allowed = line.cents * 60 // 100
        share = allowed * 4 // 5
        paid += share
        after = (
            f"SVD*{MEDICARE.id}*{money(share)}*HC:{line.code}**{line.units}",
            f"CAS*CO*45*{money(line.cents - allowed)}",
            f"CAS*PR*2*{money(allowed - share)}",
            f"DTP*573*D8*{decided:%Y%m%d}",
            f"AMT*EAF*{money(allowed - share)}",
        )
        lines.append(replace(line, after=(*line.after, *after)))
    first = (
        "SBR*P*18*******MB",
        f"AMT*D*{money(paid)}",
        "OI***Y***Y",
        "MOA***MA01",
        f"NM1*IL*1*{claim.subscriber.last}*{claim.subscriber.first}****MI*{claim.subscriber.member}M",
        f"NM1*PR*2*{MEDICARE.name}*****PI*{MEDICARE.id}",
        f"REF*F8*ICN-MB-{claim.number}",
    )
    return replace(claim, payer=payer, lines=tuple(lines), level="S", other_payer=first)


def rendered(claims: Sequence[tuple[Billing, Claim]]) -> bytes:
    """The file: a transaction for each day."""
    days: dict[str, dict[str, tuple[Billing, list[Claim]]]] = {}
    for billing, claim in claims:
        sides = days.setdefault(claim.day, {})
        sides.setdefault(billing.provider.npi, (billing, []))[1].append(claim)
    found = []
    for number, (day, sides) in enumerate(sorted(days.items()), 1):
        body = header(ENVELOPE, f"MONTH{day}") + batch(sides.values())
        found.append(transaction("837", body, number))
    return simple_file(ENVELOPE, found)


def month(claims: int, seed: int = 4) -> Month:
    """A clinic month of so many claims."""
    return Practice(seed).month(claims)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Write a clinic month as 837P.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--claims", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--faults", type=Path, metavar="FILE", help="seed errors, and write there what they are")
    parser.add_argument("--slips", action="store_true", help="of a biller, in place of the rules' own cases")
    parser.add_argument("--score", action="store_true", help="write nothing: check FILE against --faults")
    chosen = parser.parse_args(arguments)
    if chosen.score:
        return score(chosen.file, month_faults.read_truth(chosen.faults) if chosen.faults else [])
    made = month(chosen.claims, chosen.seed)
    claims = made.claims
    if chosen.faults:
        rules = [rule.rule.id for rule in catalogue()]
        if chosen.slips:
            claims, truth = month_faults.slipped(claims, rules, chosen.seed)
        else:
            claims, truth = month_faults.seeded(claims, month_faults.seeds(rules), chosen.seed)
        month_faults.write_truth(chosen.faults, truth)
    chosen.file.write_bytes(rendered(claims))
    for name, count in sorted(made.scenes.items(), key=lambda item: -item[1]):
        print(f"{count:7}  {name}")
    return 0


def score(file: Path, truth: Sequence[month_faults.Told]) -> int:
    """Prints the table; 1 where something is missed or told beside what is there."""
    scored, advice = month_faults.scores(month_faults.findings(file), truth)
    print(*month_faults.table(scored), sep="\n")
    if advice:
        print("advice on claims that are right:", ", ".join(f"{rule} {n}" for rule, n in sorted(advice.items())))
    return int(any(row.beside or row.right < row.seeded for row in scored.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
