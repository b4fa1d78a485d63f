"""SNIP 1-2: what the implementation guide asks of every segment and element. Ids are never reused.

Messages name places by designator ("SV101-2") and say what is allowed; a value is quoted only when it is a code that
the guide lists somewhere, else by its size.
"""

from curette.findings import Finding, Rule, Severity, declare
from curette.x12 import faults


def _ig(id: str, name: str, snip: int, message: str, fix: str) -> Rule:
    return declare(f"IG-{id}", name, snip, Severity.ERROR, message, fix, sources=("x12-5010",))


ENGINE = _ig(
    "ENGINE", "engine.fault", 2, "the guide could not be checked here ({reason})",
    "Mend the other findings of this transaction first; if this one stays, report it as a fault of curette.",
)  # fmt: skip

# segments and loops
SEG_UNKNOWN = _ig(
    "SEG-UNKNOWN", "segment.unknown", 1, "no segment of this transaction has this identifier ({segment})",
    "Correct the segment identifier, or remove the segment; look for a stray segment terminator before it.",
)  # fmt: skip
SEG_PLACE = _ig(
    "SEG-PLACE", "segment.out-of-place", 2, "{segment} may not stand here",
    "Look for a missing segment before this one, or move it to where the guide has it.",
)  # fmt: skip
SEG_MISSING = _ig(
    "SEG-MISSING", "segment.missing", 2, "{expected} is missing before this segment",
    "Add the required segment.",
)  # fmt: skip
SEG_REPEAT = _ig(
    "SEG-REPEAT", "segment.repeated", 2, "{segment} stands here more often than the {limit} allowed",
    "Keep the number of segments that the guide allows.",
)  # fmt: skip
LOOP_MISSING = _ig(
    "LOOP-MISSING", "loop.missing", 2, "loop {loop} is missing before this segment; it begins with {expected}",
    "Add the required loop.",
)  # fmt: skip
LOOP_REPEAT = _ig(
    "LOOP-REPEAT", "loop.repeated", 2, "loop {loop} stands here more often than the {limit} allowed",
    "Keep the number of loops that the guide allows; split the claim where there is more to say.",
)  # fmt: skip

# elements and components
ELE_MISSING = _ig(
    "ELE-MISSING", "element.missing", 2, "{element} is missing", "Fill in the required element.",
)  # fmt: skip
ELE_NOTUSED = _ig(
    "ELE-NOTUSED", "element.not-used", 2, "{element} is not used in this segment", "Leave the element empty.",
)  # fmt: skip
ELE_EXTRA = _ig(
    "ELE-EXTRA", "element.too-many", 1, "{segment} has {count} {kind}; at most {limit} are allowed",
    "Remove what is over; look for a separator inside a value.",
)  # fmt: skip
ELE_REPEAT = _ig(
    "ELE-REPEAT", "element.repeated", 1, "{element} holds the repetition separator, but may not repeat",
    "Send one value; leave the separator character out of the data.",
)  # fmt: skip
ELE_LENGTH = _ig(
    "ELE-LENGTH", "element.length", 1, "{element} is {shape}; {expected}", "Send a value of an allowed length.",
)  # fmt: skip
ELE_TYPE = _ig(
    "ELE-TYPE", "element.form", 1, "{element} is not {expected}", "Send the value in the form the guide asks for.",
)  # fmt: skip
ELE_DATE = _ig(
    "ELE-DATE", "element.date", 1, "{element} is not a date in the form its qualifier asks for",
    "Write a day of the calendar as CCYYMMDD, or two with one hyphen where the qualifier is RD8.",
)  # fmt: skip
ELE_TIME = _ig(
    "ELE-TIME", "element.time", 1, "{element} is not a time", "Write HHMM or HHMMSS, from 0000 to 2359.",
)  # fmt: skip
ELE_CODE = _ig(
    "ELE-CODE", "element.code", 2, "{element} is {found}, not {expected}", "Send a code that the guide allows here.",
)  # fmt: skip
ELE_PAIR = _ig(
    "ELE-PAIR", "element.relation", 1, "{element} {reason}",
    "Send the elements that belong together, or leave out those that exclude each other.",
)  # fmt: skip

ENDED_WITHOUT = (SEG_MISSING, LOOP_MISSING)  # told at the segment after what ended without it
ENDS = frozenset({"CLM", "HL", "SE"})  # what ends a claim of an 837P, or a level


def ended(finding: Finding) -> bool:
    """Whether a finding on a claim batch is about the claim or level that ended before its segment.

    Of what a level lacks at its end all claims below it are at fault, not the first of them alone. A billing level that
    is missing as a whole (2000A) is lacking to what comes then.
    """
    place, rule = finding.place, finding.rule
    if place.segment not in ENDS:
        return False
    if rule is faults.ORPHAN:  # of the last line
        return (place.loop or "").startswith("24")
    return rule in ENDED_WITHOUT and not (rule is LOOP_MISSING and place.loop == "2000A")
