"""Which line of one answer is the same service as which of another."""

from collections.abc import Iterator, Sequence

from curette.denials.events import LineState


def became(lines: Sequence[LineState], others: Sequence[LineState]) -> Iterator[tuple[LineState, LineState | None]]:
    """Each line with what stands of it; where a claim is answered whole and by lines, what is denied goes first."""
    pairs = list(twins(lines, others))
    taken = {id(other) for _, other in pairs}
    free = sorted((other for other in others if id(other) not in taken), key=_settles)
    left = sorted((line for line, other in pairs if other is None), key=_settles)
    found: dict[int, LineState] = {}
    for line in left:
        if (twin := next((other for other in free if line.is_whole or other.is_whole), None)) is not None:
            found[id(line)] = twin
            free = [other for other in free if other is not twin]
    for line, other in pairs:
        yield line, other or found.get(id(line))


def _settles(line: LineState) -> bool:
    return not line.is_denied


def twins(
    lines: Sequence[LineState], others: Sequence[LineState], *, parts: bool = False
) -> Iterator[tuple[LineState, LineState | None]]:
    """Each line with the same service among `others`, each of which is given once.

    By control number, code and day; else by code, day and charge; else by code and day; else by control number. In
    `parts` of one claim another control number is another line; in one that is sent again it need not be.
    """
    free = list(others)
    found: dict[int, LineState] = {}
    for same in (_by_identity, _by_all, _by_charge, _by_code, _by_control):
        for at, line in enumerate(lines):
            if at in found:
                continue
            fits = (other for other in free if same(line, other) and not (parts and _are_two(line, other)))
            if (twin := next(fits, None)) is not None:
                found[at] = twin
                free = [other for other in free if other is not twin]
    for at, line in enumerate(lines):
        yield line, found.get(at)


def _are_two(line: LineState, other: LineState) -> bool:
    return "" != line.control != other.control != ""


def _by_identity(line: LineState, other: LineState) -> bool:
    return line is other


def _by_all(line: LineState, other: LineState) -> bool:
    return _by_control(line, other) and _by_code(line, other)


def _by_charge(line: LineState, other: LineState) -> bool:
    return _by_code(line, other) and line.charge == other.charge


def _by_code(line: LineState, other: LineState) -> bool:
    return line.procedure == other.procedure and line.day == other.day


def _by_control(line: LineState, other: LineState) -> bool:
    return line.control == other.control != ""
