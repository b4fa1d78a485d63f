"""SNIP 1: the rules of the file itself - bytes, ISA, envelopes, numbers, dates, loops. Ids are never reused."""

from curette.findings import Rule, Severity, declare

_E, _W = Severity.ERROR, Severity.WARNING


def _syn(id: str, name: str, severity: Severity, message: str, fix: str, snip: int = 1) -> Rule:
    return declare(f"SYN-{id}", name, snip, severity, message, fix, sources=("x12-5010",))


# bytes and files
FILE = _syn(
    "FILE", "file.not-x12", _E, "{reason}", "Name an X12 file that can be read, as the system that made it wrote it.", 0
)
TEXT = _syn(
    "TEXT", "file.stray-text", _E, "{size} bytes outside any interchange are not X12",
    "Remove what is not X12; the interchanges before and after it are read.", 0,
)  # fmt: skip
PADDING = _syn(
    "PADDING", "file.padding", _W, "{kind} outside any interchange",
    "Send the file as it was written, without byte order mark, padding or end-of-file mark.", 0,
)  # fmt: skip
BLANKS = _syn(
    "BLANKS", "segment.blanks", _W, "{count} segments begin with blanks; they are ignored",
    "Write nothing but a line break between segments.", 0,
)  # fmt: skip
WRAP = _syn(
    "WRAP", "segment.wrapped", _W, "{count} line breaks inside segments are dropped",
    "Turn off the line wrap of the transfer; nothing may stand inside a segment.", 0,
)  # fmt: skip
EMPTY = _syn(
    "EMPTY", "segment.empty", _W, "{count} empty segments (two terminators in a row) are ignored",
    "Remove the doubled terminators.",
)  # fmt: skip
CONTROL = _syn(
    "CONTROL", "character.control", _E, "{count} control characters inside the segment",
    "Remove characters that cannot be printed from the data.",
)  # fmt: skip
CHARSET = _syn(
    "CHARSET", "character.beyond-ascii", _W,
    "the segment has characters outside the X12 basic and extended sets ({form})",
    "Spell the value in unaccented letters; payers may refuse others.",
)  # fmt: skip
LONG = _syn(
    "LONG", "segment.too-long", _E, "a segment of {size} bytes is longer than {limit}",
    "Look for a missing segment terminator.",
)  # fmt: skip

# ISA
ISA_MISSING = _syn(
    "ISA-MISSING", "isa.missing", _E, "no usable ISA segment where an interchange should begin",
    "Begin the file with a whole ISA segment in capitals.", 0,
)  # fmt: skip
ISA_WIDTH = _syn(
    "ISA-WIDTH", "isa.width", _E, "ISA{element:02d} is {size} characters wide, not {expected}",
    "Pad every ISA element to its fixed width.", 0,
)  # fmt: skip
ISA_DELIMITERS = _syn(
    "ISA-DELIMITERS", "isa.delimiters", _E, "the interchange cannot be read: {reason}",
    "Use four different delimiters that no data holds, such as * : ^ ~.", 0,
)  # fmt: skip
ISA_VALUE = _syn(
    "ISA-VALUE", "isa.value", _E, "ISA{element:02d} is not {expected}", "Correct the ISA segment.", 0,
)  # fmt: skip
ISA_REPETITION = _syn(
    "ISA-REPETITION", "isa.repetition", _W, "ISA11 holds a letter, as 4010 did, so nothing can be repeated",
    "Put a repetition separator such as ^ into ISA11.", 0,
)  # fmt: skip
ISA_TWICE = _syn(
    "ISA-TWICE", "isa.control-number-used", _W,
    "the file already holds an interchange of this sender with this control number",
    "Give every interchange a control number of its own.",
)  # fmt: skip
ISA_COPY = _syn(
    "ISA-COPY", "isa.copy", _E, "the same interchange stands in the file twice; it counts once",
    "Send each interchange once.",
)  # fmt: skip

# envelopes
GS_VALUE = _syn("GS-VALUE", "gs.value", _E, "GS{element:02d} is not {expected}", "Correct the GS segment.")
GS_GUIDE = _syn(
    "GS-GUIDE", "gs.guide", _E, "GS08 names no implementation guide that curette knows",
    "Put 005010X222A1 for 837P or 005010X221A1 for 835 into GS08.",
)  # fmt: skip
GS_OLD = _syn(
    "GS-OLD", "gs.old-guide", _E, "this is a version {code} file; 5010 has been required since 2012",
    "Send the 005010 version.",
)  # fmt: skip
GS_ADDENDA = _syn(
    "GS-ADDENDA", "gs.addenda", _W, "the guide is named without its adopted addenda ({expected})",
    "Put the adopted version into GS08 and ST03.",
)  # fmt: skip
ST_VALUE = _syn("ST-VALUE", "st.value", _E, "ST{element:02d} is not {expected}", "Correct the ST segment.")
ST_GUIDE = _syn(
    "ST-GUIDE", "st.guide", Severity.ADVICE, "ST03 does not name the guide, only GS08 does",
    "Write the guide of GS08 into ST03 too: some receivers want it in claims.",
)  # fmt: skip
ST_TWICE = _syn(
    "ST-TWICE", "st.control-number-used", _E, "the group already holds a transaction with this control number",
    "Number the transactions of a group apart.",
)  # fmt: skip
KIND = _syn(
    "KIND", "transaction.other-kind", _W, "this is {kind}, which is named but not read here",
    "Send 837P claims to check and 835 remittances to denials.",
)  # fmt: skip
NEST = _syn(
    "NEST", "envelope.order", _E, "{segment} stands where {expected} must come first", "Nest ISA, GS, ST, SE, GE, IEA.",
)  # fmt: skip
STRAY = _syn(
    "STRAY", "envelope.stray-segment", _E, "a segment outside any transaction", "Put every segment between ST and SE.",
)  # fmt: skip
CUT = _syn(
    "CUT", "envelope.cut", _E, "the file ends before {expected}: nothing of what is unfinished is used",
    "Transfer the file again; it was cut short.",
)  # fmt: skip
TAIL = _syn(
    "TAIL", "envelope.last-terminator", _W, "only the terminator after IEA is missing", "End IEA with the terminator.",
)  # fmt: skip
COUNT = _syn(
    "COUNT", "envelope.count", _E, "{segment}01 says {found}, but there are {actual}",
    "Write the true count; something may have been lost.",
)  # fmt: skip
NUMBER = _syn(
    "NUMBER", "envelope.count-form", _E, "{segment}01 is not a count", "Write the count in digits.",
)  # fmt: skip
ZEROS = _syn(
    "ZEROS", "envelope.leading-zeros", _W, "{segment}01 has leading zeros", "Write the count without leading zeros.",
)  # fmt: skip
CONTROLS = _syn(
    "CONTROLS", "envelope.control-number", _E, "{segment}02 differs from {other}",
    "Repeat the header's control number.",
)  # fmt: skip
EXTRA = _syn(
    "EXTRA", "envelope.extra-element", _E, "{segment} has {found} elements; at most {limit} are allowed",
    "Leave out what has no place in the segment.",
)  # fmt: skip
VACANT = _syn(
    "VACANT", "envelope.empty", _E, "an empty {segment} envelope", "Leave envelopes out that hold nothing.",
)  # fmt: skip

