"""What a map node of pyx12 says against the elements of its segment, as rules and places in our own words.

Nodes and segments come from `conformance`, which alone imports pyx12. A node numbers its errors as a 999 does (IK403);
an error without a node of its own is about a whole composite, the number of elements, or a relational condition.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from curette.checks import guide
from curette.checks.conformance.nodes import where
from curette.checks.conformance.patterns import OURS
from curette.findings import Rule, shape

Codes = dict[str, frozenset[str]]  # data element number to every code that the guide lists for it

_PRODUCT_ID = "234"  # the data element of procedure codes
_DATE_PERIOD = "1251"  # the data element whose qualifier (1250) says the form
_SHOWN_CODES = 8


class Fault(NamedTuple):
    """What is wrong with one element (`component` 0: with the whole of it)."""

    rule: Rule
    element: int
    component: int
    facts: dict[str, Any]


def faults(node: Any, segment: Any, repeated: list[int], codes: Codes) -> list[Fault]:
    """What is wrong with a segment's elements: one fault a place, in order.

    `repeated` are the elements that hold the repetition separator. What pyx12 raises for no one element is raised.
    """
    found: dict[tuple[int, int], Fault] = {}
    wide = list(_trimmed(node, segment))
    for fault in (*_judged(node, segment, codes), *wide, *_repeats(node, repeated)):
        found[fault.element, fault.component] = fault  # a later one says more: length, then code, type, form
    if not found and not len(segment):  # even where every element is optional, one must be there
        return [Fault(guide.ELE_MISSING, 1, 0, {"element": _name(segment, 1)})]
    first = OURS.get(segment.seg_id, 0)
    inner = [found[place] for place in sorted(found) if place[0] > first]
    over = [fault for fault in inner if fault.element > len(node.children)]
    if over:  # a stray separator moves values into elements that are not used: one fault, not many
        return over + [f for f in inner if f not in over and f.rule is not guide.ELE_NOTUSED]
    return inner


def qualifier(nodes: list[Any], segment: Any, codes: Codes) -> Fault:
    """The fault of a segment whose qualifier fits none of `nodes`, which could follow."""
    key = nodes[0].guess_unique_key_id_element()
    element, component = where(key)
    value = segment.value(element, component)
    facts: dict[str, Any] = {"element": _name(segment, element, component)}
    if not value:
        return Fault(guide.ELE_MISSING, element, component, facts)
    allowed = _allowed(c for n in nodes for c in n.guess_unique_key_id_element().valid_codes)
    facts |= {"found": _quoted(key, value, codes), "expected": allowed}
    return Fault(guide.ELE_CODE, element, component, facts)


def _name(segment: Any, element: int, component: int = 0) -> str:
    return f"{segment.seg_id}{element:02d}" + (f"-{component}" if component else "")


# -- what pyx12 cannot take or does not look at


def _trimmed(node: Any, segment: Any) -> Iterator[Fault]:
    """Cut composites to the components that the guide knows: pyx12 raises IndexError where there are more."""
    for child, composite in zip(node.children, segment.elements, strict=False):
        count = len(composite.elements)
        if count > 1 and child.is_composite() and child.usage != "N" and count > (limit := len(child.children)):
            composite.elements[limit:] = []
            yield _extra(segment, child.seq, limit + 1, count)


def _repeats(node: Any, repeated: list[int]) -> Iterator[Fault]:
    for element in repeated:
        if element <= len(node.children) and getattr(node.children[element - 1], "repeat", 1) == 1:
            yield Fault(guide.ELE_REPEAT, element, 0, {"element": f"{node.id}{element:02d}"})


def _extra(segment: Any, element: int, component: int, count: int) -> Fault:
    """Too many elements (`component` 0) or components."""
    kind, limit = ("components", component - 1) if component else ("elements", element - 1)
    whole = _name(segment, element) if component else segment.seg_id
    return Fault(guide.ELE_EXTRA, element, component, {"segment": whole, "kind": kind, "limit": limit, "count": count})


# -- what pyx12 says


def _judged(node: Any, segment: Any, codes: Codes) -> Iterator[Fault]:
    """Its errors as faults. Where it raises, the element that makes it raise is looked for and reported."""
    culprit = 0
    try:
        errors = node.is_valid_errors(segment)[1]
    except Exception as error:
        culprit, errors = _culprit(node, segment)
        if not culprit:
            raise
        dated = node.children[culprit - 1].data_ele == _DATE_PERIOD
        facts: dict[str, Any] = {"element": _name(segment, culprit), "reason": type(error).__name__}
        yield Fault(guide.ELE_DATE if dated else guide.ENGINE, culprit, 0, facts)
    told = {culprit}
    for fault in filter(None, (_fault(error, segment, codes) for error in errors)):
        if fault.element != culprit:
            told.add(fault.element)
            yield fault
    if any(e.map_node is None and e.err_cde in ("2", "10") for e in errors):
        yield from (fault for fault in _relations(node, segment) if fault.element not in told)


def _culprit(node: Any, segment: Any) -> tuple[int, list[Any]]:
    """The element without which pyx12 does not raise, and the errors it then gives; 0 when there is no such one."""
    for number, composite in reversed(list(enumerate(segment.elements, 1))):  # the value before its qualifier
        segment.elements[number - 1] = type(composite)("", segment.subele_term)
        try:
            return number, node.is_valid_errors(segment)[1]
        except Exception:
            segment.elements[number - 1] = composite
    return 0, []


def _fault(error: Any, segment: Any, codes: Codes) -> Fault | None:
    """One error in our words; None for a relational condition, and for what is no fault."""
    node, code = error.map_node, error.err_cde
    if node is None:
        return _of_whole(code, error.refdes, segment)
    element, component = where(node)
    if code == "6" and not component and (count := len(segment.elements[element - 1])) > 1:
        return _extra(segment, element, 2, count)
    meaning = _meaning(node, code, segment.value(element, component), codes)
    if meaning is None:
        return None
    rule, facts = meaning
    return Fault(rule, element, component, {"element": _name(segment, element, component), **facts})


def _of_whole(code: str, designator: Any, segment: Any) -> Fault | None:
    if code in ("2", "10"):
        return None
    element = int(designator[-2:])
    if code == "3":
        return _extra(segment, element, 0, len(segment))
    rule = guide.ELE_MISSING if code == "1" else guide.ELE_NOTUSED
    return Fault(rule, element, 0, {"element": _name(segment, element)})


def _meaning(node: Any, code: str, value: str, codes: Codes) -> tuple[Rule, dict[str, Any]] | None:
    """The rule that an error of a leaf falls under, and its facts."""
    match code:
        case "1":
            return guide.ELE_MISSING, {}
        case "4" | "5":
            bound = f"at least {node.min_len}" if code == "4" else f"at most {node.max_len}"
            unit = "digits" if node.data_type[0] in "NR" else "characters"
            return guide.ELE_LENGTH, {"shape": shape(value), "expected": f"{bound} {unit} are allowed"}
        case "6":
            return _wrong_form(node, value)
        case "7":
            return _wrong_code(node, value, codes)
        case "8":
            return guide.ELE_DATE, {}
        case "9":
            return guide.ELE_TIME, {}
        case "10":
            return guide.ELE_NOTUSED, {}
    raise ValueError("an error number that pyx12 4.0.0 does not give")


def _wrong_form(node: Any, value: str) -> tuple[Rule, dict[str, Any]] | None:
    """Code 6: a character that the type excludes, or blanks at the end."""
    if node.data_type == "R":
        whole = value.endswith(".") and value[:-1].lstrip("-").isdigit()  # "100." is a number all the same
        return None if whole else (guide.ELE_TYPE, {"expected": "a decimal number"})
    if node.data_type[0] == "N":
        return guide.ELE_TYPE, {"expected": "a whole number"}
    if node.data_ele == _PRODUCT_ID:
        return guide.ELE_TYPE, {"expected": "a code without blanks after it"}
    return None  # SYN-PADDED says so, and no payer refuses it


def _wrong_code(node: Any, value: str, codes: Codes) -> tuple[Rule, dict[str, Any]]:
    """Code 7: not of the code list, or not of the pattern that the map has for the value."""
    if value in node.valid_codes or not node.valid_codes:
        return guide.ELE_TYPE, {"expected": "in the form that its qualifier asks for"}
    allowed = _allowed(node.valid_codes)
    return guide.ELE_CODE, {"found": _quoted(node, value, codes), "expected": allowed}


def _quoted(node: Any, value: str, codes: Codes) -> str:
    """A code that the guide has somewhere may be shown; anything else may be a name that slipped in here."""
    return value if value in codes.get(node.data_ele, ()) else shape(value)


def _allowed(codes: Iterable[str]) -> str:
    listed = list(dict.fromkeys(codes))
    if not 0 < len(listed) <= _SHOWN_CODES:
        return "a code that the guide lists here"
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def _relations(node: Any, segment: Any) -> Iterator[Fault]:
    """The relational conditions that do not hold, at the first element that would mend them.

    P: all or none; R: at least one; E: at most one; C: the first needs all the others; L: the first needs one other.
    """
    for sort, *numbers in node.syntax:
        filled = [n for n in numbers if n <= len(segment) and not segment.elements[n - 1].is_empty()]
        empty = [n for n in numbers if n not in filled]
        leads = numbers[0] in filled
        if sort == "E" and len(filled) > 1:
            element, reason = filled[1], f"may not stand beside {_name(segment, filled[0])}"
        elif empty and ((sort == "P" and filled) or (sort == "C" and leads)):
            element, reason = empty[0], f"is missing beside {_name(segment, filled[0])}"
        elif (sort == "R" and not filled) or (sort == "L" and leads and len(filled) == 1):
            others = "".join(f" or {_name(segment, n)}" for n in empty[1:])
            element, reason = empty[0], f"{others} is missing".lstrip()
        else:
            continue
        yield Fault(guide.ELE_PAIR, element, 0, {"element": _name(segment, element), "reason": reason})
