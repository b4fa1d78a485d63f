"""How a rule is declared: a function under `@rule`, which records it and gives it back unchanged.

    @rule(
        "DERM-D01", "destruction.17003-alone", on=("17003",), rank=SPECIAL,
        message="17003 counts lesions 2 to 14 and needs 17000 on the same day", sources=("cms-aoc",),
    )
    def seventeen_003_alone(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
        \"\"\"17003 without 17000.

        Why: ...
        Fix: ...
        \"\"\"

`on` names the words that wake the rule, of which the line must have one: a procedure code, a family of
maps/procedures.xml or a modifier; "drug" (a HCPCS drug code), "ended" (a code that the map says ended or never was),
"addon" (a code of CMS's list), "package" (with follow-up days), "mai1" to "mai3" (the units of its
code on that day pass such a limit); "*" is every line. `beside` names words of which another line of the day must have
one, or be to this one: "same" (the same code), "never" and "closed" (this line is column 2 of an NCCI pair with it that
never opens, or that no modifier opens). `asks` must hold of the payer. A rule that looks at nothing but code,
modifiers, units, place and diagnoses of its line (and its notes) and at the payer says `looks="line"`; one that looks
at code, modifiers, units and place of every line of its day (and at what ordinary claims have in common, see `_alike`)
says `looks="day"`, one that looks at the diagnoses too of those that wake it `looks="claim"`, and where these look at
more of claim and line, `sees` gives that of both: about what is alike each is asked once. All may hold the day itself
against tables and the first of a month, and nothing else, nor tell it. Of one that looks farther than its line, `may`
(of line and context) tells by the line alone whether it has anything to say. A rule with `level="claim"` is called once
a claim, `(claim, day, ctx)`, with the first day of its lines. Of earlier claims those lines are kept whose codes some
rule `recalls`, by the words of `on` that tell of a code.

Rules outside curette (`_plugins`) are declared in the same way, under ids that do not begin as curette's own do.
"""

import re
from collections.abc import Callable, Hashable, Iterator
from inspect import getdoc, isfunction, signature
from typing import Any, TypeVar

from attrs import frozen

from curette.claims.days import DayLine
from curette.findings import Confidence, Rule, Severity, declare, reserved

# One cause, one finding: of hits on the same lines the one with the lowest rank is told.
CODES, SPECIAL, OWN, GENERAL, REVIEW = range(5)
# The words that are neither code nor family nor modifier.
OF_CODE = frozenset({"*", "drug", "ended", "addon", "package", "major"})
OF_LINE = OF_CODE | {"mai1", "mai2", "mai3"}
OF_ANOTHER = OF_LINE | {"same", "never", "closed"}
WHOLE = frozenset({"notes", "auths", "history"})  # a rule that lacks one of these is told once, with how often
_SECTIONS = re.compile(r"^(Why|Fix): ", re.MULTILINE)
LINE, DAY, CLAIM = "line", "day", "claim"  # how far a rule looks; empty: anywhere
Check = Callable[..., "Iterator[Hit | Missing]"]
C = TypeVar("C", bound=Check)


@frozen
class Hit:
    """What a rule tells of a line (None: of the claim). `facts` fill the message.

    `related` are the lines that belong to the cause. The place is SV101-2 unless `element` (of SV1) says otherwise;
    of a claim it is CLM01, or the segment and element that `at` names. A line's cause may stand there too (HI).
    """

    line: DayLine | None
    facts: dict[str, Any]
    severity: Severity | None = None
    related: tuple[DayLine, ...] = ()
    element: int = 1
    component: int | None = 2
    at: tuple[str, int] | None = None


@frozen
class Missing:
    """A rule that cannot say: what it needs ("notes.lesion_id", or "notes" where there are none), of which line."""

    line: DayLine | None
    needs: str


@frozen
class Failed:
    """A rule outside curette that raised: of what kind and where, without the message."""

    reason: str


@frozen
class DermRule:
    """A declared rule with what wakes it and when it speaks."""

    rule: Rule
    check: Check
    on: frozenset[str]  # words of the line, one of which wakes it
    level: str  # "line" or "claim"
    rank: int
    by_ncci: bool  # an error for payers that follow NCCI, a warning for others
    hides: frozenset[str]  # ids of rules that say nothing where this one speaks
    beside: frozenset[str]  # words of other lines of the day, one of which must be there; empty: none
    looks: str  # LINE: at the line and the payer; DAY: at codes beside it; CLAIM: at diagnoses too; empty: anywhere
    sees: Callable[[Any, Any], Hashable] | None  # of claim and service line: all else that it looks at
    may: Callable[[Any, Any], object] | None  # of line and context: whether that line alone gives it something to say
    asks: Callable[[Any], bool] | None  # of the context: only for payers of which this holds
    needs: tuple[str, ...]  # without which it is not evaluated: "notes", "auths", "history", "auths or notes"
    recalls: frozenset[str]  # codes and families of earlier lines that it asks for
    family: str
    title: str
    why: str
    fix: str
    since: str
    origin: str = ""  # the file of a practice's own rule, or the package that brings it; empty: curette


BY_ID: dict[str, DermRule] = {}
OTHERS: dict[str, dict[str, DermRule]] = {}  # rules outside curette, by the module that declares them
RETIRED: dict[str, str] = {}  # ids that are gone, and what took their place