# what the readers find inside a transaction
MONEY = _syn(
    "MONEY", "element.money", _E, "{segment}{element:02d} is no amount: {reason}",
    "Write digits with at most one point and two decimals, at most 99999999.99.",
)  # fmt: skip
QUANTITY = _syn(
    "QUANTITY", "element.quantity", _E, "{segment}{element:02d} is no quantity: {reason}",
    "Write digits with at most one point and three decimals.",
)  # fmt: skip
DATE = _syn(
    "DATE", "element.date", _E, "{segment}{element:02d} is no date: {reason}",
    "Write CCYYMMDD, or two of them with a hyphen where the qualifier is RD8.",
)  # fmt: skip
INTEGER = _syn(
    "INTEGER", "element.integer", _E, "{segment}{element:02d} is not {expected}", "Write the number in plain digits.",
)  # fmt: skip
ABSENT = _syn("ABSENT", "element.missing", _E, "{segment}{element:02d} is missing", "Fill in the element.")
SEPARATORS = _syn(
    "SEPARATORS", "element.trailing-separators", _W, "{count} segments end in an empty element",
    "Leave trailing separators out.",
)  # fmt: skip
COMPONENTS = _syn(
    "COMPONENTS", "element.trailing-components", _W, "{count} composites end in an empty component",
    "Leave trailing separators out.",
)  # fmt: skip
PADDED = _syn(
    "PADDED", "element.padded", _W, "{count} values begin or end with a blank",
    "Leave out blanks around values.",
)  # fmt: skip
SEGMENT_ID = _syn(
    "SEGMENT-ID", "segment.identifier", _E, "not a segment identifier",
    "Write two or three capitals or digits, then the element separator.",
)  # fmt: skip
MISPLACED = _syn(
    "MISPLACED", "loop.misplaced", _E, "{segment} may not stand in loop {loop}",
    "Look for a missing segment before this one, or move it to its loop.",
)  # fmt: skip
ORPHAN = _syn(
    "ORPHAN", "loop.orphan", _E, "{segment} has no {expected} to belong to", "Look for the missing segment before it.",
)  # fmt: skip
UNKNOWN = _syn(
    "UNKNOWN", "segment.unknown", _E, "no segment of the guide has this identifier", "Remove or correct the segment.",
)  # fmt: skip
NEGATIVE = _syn(
    "NEGATIVE", "element.negative", _E, "{segment}{element:02d} may not be negative",
    "Bill zero or more.", 2,
)  # fmt: skip
ZERO_UNITS = _syn(
    "ZERO-UNITS", "element.zero-units", _W, "{segment}{element:02d} bills no units",
    "Bill the units that were done.", 2,
)  # fmt: skip
CLAIM_TWICE = _syn(
    "CLAIM-TWICE", "claim.control-number-used", _W, "an earlier claim of this transaction has the same CLM01",
    "Give every claim a control number of its own; a remittance tells claims apart by it.", 4,
)  # fmt: skip
CLAIM_COPY = _syn(
    "CLAIM-COPY", "claim.copy", _E, "the same claim stands in this run twice; it is released once",
    "Send each claim once; a corrected one has frequency 7 and the payer's number of the claim it replaces.", 4,
)  # fmt: skip
HL_NUMBER = _syn(
    "HL-NUMBER", "hl.number", _E, "HL01 is not {expected}, the next number", "Number HL segments 1, 2, 3 within ST.",
)  # fmt: skip
HL_PARENT = _syn(
    "HL-PARENT", "hl.parent", _E, "HL02 must name {expected}",
    "A subscriber's parent is the billing provider above it, a patient's the subscriber above it.",
)  # fmt: skip
HL_LEVEL = _syn("HL-LEVEL", "hl.level", _E, "HL03 is not 20, 22 or 23", "Use 20, 22 and 23 as the guide does.")
HL_CHILD = _syn(
    "HL-CHILD", "hl.child", _E, "HL04 is {found}, but {actual} follow", "Write 1 when a lower level follows, else 0.",
)  # fmt: skip
LX_NUMBER = _syn(
    "LX-NUMBER", "lx.number", _E, "LX01 is not {expected}, the next number", "Number the lines of a claim 1, 2, 3.",
)  # fmt: skip
