"""X12 text for make_samples.py: segments in, whole interchanges out. Deterministic: every date and number is handed in.

Segments are written with the usual delimiters, "NM1*85*2*NAME" and "HC:99213:25", and given others on output; no
value may hold one of * : ^ ~.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Segments = list[str]

SERVICE_DAY = "20260310"
CREATED = "20260312"
CLOCK = "0930"

VERSION_837 = "005010X222A1"
VERSION_835 = "005010X221A1"


@dataclass(frozen=True)
class Delimiters:
    """What parts one interchange; `line_end` follows each segment terminator."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"
    line_end: str = "\n"

    def apply(self, segment: str) -> str:
        """One segment, written with the usual delimiters, in these."""
        return segment.translate(str.maketrans("*:^", self.element + self.component + self.repetition))


USUAL = Delimiters()


@dataclass(frozen=True)
class Envelope:
    """Who sends to whom, and the control number of interchange and first group."""

    sender: str
    receiver: str
    control: int
    created: str = CREATED


def transaction(code: str, body: Iterable[str], number: int = 1) -> Segments:
    """ST, the body with empty elements at the end of a segment left out, and SE with the right count."""
    version = f"*{VERSION_837}" if code == "837" else ""
    inner = [segment.rstrip("*") for segment in body]
    return [f"ST*{code}*{number:04d}{version}", *inner, f"SE*{len(inner) + 2}*{number:04d}"]


def group(envelope: Envelope, transactions: Sequence[Segments], offset: int = 0) -> Segments:
    """GS to GE around transactions of one kind; `offset` tells several groups of an interchange apart."""
    kind, version = ("HC", VERSION_837) if transactions[0][0].startswith("ST*837") else ("HP", VERSION_835)
    control = envelope.control + offset
    head = f"GS*{kind}*{envelope.sender}*{envelope.receiver}*{envelope.created}*{CLOCK}*{control}*X*{version}"
    return [head, *(segment for each in transactions for segment in each), f"GE*{len(transactions)}*{control}"]


def interchange(envelope: Envelope, groups: Sequence[Segments], ta1: str = "") -> Segments:
    """ISA to IEA in the usual delimiters; every sample says T (test) in ISA15."""
    nothing, number = " " * 10, f"{envelope.control:09d}"
    head = f"ISA*00*{nothing}*00*{nothing}*ZZ*{envelope.sender:15}*ZZ*{envelope.receiver:15}"
    head += f"*{envelope.created[2:]}*{CLOCK}*^*00501*{number}*0*T*:"
    inner = [segment for each in groups for segment in each]
    return [head, *([ta1] if ta1 else []), *inner, f"IEA*{len(groups)}*{number}"]


def render(segments: Iterable[str], delimiters: Delimiters = USUAL) -> bytes:
    """The bytes of a file."""
    end = delimiters.segment + delimiters.line_end
    return "".join(delimiters.apply(segment) + end for segment in segments).encode("ascii")


def simple_file(envelope: Envelope, transactions: Sequence[Segments], delimiters: Delimiters = USUAL) -> bytes:
    """One interchange holding one group."""
    return render(interchange(envelope, [group(envelope, transactions)]), delimiters)


def edited(segments: Segments, start: str, *new: str) -> Segments:
    """The segments with the only one that begins with `start` replaced by `new`, which may be none or several."""
    places = [at for at, segment in enumerate(segments) if segment.startswith(start)]
    if len(places) != 1:
        raise ValueError(f"{len(places)} segments begin with {start}")
    return [*segments[: places[0]], *new, *segments[places[0] + 1 :]]


def npi(serial: int) -> str:
    """A made-up national provider number, 1000000 and two digits, with the check digit the standard asks for."""
    stem = f"1000000{serial:02d}"
    doubled = (int(digit) * 2 for digit in stem[::-2])
    total = 24 + sum(value // 10 + value % 10 for value in doubled) + sum(int(digit) for digit in stem[-2::-2])
    return f"{stem}{-total % 10}"


def cents(text: str) -> int:
    """Whole cents from "150", "57.62", ".5" or "-1.25"."""
    whole, _, part = text.removeprefix("-").partition(".")
    value = int(whole or "0") * 100 + int(part.ljust(2, "0"))
    return -value if text.startswith("-") else value


def money(value: int) -> str:
    """Cents as X12 writes them, without zeros that say nothing: 15000 is "150", 5762 is "57.62", 66 is ".66"."""
    whole, part = divmod(abs(value), 100)
    text = f"{whole or ''}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)
    return f"-{text}" if value < 0 else text
