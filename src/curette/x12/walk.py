"""One loop over the segments of a transaction, each taken by the table of the loop that is open.

A reader of a guide derives from `LoopReader`, gives its tables (loop, to segment identifier, to the name of the method
that takes the segment, or PLAIN to keep it with the loop). A handler returns what it has finished, if anything.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final, Generic, TypeVar

from curette.findings import Finding, Rule, Severity
from curette.x12 import cas, faults
from curette.x12.transaction import Transaction
from curette.x12.values import CENTS, DAYS, QUANTITIES, Table

PLAIN: Final = ""
LOST: Final = "lost"  # the loop in which nobody can say what a segment belongs to
_LIMIT: Final = 1000  # findings of one reader
_OF_CAS: Final = {
    "missing": faults.ABSENT, "money": faults.MONEY, "quantity": faults.QUANTITY, "extra": faults.EXTRA,
}  # fmt: skip
T = TypeVar("T")
Handler = Callable[[Any, list[str], int], Any]
Loops = Mapping[str, Mapping[str, str]]
Elements = Mapping[str, tuple[int, ...]]  # by segment identifier


class LoopReader(Generic[T]):
    """Walks over one transaction (or a part of one). `findings` fills meanwhile."""

    __slots__ = ("component", "findings", "head", "loop", "segments", "stripped", "table", "transaction")
    tables: ClassVar[dict[str, dict[str, Handler | None]]]
    known: ClassVar[frozenset[str]]  # every segment identifier of the guide
    money: ClassVar[Elements]  # which hold amounts
    days: ClassVar[Elements]  # which hold days

    def __init_subclass__(cls, *, loops: Loops, money: Elements, days: Elements) -> None:
        # functions, not bound methods: a reader that held its own methods could be freed by the collector alone
        cls.tables = {
            name: {i: getattr(cls, f"_{handler}") if handler else None for i, handler in entries.items()}
            for name, entries in loops.items()
        }
        cls.known = frozenset(i for entries in loops.values() for i in entries)
        cls.money, cls.days = money, days

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.component = transaction.delimiters.component
        self.findings: list[Finding] = []
        self.stripped: list[int] = []
        self.head: list[list[str]] = []
        self.enter("ST", self.head)

    # -- the loop

    def walk(self) -> Iterator[T]:
        """What the handlers finish, one by one."""
        separator = self.transaction.delimiters.element
        if self.transaction.context:
            self.take_context()
        hanging = self.transaction.hanging  # asked once, not of every segment
        index = start = 0
        for block in self.transaction.blocks():
            for index, text in enumerate(block, start):
                segment = text.split(separator)
                if hanging and not segment[-1]:
                    self._strip(segment, index)
                try:
                    handler = self.table[segment[0]]
                except KeyError:
                    handler = LoopReader._misplaced
                if handler is None:
                    self.segments.append(segment)
                elif (finished := handler(self, segment, index)) is not None:
                    yield finished
            start = index + 1
        if (finished := self.finish(start)) is not None:
            yield finished
        if self.stripped:
            place = self.transaction.place(self.stripped[0])
            self.findings.append(faults.SEPARATORS.at(place, count=len(self.stripped)))

    def take_context(self) -> None:
        """Segments above a part of a long transaction: they open loops; their faults were told with their own part."""
        separator = self.transaction.delimiters.element
        for text in self.transaction.context_segments():
            self.take(text.split(separator), -1)
        self.findings.clear()
        self.stripped.clear()

    def take(self, segment: list[str], index: int) -> None:
        """One segment outside the loop."""
        if not segment[-1]:
            self._strip(segment, index)
        handler = self.table.get(segment[0], LoopReader._misplaced)
        if handler is None:
            self.segments.append(segment)
        else:
            handler(self, segment, index)

    def _strip(self, segment: list[str], index: int) -> None:
        """Trailing separators mean nothing, so that a loop reads alike with and without them."""
        while len(segment) > 1 and not segment[-1]:
            segment.pop()
        self.stripped.append(index)

    def enter(self, loop: str, segments: list[list[str]]) -> None:
        """Open a loop; its plain segments are appended to `segments`."""
        self.loop = loop
        self.table = self.tables[loop]
        self.segments = segments

    def finish(self, index: int) -> T | None:
        """What is still open when the transaction (or part) ends before segment `index`."""
        raise NotImplementedError  # the reader of each guide has its own

    def lose(self, index: int) -> T | None:
        """From here on nobody can say what a segment belongs to; what was open is finished."""
        finished = self.finish(index)
        self.enter(LOST, [])
        return finished

    def owner(self) -> tuple[str | None, int | None]:
        """The claim and line that a finding belongs to now."""
        raise NotImplementedError  # the reader of each guide has its own

    def spoil(self) -> None:
        """What is being read has a fault and may not be handed out."""

    # -- what may go wrong

    def fault(self, rule: Rule, index: int, number: int | None = None, *, unread: bool = True, **facts: Any) -> None:
        """Note a finding on an element. `unread`: an error also spoils what is being read."""
        place = self.transaction.place(index, number, loop=self.loop)
        claim, line = self.owner()
        facts = {"segment": place.segment, "element": number, "loop": self.loop, **facts}
        finding = rule.at(place, claim=claim, line=line, **facts)
        if unread and finding.severity is Severity.ERROR:
            self.spoil()
        if len(self.findings) < _LIMIT:
            self.findings.append(finding)

    def _misplaced(self, segment: list[str], index: int) -> T | None:
        """An unknown segment is a fault where it stands; a known one in the wrong loop means that a head is missing."""
        name = segment[0]
        if self.loop == LOST:
            return None
        if name in self.known:
            self.fault(faults.MISPLACED, index)
            return self.lose(index)
        if name.isalnum() and name.isupper() and 2 <= len(name) <= 3:
            self.fault(faults.UNKNOWN, index)
        else:
            self.fault(faults.SEGMENT_ID, index)
        return None

    # -- values

    def value(self, table: Table[str, int], rule: Rule, segment: list[str], index: int, number: int) -> int:
        """A required amount or quantity; 0 where it cannot be read, which is a fault."""
        try:
            return table[segment[number]]
        except IndexError:
            self.fault(faults.ABSENT, index, number)
        except ValueError as error:
            if segment[number]:
                self.fault(rule, index, number, reason=error)
            else:
                self.fault(faults.ABSENT, index, number)
        return 0

    def optional(self, table: Table[str, int], rule: Rule, segment: list[str], index: int, number: int) -> int | None:
        """An amount or quantity that may be absent."""
        if len(segment) <= number or not segment[number]:
            return None
        return self.value(table, rule, segment, index, number)

    def check_day(self, segment: list[str], index: int, number: int, *, unread: bool = True) -> bool:
        """Whether an element is there and a day; it is a fault where it is not."""
        try:
            DAYS[segment[number]]
        except IndexError:
            self.fault(faults.ABSENT, index, number, unread=unread)
        except ValueError as error:
            rule = faults.DATE if segment[number] else faults.ABSENT
            self.fault(rule, index, number, unread=unread, reason=error)
        else:
            return True
        return False

    def triplet_faults(self, segment: list[str], index: int) -> bool:
        """Tell what is wrong with a CAS; whether anything is."""
        found = list(cas.faults(segment))
        for number, sort, reason in found:
            self.fault(_OF_CAS[sort], index, number, reason=reason, found=len(segment) - 1, limit=cas.LAST + 2)
        return bool(found)

    def _checked(self, segment: list[str], index: int) -> None:
        """A segment whose amounts and days no record holds, but a payer reads. A bad day keeps nothing unread."""
        self.segments.append(segment)
        for number in self.money.get(segment[0], ()):
            self.optional(CENTS, faults.MONEY, segment, index, number)
        for number in self.days.get(segment[0], ()):
            if len(segment) > number and segment[number]:
                self.check_day(segment, index, number, unread=False)

    def _amount(self, segment: list[str], index: int) -> None:
        """AMT, which is frequent: its amount is the second element."""
        self.segments.append(segment)
        try:
            CENTS[segment[2]]
        except (ValueError, IndexError):
            self.value(CENTS, faults.MONEY, segment, index, 2)

    def _count(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        self.value(QUANTITIES, faults.QUANTITY, segment, index, 2)
