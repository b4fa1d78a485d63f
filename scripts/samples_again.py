"""Some sixty resubmissions, each with one thing changed and, where it was denied, the payer's denial.

Six pairs of batches for `curette diff`, by what a biller does: codes, drugs, records, grouping, sending, and one pair
whose corrected batch is written with other delimiters. Structure and sums are right, the coding of what was denied not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import samples_day as day
from samples_claims import Claim, Line, Payer
from samples_remits import Answer, LineAnswer, Payment

SENT, AGAIN, DENIED_ON = "20260212", "20260316", "20260302"
SERVED = "20260205"
PEOPLE = (day.ALMA, day.FELIX, day.GRETA, day.IRIS, day.LINUS, day.MIRA, day.NILS, day.OLGA, day.QUINN, day.STELLA)


@dataclass(frozen=True)
class Case:
    """One resubmission: what it shows, what was sent, what was sent again, and what was denied (line by line)."""

    about: str
    old: tuple[Claim, ...]
    new: tuple[Claim, ...]
    denied: tuple[str, ...] = ()  # "CO97 120 N20" a line, empty for a line that was paid in full
    remarks: str = ""  # of the claim


class Theme:
    """Numbers the claims of a batch and gives each its own patient and payer's number."""

    def __init__(self, prefix: str, payer: Payer) -> None:
        self.prefix, self.payer = prefix, payer
        self.numbers = count(1)
        self.cases: list[Case] = []

    def claim(self, diagnoses: str, *lines: str | Line, **more: object) -> Claim:
        """A claim of lines such as "11102:59 210 1 2" (code, charge, pointers, units)."""
        number = next(self.numbers)
        made = tuple(each if isinstance(each, Line) else line(each) for each in lines)
        person = PEOPLE[number % len(PEOPLE)]
        name = f"{self.prefix}{number:02d}"
        found = Claim(name, self.payer, person, diagnoses, made, day.DERMATOLOGIST, day=SERVED)
        return replace(found, **more)  # type: ignore[arg-type]

    def add(self, about: str, old: Claim, *denied: str, remarks: str = "", **changed: object) -> None:
        """A claim that comes again as its replacement with some things changed."""
        new = replace(old, **({"frequency": "7", "refs": (f8(old), *old.refs)} | changed))  # type: ignore[arg-type]
        self.cases.append(Case(about, (old,), (new,), denied, remarks))

    def regroup(self, about: str, old: tuple[Claim, ...], new: tuple[Claim, ...], *denied: str) -> None:
        """Claims that come again as others."""
        self.cases.append(Case(about, old, new, denied))

    @property
    def originals(self) -> list[Claim]:
        return [claim for case in self.cases for claim in case.old]

    @property
    def corrected(self) -> list[Claim]:
        return [claim for case in self.cases for claim in case.new]

    def payments(self) -> Iterator[Payment]:
        """What each payer denied."""
        answers = [answer(case) for case in self.cases if case.denied]
        for payer in dict.fromkeys(each.claim.payer for each in answers):
            mine = tuple(each for each in answers if each.claim.payer == payer)
            yield Payment(payer, f"EFT-{self.prefix}-{payer.id}", mine, paid_on=DENIED_ON)


def line(text: str) -> Line:
    code, charge, points, units = (*text.split(), "1", "1")[:4]
    return Line(code, charge, points, units)


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(map(line, texts))


def number(claim: Claim) -> str:
    """The payer's number of a claim."""
    return f"ICN-{claim.number}"


def f8(claim: Claim) -> str:
    return f"REF*F8*{number(claim)}"


def answer(case: Case) -> Answer:
    """The payer's answer to the first claim of a case."""
    claim = case.old[0]
    told = []
    for text in case.denied:
        words = text.split()
        told.append(LineAnswer(" ".join(words[:2]), " ".join(words[2:])))
    return Answer(claim, number(claim), tuple(told), remarks=case.remarks, received="20260213")


def codes() -> Theme:
    t = Theme("COD", day.COMMERCIAL)
    _modifiers(t)
    _procedures(t)
    _diagnoses_and_places(t)
    return t


