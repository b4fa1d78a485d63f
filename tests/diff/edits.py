"""Random edits of sample claims, and how a test compares what comes of them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from hypothesis import strategies as st

from curette.claims.model import Claim
from curette.diff.compare import compare
from curette.diff.match import Side
from curette.diff.model import Change, Comparison, Kind, NotCompared
from tests.builder import ABOVE, claim_file, claims_of
from tests.conftest import ROOT

SAMPLES = ("clean/clinic_day.837", "odd/everything.837", "resubmitted/biologic_corrected.837")
TEXT = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .-", max_size=9)
_MIRRORED = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")

Segments = tuple[str, ...]


def body(name: str) -> Segments:
    """The segments of a sample between ST and SE (they are in the usual delimiters)."""
    text = Path(ROOT / "edi_samples" / name).read_text("ascii").replace("\n", "")
    segments = text.split("~")
    return tuple(segments[3 : segments.index(next(s for s in segments if s.startswith("SE*")))])


BODIES = {name: body(name) for name in SAMPLES}


def read(segments: Sequence[str]) -> Side:
    """The claims of a transaction; what cannot be read makes the side damaged."""
    found = claims_of(claim_file(*segments))
    return Side(found.claims, found.unread, damaged=not found.claims)


def results(
    old: Sequence[str], new: Sequence[str], numbers: Mapping[str, Sequence[str]] | None = None
) -> list[Comparison | NotCompared]:
    """What a comparison of two transactions gives."""
    return list(compare(read(old), read(new), numbers))


def changes(old: Sequence[str], new: Sequence[str], numbers: Mapping[str, Sequence[str]] | None = None) -> list[Change]:
    """The changes alone; everything must be compared."""
    found = results(old, new, numbers)
    assert not [each for each in found if isinstance(each, NotCompared)]
    return [change for each in found if isinstance(each, Comparison) for change in each.changes]


def told(found: Sequence[Comparison | NotCompared], *, mirrored: bool = False) -> Counter[tuple[object, ...]]:
    """All that a comparison tells, or its mirror image, without regard to order."""
    rows: Counter[tuple[object, ...]] = Counter()
    for each in found:
        if isinstance(each, NotCompared):
            sides = (each.new, each.old) if mirrored else (each.old, each.new)
            rows["not compared", each.claim, *sides, each.named] += 1
            continue
        pair: tuple[Claim | None, Claim | None] = (each.match.old, each.match.new)
        names = [claim.control_number if claim else None for claim in (pair[::-1] if mirrored else pair)]
        # which of two claims with one number names the payer's is not the same from either side
        by = each.match.matched_by if names[0] != names[1] else None
        rows["claim", *names, by, each.match.confidence] += 1
        rows.update(_row(change, mirrored) for change in each.changes)
    return rows


def _row(change: Change, mirrored: bool) -> tuple[object, ...]:
    c, money = change, change.money
    sides = (c.old_claim, c.new_claim, c.old, c.new, c.old_line, c.new_line)
    kind = c.kind
    if mirrored:
        sides = (c.new_claim, c.old_claim, c.new, c.old, c.new_line, c.old_line)
        kind = _MIRRORED.get(kind, kind)
        money = None if money is None else -money
    return (kind, c.field, c.segment, c.private, money, *sides)


# -- edits


def same_number(old: str, new: str) -> bool:
    """Whether two texts are one number."""
    if not _NUMBER.fullmatch(old) or not _NUMBER.fullmatch(new):
        return False
    return _normal(old) == _normal(new)


def _normal(text: str) -> tuple[str, str, bool]:
    whole, _, part = text.lstrip("-").partition(".")
    digits = whole.lstrip("0"), part.rstrip("0")
    return (*digits, text.startswith("-") and digits != ("", ""))


def inside(segments: Segments) -> list[int]:
    """The places of segments that belong to a claim or the levels above it."""
    first = next(i for i, s in enumerate(segments) if s.startswith("HL*"))
    return [i for i in range(first, len(segments)) if not segments[i].startswith(("HL*", "LX*"))]


@st.composite
def element_edit(draw: st.DrawFn) -> tuple[Segments, Segments]:
    """A sample and the same with one element, or component of one, that means something else."""
    old = BODIES[draw(st.sampled_from(SAMPLES))]
    place = draw(st.sampled_from(inside(old)))
    elements = old[place].split("*")
    number = draw(st.integers(1, len(elements)))
    elements += [""] * (number + 1 - len(elements))
    parts = elements[number].split(":")
    part = draw(st.integers(0, len(parts) - 1))
    text = draw(TEXT.filter(lambda t: t != parts[part] and not same_number(parts[part], t)))
    parts[part] = text
    elements[number] = ":".join(parts)
    return old, (*old[:place], "*".join(elements), *old[place + 1 :])


@st.composite
def edited(draw: st.DrawFn) -> Segments:
    """A sample after a few edits of elements, segments and whole claims."""
    segments = BODIES[draw(st.sampled_from(SAMPLES))]
    for _ in range(draw(st.integers(0, 4))):
        segments = draw(st.sampled_from(EDITS))(draw, segments)
    return segments


def _element(draw: st.DrawFn, segments: Segments) -> Segments:
    place = draw(st.sampled_from(inside(segments)))
    elements = segments[place].split("*")
    elements[draw(st.integers(1, len(elements) - 1))] = draw(TEXT)
    return (*segments[:place], "*".join(elements), *segments[place + 1 :])


def _drop(draw: st.DrawFn, segments: Segments) -> Segments:
    place = draw(st.sampled_from(inside(segments)))
    return (*segments[:place], *segments[place + 1 :])


def _repeat(draw: st.DrawFn, segments: Segments) -> Segments:
    place = draw(st.sampled_from(inside(segments)))
    return (*segments[: place + 1], segments[place], *segments[place + 1 :])


def _insert(draw: st.DrawFn, segments: Segments) -> Segments:
    at = [i for i, s in enumerate(segments) if s.startswith("CLM*")]
    if not at:
        return segments
    place = draw(st.sampled_from(at)) + 1
    more = ("REF*F8*ICN1", "REF*F8*ICN2", "REF*G1*AUTH1", "NTE*ADD*MADE UP", "K3*MADE UP", "AMT*F5*12.5", "PWK*OZ*BM")
    return (*segments[:place], draw(st.sampled_from(more)), *segments[place:])


def _claims(segments: Segments) -> list[tuple[int, int]]:
    starts = [i for i, s in enumerate(segments) if s.startswith(("CLM*", "HL*"))] + [len(segments)]
    return [(i, starts[n + 1]) for n, i in enumerate(starts[:-1]) if segments[i].startswith("CLM*")]


def _copy_claim(draw: st.DrawFn, segments: Segments) -> Segments:
    if not (claims := _claims(segments)):
        return segments
    start, stop = draw(st.sampled_from(claims))
    return (*segments[:stop], *segments[start:stop], *segments[stop:])


def _drop_claim(draw: st.DrawFn, segments: Segments) -> Segments:
    claims = _claims(segments)
    if len(claims) < 2:
        return segments
    start, stop = draw(st.sampled_from(claims))
    return (*segments[:start], *segments[stop:])


def _frequency(draw: st.DrawFn, segments: Segments) -> Segments:
    """A claim is sent anew, replaced or voided, perhaps beside what it was."""
    if not (claims := _claims(segments)):
        return segments
    start, stop = draw(st.sampled_from(claims))
    head = re.sub(r":B:\d\*", f":B:{draw(st.sampled_from('178'))}*", segments[start])
    kept = segments[:stop] if draw(st.booleans()) else segments[:start]
    return (*kept, head, *segments[start + 1 : stop], *segments[stop:])


EDITS = (_element, _drop, _repeat, _insert, _copy_claim, _drop_claim, _frequency)
CODES = ("99213:25", "11102", "11102:59", "11103", "17000", "J3245:JZ")
MORE = ("REF*6R*C{0}", "REF*9F*R1", "NTE*ADD*MADE UP", "LIN**N4*00024591401", "NM1*82*1*EXAMPLE*DANA****XX*1234567893")


@st.composite
def lines_edited(draw: st.DrawFn) -> Segments:
    """A claim of a few lines that differ in little."""
    body: list[str] = []
    count = draw(st.integers(1, 5))
    for number in range(1, count + 1):
        code, charge, units = draw(st.sampled_from(CODES)), draw(st.sampled_from("12")), draw(st.sampled_from("12"))
        body += [f"LX*{number}", f"SV1*HC:{code}*{charge}00*UN*{units}***{draw(st.sampled_from(('1', '2', '1:2')))}"]
        body.append(f"DTP*472*D8*2026010{draw(st.sampled_from('45'))}")
        more = draw(st.lists(st.sampled_from(MORE), max_size=2, unique=True))
        body += [each.format(draw(st.integers(1, 4))) for each in sorted(more, key=MORE.index)]
    return (*ABOVE, f"CLM*A1*{count}00***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485", *body)
