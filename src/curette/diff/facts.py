"""A claim as facts that can be compared: every element once, in a form that does not depend on how it was written.

Amounts are whole cents, numbers without idle zeros, dates ISO, pointers the codes they lead to; delimiters, segment
order, HL and LX numbers and empty elements are gone. A fact that is absent has no value at all.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import lru_cache

from curette._records import record
from curette.claims.model import Claim, Drug, Form, LineAdjudication, OtherSubscriber, ServiceLine
from curette.dates import period
from curette.diff import words
from curette.diff.same import (
    GATHERED,
    QUALIFIERS,
    Words,
    diagnosis,
    differing,
    same,
    same_level,
    same_loops,
    same_others,
)
from curette.diff.words import LISTS, NOBODY, OTHER_PAYER, Who, Word
from curette.money import cents, count, decimal
from curette.x12.cas import Segment, adjustments
from curette.x12.delimiters import Delimiters
from curette.x12.loop import Loop, Party, element

_NUMBER = re.compile(r"(-?)([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_NO_FACT = {"HL": (1, 2, 3, 4), "LX": (1,), "NM1": (1,)}  # numbering, and the role that a party is matched by
_TELLING = {"REF": (4,), "PWK": (1, 6), "CRC": (2,), "PER": (2,)}  # that tell repeated segments apart
_MODIFIERS = {"SV1": (1, "modifiers"), "SVD": (3, "other payer modifiers")}  # components 3 to 6 of this element
_SECRET_IDS = ("34", "MI", "II")  # NM108: social security and member numbers
_PERSON = "1"  # NM102
_NUMBER_OF_REF = 2  # which is another payer's where REF04 names one
_NO_PAYER = ""
_LEVELS = (("subscriber", NOBODY), ("patient", words.PATIENT), ("billing", words.BILLING))


@record
class Fact:
    """One thing that a claim says. `value` has one text, or the texts of a list in order."""

    field: str
    value: tuple[str, ...]
    private: bool = False
    minor: bool = False
    amount: int | None = None  # in cents


@record
class Entry:
    """The facts of a segment, by place in it. `keys` tell which segments of two loops belong together, strict first."""

    segment: str
    keys: tuple[Hashable, ...]
    facts: dict[Hashable, Fact]


@record
class Node:
    """A loop: the facts of its segments, and the loops below. `payer` is the other payer it is about."""

    keys: tuple[Hashable, ...]
    entries: Sequence[Entry]
    children: Sequence["Node"]
    payer: str = _NO_PAYER


def node(claim: Claim) -> Node:
    """Everything of a claim but its lines: the claim, its parties, who it is for, who bills it."""
    return _Facts(claim).claim([*claim.segments, *_kind(claim)], _LEVELS, claim.parties, claim.others)


def line(claim: Claim, line: ServiceLine) -> Node:
    """A service line of a claim."""
    return _Facts(claim).line(line, line.segments)


@record
class Difference:
    """What may differ between two claims or lines: segments that belong together, old and new, and what is left."""

    pairs: Sequence[tuple[Words, Words]]
    nodes: tuple[Node, Node] | None


def claims(old: Claim, new: Claim) -> Difference:
    """Two claims but for their lines, without what they say in the same words."""
    if old.transaction.delimiters != new.transaction.delimiters:
        return Difference((), (node(old), node(new)))
    found = differing(old.segments, new.segments)
    if old.submission.value("BHT", 6) != new.submission.value("BHT", 6):
        found.olds.extend(_kind(old))
        found.news.extend(_kind(new))
    levels = [each for each in _LEVELS if not same_level(getattr(old, each[0]), getattr(new, each[0]))]
    parties, others = same(old.parties, new.parties), same_others(old.others, new.others)
    if parties and others and not levels and not found.olds and not found.news:
        return Difference(found.pairs, None)
    nodes = (
        _Facts(old).claim(found.olds, levels, () if parties else old.parties, () if others else old.others),
        _Facts(new).claim(found.news, levels, () if parties else new.parties, () if others else new.others),
    )
    return Difference(found.pairs, nodes)


def lines(old: Claim, before: ServiceLine, new: Claim, after: ServiceLine) -> Difference:
    """Two lines that belong together, without what they say in the same words."""
    if old.transaction.delimiters != new.transaction.delimiters or old.diagnoses != new.diagnoses:
        return Difference((), (line(old, before), line(new, after)))
    found = differing(before.segments[1:], after.segments[1:])
    for pair in found.pairs:
        if any(segment[0] == "SV1" and element(segment, 7) for segment in pair if segment):
            found.pairs.remove(pair)
            found.olds.extend(tuple(s) for s in before.segments if s[0] == "SV1")
            found.news.extend(tuple(s) for s in after.segments if s[0] == "SV1")
            break
    loops = (same_loops(before, after), before.segments[0][2:] == after.segments[0][2:])
    if all(loops) and not found.olds and not found.news:
        return Difference(found.pairs, None)
    one, other = [before.segments[0], *found.olds], [after.segments[0], *found.news]
    return Difference(found.pairs, (_Facts(old).line(before, one), _Facts(new).line(after, other)))


class _Facts:
    """Reads the loops of one claim."""

    def __init__(self, source: Claim) -> None:
        self.source = source
        self.delimiters = source.transaction.delimiters

    # -- loops

    def claim(
        self,
        segments: Sequence[Segment],
        levels: Iterable[tuple[str, Who]],
        parties: Sequence[Party],
        others: Sequence[OtherSubscriber],
    ) -> Node:
        children = [
            *self._parties(parties),
            *(
                self._node(each, owner, ("level", owner.name), parties=each.parties)
                for name, owner in levels
                if (each := getattr(self.source, name))
            ),
            *map(self._other, others),
        ]
        return Node(("claim",), self._entries(segments, NOBODY), children)

    def line(self, line: ServiceLine, segments: Sequence[Segment]) -> Node:
        day = (line.service.start, line.service.end) if line.service else None
        children = [
            *map(self._drug, line.drugs),
            *self._parties(line.parties),
            *map(self._adjudication, line.adjudications),
            *map(self._form, line.forms),
        ]
        entries = self._entries(segments, NOBODY)
        keys = (
            _content(entries, children),
            ("6R", line.control_number) if line.control_number else None,
            ("code and date", line.procedure, day),
            ("code", line.procedure),
            ("date and charge", day, line.charge),
            ("date", day),
        )
        return Node(keys, entries, children)

    def _parties(self, parties: Iterable[Party], payer: str = _NO_PAYER) -> list[Node]:
        return [
            self._node(p, words.who(p.loop, p.role), ("party", p.loop, p.role), payer=payer, telling=p.id)
            for p in parties
        ]

    def _other(self, other: OtherSubscriber) -> Node:
        payer, order = other.payer_id, other.sequence
        return self._node(other, OTHER_PAYER, "other", parties=other.parties, payer=payer, telling=payer, also=order)

    def _drug(self, drug: Drug) -> Node:
        return self._node(drug, NOBODY, "drug", telling=drug.ndc)

    def _form(self, form: Form) -> Node:
        return self._node(form, NOBODY, "form", telling=form.value("LQ", 2))

    def _adjudication(self, found: LineAdjudication) -> Node:
        payer = found.payer_id
        exact = (payer, found.procedure, found.modifiers)
        return self._node(found, OTHER_PAYER, "adjudication", payer=payer, telling=exact, also=payer)

    def _node(
        self,
        loop: Loop,
        owner: Who,
        sort: Hashable,
        *,
        parties: Iterable[Party] = (),
        payer: str = _NO_PAYER,
        telling: Hashable = None,
        also: Hashable = None,
    ) -> Node:
        """A loop; it belongs to one of its sort and content, else to one with the same `telling`, else with `also`."""
        entries = self._entries(loop.segments, owner)
        children = self._parties(parties, payer)
        loose = (sort, "also", also) if also is not None else (sort,)
        return Node(((sort, _content(entries, children)), (sort, telling), loose), entries, children, payer)

    # -- segments

    def _entries(self, segments: Iterable[Segment], owner: Who) -> list[Entry]:
        found: list[Entry] = []
        gathered: dict[str, list[Segment]] = {}
        for segment in segments:
            if segment[0] in GATHERED:
                gathered.setdefault(segment[0], []).append(segment)
                continue
            each = recurring_entry(tuple(segment), owner, self.delimiters)
            if segment[0] == "SV1":
                each = self._with_pointers(each, segment)
            if each.facts:
                found.append(each)
        found += self._code_lists(gathered.get("HI", []))
        found += _adjustments(gathered.get("CAS", []), owner)
        found += self._texts(gathered.get("K3", []))
        return found

    def _with_pointers(self, entry: Entry, segment: Segment) -> Entry:
        """SV107 counts for the diagnoses that it leads to."""
        pointers = filter(None, element(segment, 7).split(self.delimiters.component))
        value = tuple(diagnosis(self.source, pointer) for pointer in pointers)
        facts = {place: fact for place, fact in entry.facts.items() if not isinstance(place, tuple) or place[0] != 7}
        if value:
            facts[7, 1] = Fact("diagnosis pointers", value)
        content = tuple((place, fact.value) for place, fact in facts.items())
        return Entry(entry.segment, (("SV1", content), *entry.keys[1:]), facts)

    def _code_lists(self, segments: Iterable[Segment]) -> Iterator[Entry]:
        """HI: codes of one sort are a list, however they are spread over segments."""
        lists: dict[tuple[str, str, str], list[str]] = {}
        for segment in segments:
            for text in segment[1:]:
                if not (parts := _trimmed(text.split(self.delimiters.component))):
                    continue
                sort = LISTS.get(parts[0], ("other codes", "", ""))
                items = lists.setdefault(sort, [])
                expected = sort[2 if items else 1]
                items.append(parts[1] if len(parts) == 2 and parts[0] == expected else ":".join(parts))
        for sort, items in lists.items():
            private = not sort[1]
            yield _single("HI", sort[0], Fact(sort[0], tuple(items), private))

    def _texts(self, segments: Sequence[Segment]) -> Iterator[Entry]:
        if segments:
            texts = tuple(" / ".join(segment[1:]) for segment in segments)
            yield _single("K3", "", Fact("fixed format text", texts, private=True))


def _kind(source: Claim) -> list[tuple[str, ...]]:
    """BHT06, which stands above many claims and speaks of each."""
    value = source.submission.value("BHT", 6)
    return [("BHT", "", "", "", "", "", value)] if value else []


def _content(entries: Sequence[Entry], children: Sequence[Node]) -> Hashable:
    """All that a loop says, for telling equal loops."""
    return tuple(e.keys[0] for e in entries), tuple(c.keys[0] for c in children)


def but_number(line: Node) -> Hashable:
    """All that a line says but for its control number (REF*6R)."""
    return _content([e for e in line.entries if e.keys[-1] != ("REF", "6R")], line.children)


def _single(segment: str, name: str, fact: Fact) -> Entry:
    return Entry(segment, ((segment, name, fact.value), (segment, name)), {name: fact})


def _adjustments(segments: Sequence[Segment], owner: Who) -> Iterator[Entry]:
    """CAS: one entry a reason, however they are spread over segments."""
    for found in adjustments(segments):
        reason = f"{found.group}-{found.carc}"
        times = "" if found.quantity is None else f" x{count(found.quantity)}"
        value = (f"{reason} {decimal(found.amount)}{times}",)
        yield _single("CAS", reason, Fact(f"{owner.name} adjustments".strip(), value, amount=found.amount))


def entry(segment: Words, owner: Who, delimiters: Delimiters) -> Entry:
    """The facts of a segment."""
    identifier = segment[0]
    first = 1 + QUALIFIERS.get(identifier, 0)
    loose = segment[:first]
    facts: dict[Hashable, Fact] = {}
    if identifier == "DTP" and len(segment) > 3:
        facts[3, 1] = _date(segment, owner)
        first = 4
    for number in range(first, len(segment)):
        if segment[number] and number not in _NO_FACT.get(identifier, ()):
            facts |= _element(segment, number, owner, delimiters)
    if not facts and identifier not in ("HL", "LX"):
        facts[0] = Fact(f"{owner.name} {identifier}".strip(), ("present",), minor=True)
    telling = (*loose, *[element(segment, n) for n in _TELLING.get(identifier, ())])
    content = (*loose, *[(place, fact.value) for place, fact in facts.items()])
    return Entry(identifier, (content, telling, loose), facts)


recurring_entry = lru_cache(maxsize=1 << 11)(entry)
"""The same, kept: what is said of providers and payers recurs in every claim of a file."""


def _date(segment: Segment, owner: Who) -> Fact:
    """DTP: a day is a day, whether written as D8 or as a range of one."""
    word = words.item("DTP", segment[1])
    form, text = segment[2], segment[3]
    try:
        days = period("D8", text[:8]) if form == "DT" else period(form, text)
    except ValueError:
        value = f"{form} {text}"
    else:
        value = days.start.isoformat() + (f" to {days.end.isoformat()}" if days.end != days.start else "")
        value += f" {text[8:]}" if form == "DT" else ""
    return Fact(f"{owner.name} {word.name}".strip(), (value,), word.private)


def _element(segment: Segment, number: int, owner: Who, delimiters: Delimiters) -> dict[Hashable, Fact]:
    """The facts of one element, by (element, component) and, where it is repeated, the repetition."""
    text, identifier = segment[number], segment[0]
    repeats = text.split(delimiters.repetition) if delimiters.repetition else [text]
    listed = _MODIFIERS.get(identifier, (0, ""))
    secret = identifier == "NM1" and (
        (number == 9 and element(segment, 8) in _SECRET_IDS)
        or (number > 2 and number != 8 and element(segment, 1) == "PR" and element(segment, 2) == _PERSON)
    )
    theirs = identifier == "REF" and number == _NUMBER_OF_REF and owner is NOBODY and element(segment, 4)
    of = OTHER_PAYER if theirs else owner
    if number != listed[0] and len(repeats) == 1 and delimiters.component not in text:  # what is usual
        return {(number, 1): _fact(words.word(identifier, element(segment, 1), number, 1, of), text, secret)}
    facts: dict[Hashable, Fact] = {}
    for repeat, each in enumerate(repeats):
        more = (repeat,) if repeat else ()
        components = each.split(delimiters.component)
        if number == listed[0] and (modifiers := tuple(filter(None, components[2:6]))):
            facts[number, 3, *more] = Fact(listed[1], modifiers)
        for component, value in enumerate(components, 1):
            if value and not (number == listed[0] and 3 <= component <= 6):
                word = words.word(identifier, element(segment, 1), number, component, of)
                facts[number, component, *more] = _fact(word, value, secret)
    return facts


def _fact(word: Word, text: str, secret: bool) -> Fact:
    amount = None
    if word.money:
        try:
            amount = cents(text)
            text = decimal(amount)
        except ValueError:
            text = _number(text)
    elif word.number:
        text = _number(text)
    return Fact(word.name, (text,), word.private or secret, word.minor, amount)


def _number(text: str) -> str:
    """A decimal number without zeros that say nothing; other text as it is."""
    match = _NUMBER.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return text
    whole, part = match[2].lstrip("0"), (match[3] or "").rstrip("0")
    plain = (whole or "0") + (f".{part}" if part else "")
    return plain if plain == "0" else match[1] + plain


def _trimmed(parts: list[str]) -> list[str]:
    while parts and not parts[-1]:
        parts.pop()
    return parts
