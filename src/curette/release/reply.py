"""An interchange back to the sender: ISA and GS with the parties exchanged, ST to SE with true counts.

Values are copied from what was received, so the delimiters are too. Dates are the day of the run, times those of the
interchange that is answered: the same input gives the same bytes.
"""

from collections.abc import Sequence
from datetime import date

from attrs import define

from curette.release.blocks import elements
from curette.release.files import Outgoing
from curette.release.numbers import Numbers
from curette.x12.delimiters import ISA_WIDTHS, Delimiters, read_isa
from curette.x12.isa import QUALIFIERS
from curette.x12.transaction import Group, Interchange, Transaction

DIGITS = "0123456789"
_REPETITIONS = "^!|`"


def isa_elements(interchange: Interchange) -> tuple[str, ...]:
    """ISA00 to ISA16 as they were received."""
    isa = read_isa(interchange.head)
    return isa.elements if isa is not None else ("",) * 17


def number(text: str) -> str:
    """ISA13 of an answer where numbers are kept: as it was received if it is one, else what digits it has."""
    digits = "".join(c for c in text if c in DIGITS)[-9:]
    return f"{int(digits or '1'):09d}"


def clock(text: str) -> str:
    """HHMM where the text begins with a time, else midnight."""
    digits = text[:4]
    right = len(digits) == 4 and digits.isascii() and digits.isdigit() and digits[:2] < "24" and digits[2:] < "60"
    return digits if right else "0000"


@define
class Form:
    """How segments are written in the delimiters of an interchange."""

    delimiters: Delimiters
    repetition: str
    line_break: str

    @classmethod
    def of(cls, d: Delimiters) -> "Form":
        """Those of the interchange; where it has no repetition separator, one that is free."""
        used = d.element + d.component + d.segment
        free = next(c for c in _REPETITIONS if c not in used)
        return cls(d, d.repetition or free, "" if d.segment in "\r\n" else "\n")

    def segment(self, *values: str | tuple[str, ...]) -> bytes:
        """One segment; a tuple is a composite. Empty ends are left out, and what a value may not hold is a blank."""
        d = self.delimiters
        parts = [v if isinstance(v, str) else d.component.join(v).rstrip(d.component) for v in values]
        while not parts[-1]:
            parts.pop()
        text = d.element.join(parts)
        if not self._is_plain(text, values, len(parts)):
            text = d.element.join(self._cleaned(v) for v in values[: len(parts)])
        return (text + d.segment + self.line_break).encode("utf-8")

    def sure(self, *values: str) -> bytes:
        """The same of codes, counts, dates and amounts, which hold no delimiter."""
        d = self.delimiters
        return (d.element.join(values) + d.segment + self.line_break).encode("utf-8")

    def _is_plain(self, text: str, values: Sequence[str | tuple[str, ...]], count: int) -> bool:
        """Whether nothing in a segment could be taken for a delimiter, and nothing cannot be printed."""
        d, composites = self.delimiters, sum(len(v) - 1 for v in values if not isinstance(v, str))
        return (
            text.count(d.element) == count - 1
            and text.count(d.component) <= composites
            and d.segment not in text
            and self.repetition not in text
            and (text.isprintable() or text.replace(d.element, "").replace(d.component, "").isprintable())
        )

    def _cleaned(self, value: str | tuple[str, ...]) -> str:
        d = self.delimiters
        if not isinstance(value, str):
            return d.component.join(map(self._cleaned, value)).rstrip(d.component)
        bad = d.element + d.component + d.segment + self.repetition
        return "".join(" " if c in bad or not c.isprintable() else c for c in value).strip()

    def isa(self, answered: tuple[str, ...], control: str, day: date) -> bytes:
        """ISA in its fixed widths, to whoever sent the interchange with the elements `answered`."""
        ours, theirs = (q if q in QUALIFIERS else "ZZ" for q in (answered[7], answered[5]))
        usage = answered[15] if answered[15] in ("P", "T") else "P"
        values = ["00", "", "00", "", ours, answered[8], theirs, answered[6], f"{day:%y%m%d}"]
        values += [clock(answered[10]), self.repetition, "00501", control, "0", usage]
        fixed = [value[:width].ljust(width) for value, width in zip(values, ISA_WIDTHS[:15], strict=True)]
        d = self.delimiters
        text = d.element.join(["ISA", *fixed, d.component]) + d.segment + self.line_break
        return text.encode("latin-1")


@define(eq=False)
class Reply:
    """A file of interchanges, each with one functional group. Nothing is written before it is needed."""

    out: Outgoing
    numbers: Numbers
    day: date
    code: str  # GS01
    version: str  # GS08
    _answered: Interchange | None = None
    _form: Form | None = None
    _isa: str = ""
    _gs: str = ""
    _sets: int = 0
    _segments: int = 0
    _control: str = ""

    @property
    def form(self) -> Form:
        """How the open interchange is written."""
        assert self._form is not None
        return self._form

    def begin(self, transaction: Transaction, identifier: str) -> None:
        """ST of an answer to the interchange and group of this transaction."""
        if transaction.interchange is not self._answered:
            self.close()
            self._open(transaction)
        self._sets += 1
        self._segments = 0
        self._control = f"{self._sets:04d}"
        self.add("ST", identifier, self._control, self.version)

    def add(self, *values: str | tuple[str, ...]) -> None:
        """One segment of the open answer."""
        self.out.write(self.form.segment(*values))
        self._segments += 1

    def add_all(self, data: bytes, segments: int) -> None:
        """Segments that were written before."""
        self.out.write(data)
        self._segments += segments

    def end(self) -> None:
        """SE."""
        self.add("SE", str(self._segments + 1), self._control)

    def close(self) -> None:
        """GE and IEA of what is open."""
        if self._answered is not None:
            self.out.write(self.form.segment("GE", str(self._sets), self._gs))
            self.out.write(self.form.segment("IEA", "1", self._isa))
        self._answered, self._sets = None, 0

    def _open(self, transaction: Transaction) -> None:
        answered, group = isa_elements(transaction.interchange), transaction.group
        self._answered, self._form = transaction.interchange, Form.of(transaction.delimiters)
        self._isa = self.numbers.interchange(number(answered[13]))
        self._gs = self.numbers.group(str(int(self._isa)), 1)
        self.out.write(self.form.isa(answered, self._isa, self.day))
        time = clock(time_of(group, transaction))
        parties = (text.strip()[:15] for text in (group.receiver or answered[8], group.sender or answered[6]))
        self.out.write(
            self.form.segment("GS", self.code, *parties, f"{self.day:%Y%m%d}", time, self._gs, "X", self.version)
        )


def time_of(group: Group, transaction: Transaction) -> str:
    """GS05, empty where the group has no GS."""
    return elements(group.head, transaction.delimiters, 6)[5] if group.head else ""
