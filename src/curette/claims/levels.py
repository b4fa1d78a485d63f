"""HL segments: numbered 1, 2, 3 in a transaction, each naming the level above it and whether another follows below."""

from collections.abc import Callable

from curette.x12 import faults
from curette.x12.values import ordinal

Fault = Callable[..., None]
_ABOVE = {"20": "", "22": "20", "23": "22"}
_BELOW = {"20": "22", "22": "23"}
_NAMES = {"20": "the billing provider above", "22": "the subscriber above"}


class Levels:
    """Checks each HL as it comes. `count` is the number of the last one."""

    def __init__(self) -> None:
        self.count = self.ordinal = 0  # as it was told, and counted
        self.numbers: dict[str, str | None] = {"": "", "20": None, "22": None, "23": None}  # HL01 of the last of each
        self.meant: dict[str, str] = {}  # what it should have been, where that was told
        self.unknown = ""  # HL01 of the last level of no known sort, or of one that was told to be missing
        self.level = self.child = ""  # HL03 and HL04 of the HL before
        self.at = 0

    def resume(self, told: int, counted: int) -> None:
        """What came before the part that is read."""
        self.count, self.ordinal = told, counted

    def take(self, fault: Fault, segment: list[str], index: int, level: str) -> bool:
        """One HL; `level` is HL03. False where the claims below it have no owner, which was told of the level above."""
        if len(segment) < 5:
            segment = [*segment, "", "", "", ""]
        number, numbers = segment[1], self.numbers
        count = self.count = self.count + 1
        self.ordinal += 1
        meant = ""
        if number != f"{count}":
            if number != f"{self.ordinal}":  # which it is where the one before was wrong
                fault(faults.HL_NUMBER, index, 1, unread=False, expected=count)
                meant = f"{count}"
            self.count = ordinal(number) or count  # so that one break is told once
        if level not in numbers or not level:
            fault(faults.HL_LEVEL, index, 3)
            self.child = ""  # what follows is not known, so the level above is not blamed for it
            self.unknown = number
            return True
        if (self.child == "1") is not (level == _BELOW.get(self.level)):
            self._children(fault, level)
        above, owned = _ABOVE[level], True
        if segment[2] != numbers[above] or (above and not segment[2]):
            owned = not segment[2] or segment[2] != self.unknown
            if owned and (not segment[2] or segment[2] != self.meant.get(above)):
                self._parent(fault, segment, level, index, numbers[above])
        numbers[level] = number
        self.meant[level] = meant
        self.level, self.child, self.at = level, segment[4], index
        if level == "20":
            numbers["22"] = None
        return owned

    def end(self, fault: Fault) -> None:
        """SE: nothing may follow the last HL that says something does."""
        if self.child == "1":
            self._children(fault, "")

    def _parent(self, fault: Fault, segment: list[str], level: str, index: int, number: str | None) -> None:
        """HL02 is not the `number` of the level above. One that names an HL after that level may be right and that HL
        missing, so that the claims below would join another's: they are not read.
        """
        above = _ABOVE[level]
        if not above:
            expected = "no parent, since a billing provider stands at the top"
            fault(faults.HL_PARENT, index, 2, unread=False, expected=expected)
        elif number is not None:
            if not ordinal(number) and segment[2]:
                return  # the level above has none, which was told
            lost = ordinal(number) < ordinal(segment[2]) < ordinal(segment[1])
            fault(faults.HL_PARENT, index, 2, unread=lost, expected=_NAMES[above])
        else:
            fault(faults.HL_PARENT, index, 2, expected=f"{_NAMES[above]}, which is missing")
            self.unknown = segment[2]  # the others below it say no more

    def _children(self, fault: Fault, level: str) -> None:
        """HL04 of the HL before does not fit what follows."""
        follows = level == _BELOW.get(self.level)
        if follows and self.child == "0":
            fault(faults.HL_CHILD, self.at, 4, unread=False, found=0, actual="lower levels")
        elif not follows and self.child == "1":
            fault(faults.HL_CHILD, self.at, 4, unread=False, found=1, actual="no lower levels")
