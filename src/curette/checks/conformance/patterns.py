"""One expression for a segment of the guide: it accepts no segment in which pyx12 finds a fault, and nearly all others.

What it refuses is not wrong by that; it is looked at again by the walk, which has the words. So where a form is rare
(a year of five digits, a number with a dot at its end) the expression is kept simple and strict.
"""

import re
from collections.abc import Callable, Sequence

from curette.checks.conformance.shape import Composite, Element, Segment
from curette.x12.delimiters import Delimiters

_DAYS = "(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8])"
_LEAP = "(?:1[89]|2[0-9])(?:0[48]|[2468][048]|[13579][26])|2000|2400"
_DATE = f"(?:(?:1[89]|2[0-9])[0-9]{{2}}(?:{_DAYS})|(?:{_LEAP})0229)"
_TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{2})?)?"
OURS = {"ST": 3, "SE": 2}  # how many of their elements the envelope reader judges
_PERIODS = {"D8": _DATE, "RD8": f"{_DATE}-{_DATE}"}  # by qualifier
_PRODUCT_ID, _QUALIFIER, _PERIOD = "234", "1250", "1251"  # data elements
_WAYS = 1000  # that are remembered of each segment
_NUMBER_SOUND = re.compile(r"\[0-9\]\{\d+\}")  # an expression of the map that no separator can slip through


def matcher(segment: Segment, delimiters: Delimiters) -> Callable[[str], object]:
    """What says of a text whether it is this segment without a fault (anything true) or may have one."""
    text = _Expression(delimiters).of(segment)
    if text is None:
        return _never
    accepts = re.compile(text, re.DOTALL).fullmatch
    relations = [r for r in segment.relations if _live(segment, *r)]
    if not relations:
        return accepts
    separator = delimiters.element
    known: dict[tuple[bool, ...], bool] = {}  # by which elements are there: few ways are used

    def related(text: str) -> bool:
        if accepts(text) is None:
            return False
        filled = tuple(map(bool, text.split(separator)))
        found = known.get(filled)
        if found is None:
            found = all(_holds(sort, numbers, filled) for sort, numbers in relations)
            if len(known) < _WAYS:
                known[filled] = found
        return found

    return related


def _never(text: str) -> None:
    return None


class _Expression:
    """The expressions of one set of delimiters."""

    def __init__(self, delimiters: Delimiters) -> None:
        self.element, self.component = re.escape(delimiters.element), re.escape(delimiters.component)
        inner = (delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment)
        self.any = f"[^{''.join(map(re.escape, filter(None, inner)))}]"
        self.taken = frozenset("".join(inner))

    def of(self, segment: Segment) -> str | None:
        """The expression of a segment; None where the guide asks for something that is not known here."""
        if segment.id in OURS:
            return f"{segment.id}(?:{self.element}{self.any}*){{1,{OURS[segment.id]}}}{self.element}*"
        forms: list[tuple[str, bool]] = []
        qualified: tuple[str, ...] = ()
        for field in segment.fields:
            if isinstance(field, Element) and field.number == _PERIOD and qualified and field.usage != "N":
                periods = [_PERIODS.get(code) for code in qualified]
                if None in periods or len(forms) == 0:
                    return None
                pairs = zip(qualified, periods, strict=True)
                both = "|".join(f"{re.escape(code)}{self.element}{period}" for code, period in pairs)
                required = forms[-1][1] or field.usage == "R"
                forms[-1:] = [(f"(?:{both}{'' if required else '|' + self.element})", required)]
                continue
            form = self._composite(field) if isinstance(field, Composite) else self._simple(field)
            if form is None:
                return None
            forms.append((form, field.usage == "R"))
            qualified = field.codes if isinstance(field, Element) and field.number == _QUALIFIER else ()
        some = "" if any(required for _, required in forms) else f"(?=.*[^{self.element}{self.component}])"
        return f"{re.escape(segment.id)}{some}{self._row(forms, self.element)}{self.element}*"

    def _row(self, forms: Sequence[tuple[str, bool]], separator: str) -> str:
        """Values in a row, each after a separator; what is not required may be empty, or missing at the end."""
        row, ends = "", True
        for form, required in reversed(forms):
            ends = ends and not required
            value = form if required or not form else f"(?:{form})?"
            row = f"(?:{separator}{value}{row})?" if ends else f"{separator}{value}{row}"
        return row

    def _composite(self, composite: Composite) -> str | None:
        if composite.usage == "N":
            return ""
        forms = []
        for part in composite.parts:
            form = self._simple(part)
            if form is None:
                return None
            forms.append((form, part.usage == "R"))
        if not forms[0][1]:  # the first may be empty, but not all of them
            forms[0] = (f"(?:{forms[0][0]})?" if forms[0][0] else "", True)
            return f"(?!{self.component}*(?:{self.element}|$)){self._row(forms, self.component)[len(self.component) :]}"
        return self._row(forms, self.component)[len(self.component) :]

    def _simple(self, element: Element) -> str | None:
        form = self._form(element)
        if form and element.pattern:
            if not _NUMBER_SOUND.fullmatch(element.pattern):
                return None
            return f"(?={self.any}*?{element.pattern}){form}"
        return form

    def _form(self, element: Element) -> str | None:
        least, most = element.least, element.most
        if element.usage == "N":
            return ""
        if element.codes:
            sound = [c for c in element.codes if least <= len(c) <= most and not self.taken.intersection(c)]
            return f"(?:{'|'.join(map(re.escape, sorted(sound, key=len, reverse=True)))})" if sound else None
        if element.type == "R":
            whole = f"[0-9]{{{least},{most}}}"
            broken = rf"(?=[0-9.]{{{least + 1},{most + 1}}}(?![0-9.]))[0-9]*\.[0-9]+"
            return f"-?(?:{broken}|{whole})" if "." not in self.taken else None
        if element.type.startswith("N"):
            return f"-?[0-9]{{{least},{most}}}"
        if element.type == "DT":
            return _DATE if least <= 8 <= most else None
        if element.type == "TM":
            return _TIME if (least, most) == (4, 8) else None
        if element.number == _PRODUCT_ID:
            return f"[A-Z0-9]{{{least},{most}}}"
        return f"{self.any}{{{least},{most}}}" if element.type in ("ID", "AN") else None


# -- relations between elements


def _live(segment: Segment, sort: str, numbers: tuple[int, ...]) -> bool:
    """Whether a relation can fail where every element by itself is as it should be."""
    usage = {n: segment.fields[n - 1].usage if n <= len(segment.fields) else "N" for n in numbers}
    others = [usage[n] for n in numbers[1:]]
    match sort:
        case "P":
            return len(set(usage.values()) - {"R"}) > 0 and set(usage.values()) != {"N"}
        case "R":
            return "R" not in usage.values()
        case "C":
            return usage[numbers[0]] != "N" and any(u != "R" for u in others)
        case "L":
            return usage[numbers[0]] != "N" and "R" not in others
    return sum(u != "N" for u in usage.values()) > 1  # E


def _holds(sort: str, numbers: tuple[int, ...], there: tuple[bool, ...]) -> bool:
    """Whether a relation holds; P: all or none, R: one at least, E: one at most, C: the first with all, L: with one."""
    filled = [n < len(there) and there[n] for n in numbers]
    match sort:
        case "P":
            return all(filled) or not any(filled)
        case "R":
            return any(filled)
        case "E":
            return sum(filled) < 2
        case "C":
            return not filled[0] or all(filled)
    return not filled[0] or any(filled[1:])  # L
