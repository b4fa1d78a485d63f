"""What the rules of drugs and of administration ask of a drug line: its product, its injection, its approval."""

from collections.abc import Iterable

from curette.claims.days import Day, DayLine
from curette.claims.model import Claim, ServiceLine
from curette.codes.drugs import Drug
from curette.rules._context import Context

UNLISTED = frozenset({"J3490", "J3590", "C9399"})  # for every drug without a code of its own
INJECTIONS = frozenset({"96372", "96401"})
INFUSIONS = frozenset(
    {"96365", "96366", "96367", "96368", "96374", "96375", "96376", "96409", "96411", "96413", "96415", "96417"}
)
FACILITY = frozenset({"19", "21", "22", "23", "24"})  # places of service whose owner bills the drugs
_SKIN = ("L20", "L40", "L732", "L501", "L281")  # what the biologics of dermatology are given for
_LEVEL_TWO = frozenset("JQCSA")  # HCPCS letters under which a drug may stand


def products(line: DayLine, ctx: Context) -> tuple[Drug, ...]:
    """The drugs that a line may be, as of its day; of an unlisted drug those that its text names."""
    if line.code in UNLISTED:
        named = told(line.line).casefold()
        rows = (row for code in sorted(UNLISTED) for row in ctx.facts.drugs.rows(code) if row.expected)
        return tuple(row for row in rows if any(word in named for word in _words(row)))
    own = ctx.facts.drugs.rows(line.code)
    return tuple(row for row in own if row.last_day is None or line.day <= row.last_day)


def _words(row: Drug) -> list[str]:
    """The generic name without its suffix, and the brand."""
    return [word for word in (stem(row.name), row.brand.partition(" ")[0].casefold()) if word]


def stem(name: str) -> str:
    """A generic name without the suffix of a biosimilar or biologic, small: "ustekinumab" of "ustekinumab-auub"."""
    return name.casefold().partition("-")[0]


def told(line: ServiceLine) -> str:
    """SV101-7 and the notes of the line, where an unlisted drug has its name."""
    return " ".join((line.description, *(text for _, text in line.notes))).strip()


def naming(claim: Claim, line: ServiceLine) -> str:
    """What `products` reads besides the code."""
    return told(line) if line.procedure in UNLISTED else ""


def is_biologic(product: Drug) -> bool:
    """Whether it is one of the biologics of dermatology."""
    return not {"SC", "IV"}.isdisjoint(product.route) and any(code.startswith(_SKIN) for code in product.expected)


def drugs(day: Day, ctx: Context) -> list[DayLine]:
    """The drug lines of a day, also those of codes that the map lacks: Level II codes under letters that hold drugs."""
    standing = (*day.lines, *day.apart)
    return [line for line in standing if line.code[:1] in _LEVEL_TWO or ctx.facts.drugs.holds(line.code)]


def pointed(line: DayLine, beginnings: Iterable[str]) -> list[str]:
    """The diagnoses that a line points at and that begin so."""
    wanted = tuple(beginnings)
    return [code for code in line.diagnoses if code.startswith(wanted)]


def noted(claim: Claim, line: ServiceLine) -> bool:
    """Whether a note (NTE) stands on the line or its claim: it may say where the drug came from."""
    return bool(line.notes or claim.notes)


def elsewhere(line: DayLine, ctx: Context) -> bool:
    """Whether the drug that a line goes with may be billed by another, or its absence be explained."""
    return noted(line.claim, line.line) or supplied(ctx) or line.place in FACILITY


def supplied(ctx: Context) -> bool:
    """Whether the practice tells that a pharmacy or the patient brought the drug."""
    return ctx.notes is not None and ctx.notes.drug_source in ("specialty_pharmacy", "patient")


def approval(line: DayLine) -> str:
    """The approval number (REF*G1) that holds for a line: its own, else the claim's."""
    return approved(line.claim, line.line)


def approved(claim: Claim, line: ServiceLine) -> str:
    """The same of a service line, for what a rule sees."""
    return line.reference("G1") or claim.prior_authorization