def rule(
    id: str,
    name: str,
    *,
    on: tuple[str, ...] = ("*",),
    message: str,
    severity: Severity = Severity.ERROR,
    by_ncci: bool = False,
    confidence: Confidence = Confidence.CERTAIN,
    level: str = "line",
    rank: int = OWN,
    hides: tuple[str, ...] = (),
    beside: tuple[str, ...] = (),
    looks: str = "",
    sees: Callable[[Any, Any], Hashable] | None = None,
    may: Callable[[Any, Any], object] | None = None,
    asks: Callable[[Any], bool] | None = None,
    needs: tuple[str, ...] = (),
    recalls: tuple[str, ...] = (),
    prevents: tuple[str, ...] = (),
    sources: tuple[str, ...] = (),
    payers: str = "",
    since: str = "",
) -> Callable[[C], C]:
    """Declare a rule; ValueError when the declaration or the docstring is not as it must be.

    Without `sources`, curette's own rules stand on "curette", others on "practice". `payers` says in words what `asks`
    asks.
    """

    def register(check: C) -> C:
        title, why, mend = _said(id, getdoc(check) or "")
        kind = Severity.ERROR if by_ncci else severity
        module = check.__module__
        ours = module.startswith("curette.")
        more = {
            "confidence": confidence, "prevents": prevents, "sources": sources or (_OWN[ours],), "payers": payers,
        }  # fmt: skip
        if ours:
            known, declared = BY_ID, declare(id, name, 6, kind, message, mend, **more)
        else:
            known, declared = OTHERS.setdefault(module, {}), _other(id, name, kind, message, mend, more)
        if id in known:
            raise ValueError(f"rule {id} is declared twice")
        _check(id, check, level, looks, needs, (on, beside, recalls, hides, prevents, sources))
        if rank not in range(REVIEW + 1) or not (asks is None or callable(asks)):
            raise ValueError(f"{id}: rank is one of CODES to REVIEW, and asks a function of the context")
        if may is not None and (looks == LINE or beside or needs):
            raise ValueError(f"{id}: may is for rules that look farther, and ask for nothing else")
        if sees is not None and looks not in (DAY, CLAIM):
            raise ValueError(f"{id}: sees is for rules that look at the lines of a day or claim")
        known[id] = DermRule(
            declared, check, frozenset(on), level, rank, by_ncci, frozenset(hides),
            frozenset(beside), looks, sees, may, asks, needs, frozenset(recalls),
            module.rpartition(".")[2], title, why, mend, since or ("0.2.0" if ours else ""),
        )  # fmt: skip
        return check

    return register


_OWN = {True: "curette", False: "practice"}


def _other(id: str, name: str, severity: Any, message: str, fix: str, more: dict[str, Any]) -> Rule:
    """A rule outside curette, which is known only where its file is asked for."""
    if reserved(id):
        raise ValueError(f"{id}: {id.partition('-')[0]}- is kept for curette's own rules; choose another beginning")
    if not isinstance(severity, Severity) or not isinstance(more["confidence"], Confidence):
        raise ValueError(f"{id}: severity is one of Severity (Severity.WARNING), confidence one of Confidence")
    return Rule(id, name, 6, severity, message, fix, **more)


def _check(id: str, check: Check, level: str, looks: str, needs: Any, lists: tuple[Any, ...]) -> None:
    """The parts of a declaration that say when a rule is called; a text where a list is wanted is one of letters."""
    on, beside, recalls, *_ = lists
    if any(isinstance(given, str) or not all(isinstance(one, str) for one in given or ()) for given in (needs, *lists)):
        raise ValueError(f'{id}: on, beside, recalls, needs, hides, prevents and sources are lists: ("17003",)')
    if level not in ("line", "claim") or not on:
        raise ValueError(f"{id}: bad level or nothing that wakes it")
    if looks not in ("", LINE, DAY, CLAIM):
        raise ValueError(f'{id}: looks is "line", "day" or "claim", or left out')
    if looks == LINE and (beside or needs or recalls or level == "claim"):
        raise ValueError(f"{id}: a rule that looks at the line alone asks for nothing else")
    if {name for need in needs for name in need.split(" or ")} - WHOLE:
        raise ValueError(f"{id}: needs may name {', '.join(sorted(WHOLE))}, or some of them with or")
    try:
        signature(check).bind(None, None, None)
        called = isfunction(check)
    except TypeError:
        called = False
    if not called:
        raise ValueError(f"{id}: a rule is a function that is called with line (or claim), day and ctx")


def _said(id: str, text: str) -> tuple[str, str, str]:
    """A docstring's first line, its Why and its Fix."""
    title, *rest = _SECTIONS.split(text)
    said = {name: " ".join(words.split()) for name, words in zip(rest[::2], rest[1::2], strict=True)}
    if "\n" in title.strip() or set(said) != {"Why", "Fix"} or not all(said.values()):
        raise ValueError(f"{id}: the docstring needs one first line, then Why: and Fix:")
    return title.strip().rstrip("."), said["Why"], said["Fix"]


def declared() -> tuple[DermRule, ...]:
    """Every rule declared so far, by id."""
    return tuple(BY_ID[id] for id in sorted(BY_ID))