def _modifiers(t: Theme) -> None:
    t.add(
        "25 put on the visit",
        t.claim("L57.0 L82.1", "99213 120 1", "17110 200 2"),
        "CO97 120 N19",
        "",
        lines=lines("99213:25 120 1", "17110 200 2"),
    )
    t.add("25 taken off a procedure", t.claim("D49.2", "11102:25 210 1"), "CO4 210", lines=lines("11102 210 1"))
    t.add(
        "59 put on",
        t.claim("C44.319 D49.2", "17311 900 1", "11102 210 2"),
        "",
        "CO236 210 M15",
        lines=lines("17311 900 1", "11102:59 210 2"),
    )
    t.add(
        "59 made more particular",
        t.claim("C44.319 D49.2", "17311 900 1", "11102:59 210 2"),
        "",
        "CO4 210",
        lines=lines("17311 900 1", "11102:XS 210 2"),
    )
    t.add(
        "modifiers in another order",
        t.claim("D23.39", "11440:LT:59 300 1"),
        "CO4 300",
        lines=lines("11440:59:LT 300 1"),
    )
    t.add(
        "51 taken off an add-on",
        t.claim("D49.2", "11102 210 1", "11103:51 100 1"),
        "",
        "CO4 100",
        lines=lines("11102 210 1", "11103 100 1"),
    )
    t.add("the other side", t.claim("D23.39", "11440:RT 300 1"), "CO4 300 N769", lines=lines("11440:LT 300 1"))


def _procedures(t: Theme) -> None:
    t.add("26 put on", t.claim("D22.5", "88305 150 1"), "CO4 150", lines=lines("88305:26 150 1"))
    t.add(
        "a second first-lesion code made an add-on",
        t.claim("D49.2", "11104 260 1", "11102 210 1"),
        "",
        "CO97 210 M15",
        lines=lines("11104 260 1", "11103 100 1"),
    )
    t.add("a code of 2018", t.claim("D49.2", "11100 180 1"), "CO181 180 M20", lines=lines("11102 210 1"))
    t.add("a larger excision", t.claim("C44.319", "11641 420 1"), "CO150 420 N22", lines=lines("11642 480 1"))
    t.add("benign instead of malignant", t.claim("D22.5", "11602 400 1"), "CO11 400 N657", lines=lines("11402 300 1"))
    t.add(
        "fewer lesions",
        t.claim("L57.0", "17000 100 1", "17003 140 1 20"),
        "",
        "CO151 140 N362",
        lines=lines("17000 100 1", "17003 91 1 13"),
    )
    t.add("the diagnosis of the report", t.claim("D49.2", "11602 400 1"), "CO11 400 N657", diagnoses="C44.519")


def _diagnoses_and_places(t: Theme) -> None:
    t.add("a pointer", t.claim("L21.9 L57.0", "17000 100 1"), "CO11 100 N657", lines=lines("17000 100 2"))
    t.add(
        "diagnoses in another order, pointers with them",
        t.claim("L21.9 L57.0", "17000 100 2"),
        "CO11 100 N657",
        diagnoses="L57.0 L21.9",
        lines=lines("17000 100 1"),
    )
    t.add(
        "a higher charge and nothing else", t.claim("L57.0", "17000 100 1"), "CO16 100 M79", lines=lines("17000 130 1")
    )
    t.add("another place", t.claim("L57.0", "17000 100 1"), "CO5 100 M77", place="19")
    t.add("another day", t.claim("L57.0", "17000 100 1"), "CO16 100 M52", day="20260204")
    t.add(
        "the first lesion beside its add-on",
        t.claim("D49.2", "11103 100 1"),
        "CO107 100 N122",
        lines=lines("11102 210 1", "11103 100 1"),
    )
    t.add(
        "a line withdrawn",
        t.claim("L57.0 L81.4", "17000 100 1", "17380 90 2"),
        "",
        "CO96 90 N383",
        lines=lines("17000 100 1"),
    )
    t.add("17004 alone", t.claim("L57.0", "17000 100 1", "17004 320 1"), "CO97 100 M15", "", lines=lines("17004 320 1"))
    t.add("a higher visit", t.claim("L20.9", "99213 120 1"), "CO16 120 M20", lines=lines("99214 180 1"))
    t.add(
        "a line for another place of service",
        t.claim("L57.0", "17000 100 1", "17003 70 1 9"),
        "",
        "CO5 70 M77",
        lines=(line("17000 100 1"), Line("17003:59", "70", "1", "9")),
    )


def drugs() -> Theme:
    t = Theme("DRG", day.HMO)
    drug, given = "J3245", line("96372 45 1")

    def dose(units: str = "100", ndc: tuple[str, ...] = day.drug("47335017795", "1", "ML"), code: str = drug) -> Line:
        return Line(code, "17500", "1", units, ndc)

    t.add(
        "an approval",
        t.claim("L40.0", dose(), given),
        "CO197 17500",
        "CO197 45",
        refs=("REF*G1*TESTAUTH02", "REF*F8*ICN-DRG01"),
    )
    old = t.claim("L40.0", dose(), given, refs=("REF*G1*TESTAUTH03",))
    t.add("another approval", old, "CO15 17500", "", refs=("REF*G1*TESTAUTH04", f8(old)))
    t.add("an NDC", t.claim("L40.0", dose(ndc=()), given), "CO16 17500 M119", "", lines=(dose(), given))
    t.add(
        "the quantity of the drug",
        t.claim("L40.0", dose(), given),
        "CO16 17500 M53",
        "",
        lines=(dose(ndc=day.drug("47335017795", "2", "ML")), given),
    )
    t.add("fewer units", t.claim("L40.0", dose("1000"), given), "CO222 17500", "", lines=(dose("100"), given))
    t.add("nothing wasted", t.claim("L40.0", dose(), given), "CO4 17500", "", lines=(dose(code="J3245:JZ"), given))
    t.add(
        "a code of its own", t.claim("L40.0", dose("1", code="J3590"), given), "CO189 17500", "", lines=(dose(), given)
    )
    t.add("the drug beside its administration", t.claim("L40.0", given), "CO107 45", lines=(dose(), given))
    t.add(
        "a drug of the pharmacy plan withdrawn",
        t.claim("L40.0", dose(), line("99213 120 1")),
        "CO280 17500 N426",
        "",
        lines=lines("99213 120 1"),
    )
    t.add(
        "nothing but what the patient paid",
        t.claim("L40.0", dose(), given),
        "CO197 17500",
        "CO197 45",
        refs=("AMT*F5*40", "REF*F8*ICN-DRG10"),
    )
    return t  # fmt: skip


def records() -> Theme:
    t = Theme("REC", day.COMMERCIAL)
    wart = "17110 200 1"

    def simple(**more: object) -> Claim:
        return t.claim("B07.8", wart, **more)

    def refs(about: str, denied: str, *more: str) -> None:
        old = simple()
        before = [each for each in more if each.startswith("PWK")]  # the guide's order
        t.add(about, old, denied, refs=(*before, f8(old), *(each for each in more if each not in before)))

    refs("a referral", "CO288 200", "REF*9F*TESTREF01")
    old = t.claim("D22.5", "88305 150 1")
    t.add("a CLIA number", old, "CO16 150 MA120", refs=(f8(old), day.CLIA))
    refs("a note", "CO252 200 N706", "NTE*ADD*SEEN TWICE, GROWING AND BLEEDING")
    refs("records announced", "CO252 200 N706", "PWK*OZ*EL***AC*TESTATTACH3")
    old = simple()
    t.add("the member number", old, "CO31 200", subscriber=replace(old.subscriber, member="TEST0099"))
    old = simple()
    t.add("the name", old, "CO140 200", subscriber=replace(old.subscriber, first="CORRECTED"))
    child: dict[str, Any] = {"subscriber": day.DORIAN, "patient": day.ELSIE, "relation": "19"}
    t.add("a child's birth date", simple(**child), "CO16 200 MA61", patient=replace(day.ELSIE, birth="20160508"))
    old = simple(subscriber=replace(day.DORIAN, first="ELSIE"))
    t.add("a child and not the subscriber", old, "CO31 200", **child)
    t.add("another rendering provider", simple(), "CO185 200", rendering=day.SURGEON)
    t.add("a referring provider", simple(), "CO16 200 N286", providers=(day.REFERRING.name("DN"),))
    t.add("where it was done", simple(place="22"), "CO16 200 MA114", providers=day.AT_HOSPITAL)
    t.add("another payer", simple(), "CO109 200", payer=day.BLUE)
    whole = replace(day.SECOND_PAYER, number="REC13", day=SERVED, payer=day.COMMERCIAL)
    bare = replace(whole, other_payer=(), lines=tuple(replace(each, after=()) for each in whole.lines))
    t.add("what Medicare paid", bare, *(f"CO22 {each.charge}" for each in bare.lines),
          other_payer=whole.other_payer, lines=whole.lines)  # fmt: skip
    next(t.numbers)
    return t


def grouping() -> Theme:
    t = Theme("GRP", day.COMMERCIAL)
    known = tuple(Line(code, charge, "1", control=f"SVC{place}") for place, (code, charge) in
                  enumerate((("11102", "210"), ("17000", "100"), ("11200", "140"))))  # fmt: skip
    t.add("lines in another order", t.claim("D49.2", *known), "CO252 210", "", "", lines=known[::-1])
    t.add("a line put before the others", t.claim("D49.2", *known[:2]), "CO107 210", "", lines=(known[2], *known[:2]))
    t.add("lines numbered anew", t.claim("D49.2", "11102 210 1", "17000 100 1"), "CO252 210", "",
          lines=lines("99213:25 120 1", "11102 210 1", "17000 100 1"))  # fmt: skip
    old = t.claim("D49.2 L57.0", "11102 210 1", "17000 100 2")
    one = replace(old, lines=old.lines[:1], diagnoses="D49.2", frequency="7", refs=(f8(old),))
    other = replace(old, number=f"{old.number}B", lines=(replace(old.lines[1], points="1"),), diagnoses="L57.0")
    t.regroup("one claim made two", (old,), (one, other), "CO252 210", "")
    two = t.claim("L57.0", "17000 100 1"), t.claim("L57.0", "17003 70 1 9")
    two = two[0], replace(two[1], subscriber=two[0].subscriber)
    both = replace(two[0], lines=(*two[0].lines, *two[1].lines), frequency="7", refs=(f8(two[0]),))
    t.regroup("two claims made one", two, (both,), "CO252 100")
    old = t.claim("L57.0", "17000 100 1")
    t.add("another number of ours, the payer's in REF*F8", old, "CO252 100", number="NEW08", place="22")
    old = t.claim("L57.0", "17000 100 1")
    t.add("our number with something behind it", old, number=f"{old.number}-R", frequency="1", refs=(), place="22")
    t.add("another number of ours and nothing of the payer's", t.claim("L57.0", "17000 100 1"), number="NEW10",
          frequency="1", refs=(), place="22")  # fmt: skip
    return t


def sending() -> Theme:
    t = Theme("SND", day.COMMERCIAL)

    def simple(**more: object) -> Claim:
        return t.claim("L57.0", "17000 100 1", "17003 70 1 9", **more)

    t.add("a void as it was", simple(), "CO18 100", "CO18 70", frequency="8")
    t.add("a void with a changed line", simple(), "CO18 100", "CO18 70", frequency="8",
          lines=lines("17000 100 1", "17003 70 1 8"))  # fmt: skip
    t.add("sent again as it was", simple(), "CO252 100", "", frequency="1", refs=())
    t.add("a replacement that changes nothing", simple(), "CO252 100", "")
    t.add("the number of another claim", simple(), "CO252 100", "", refs=("REF*F8*ICN-OTHER",), place="22")
    t.add("no number", simple(), "CO252 100", "", refs=(), place="22")
    t.add("too late", simple(payer=day.MEDICARE, day="20250110", subscriber=day.BRUNO), "CO252 100", "",
          refs=("PWK*OZ*EL***AC*TESTATTACH4", "REF*F8*ICN-SND07"))  # fmt: skip
    t.add("replaces what was never decided", simple(payer=day.MEDICARE, subscriber=day.JONAS), "CO16 100 M76",
          "CO16 70 M76", remarks="MA130", diagnoses="L57.8")  # fmt: skip
    old = simple()
    twice = [replace(old, number=f"{old.number}{end}", frequency="7", refs=(f8(old),), place="22") for end in "AB"]
    t.regroup("two replacements of one claim", (old,), tuple(twice), "CO252 100", "")
    old = simple()
    later = (old.lines[0], replace(old.lines[1], day="20260220"))
    t.add("a line on a later day", old, "", "CO151 70 N362", lines=later)
    return t


def foreign() -> Theme:
    """The corrected batch is written with other delimiters."""
    t = Theme("FOR", day.BLUE)
    t.add("nothing but the writing and how it is sent", t.claim("L57.0", "17000 100 1"), "CO252 100")
    t.add("a pointer, in other writing", t.claim("L21.9 L57.0", "17000 100 1"), "CO11 100", lines=lines("17000 100 2"))
    return t


THEMES = {
    "codes": codes,
    "drugs": drugs,
    "records": records,
    "grouping": grouping,
    "sending": sending,
    "foreign": foreign,
}
ABOUT = {
    "codes": "modifiers, procedure codes, units, diagnoses, charges, places and days",
    "drugs": "approvals, NDC, units and benefit of biologics",
    "records": "referral, notes, attachments, patient, dependents, providers, payers",
    "grouping": "lines in another order or numbered anew, claims split, merged and renamed",
    "sending": "voids, wrong or missing numbers of the original, what came unchanged, late or twice",
    "foreign": "the same in other delimiters",
}
