"""However a good file is laid out, it says the same; what was read is written back byte for byte."""

import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from curette.errors import ConfigError
from curette.x12 import envelope, writer
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Transaction
from tests.builder import USUAL, source, write
from tests.property.files import ENDS, FIRST, GOOD, SECOND, built, everything, files

# nothing of these stands in the values of the files built here
CHARACTERS = [c for c in map(chr, [*range(1, 9), 11, 12, *range(14, 32), 127]) if c != "\x1a"] + list(
    "*:^~|>!'<;@$%&=`{}[]?"
)
TEXTS = [c.text for c in everything(built()).claims]
layouts = st.builds(
    lambda p, end: Delimiters(p[0], p[1], p[2], end or p[3]),
    st.permutations(CHARACTERS),
    st.sampled_from(["", "", "\n"]),
)


def said(data: bytes) -> list[str]:
    """What the claims of a file say, in the usual component separator."""
    return [c.text for c in everything(data).claims]


def usual(texts: list[str], delimiters: Delimiters) -> list[str]:
    return [t.replace(delimiters.component, ":") for t in texts]


@settings(max_examples=80)
@given(layouts, st.sampled_from(ENDS))
def test_any_delimiters_and_line_ends_say_the_same(delimiters: Delimiters, end: str) -> None:
    data = write(FIRST, delimiters, end) + write(SECOND, delimiters, end)
    assert usual(said(data), delimiters) == TEXTS


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["", "\n", "\r\n", "\r", "  ", "\n\n", "~", "\n~\n"]), min_size=150, max_size=150))
def test_any_mixture_of_line_ends_says_the_same(ends: list[str]) -> None:
    data = b""
    for first in (FIRST, SECOND):
        for number, segment in enumerate(first):
            inside = segment[:3] not in ("ISA", "IEA")
            data += segment.encode() + b"~" + (ends[number] if inside else ends[number].replace("~", "")).encode()
    assert said(data) == TEXTS


@settings(max_examples=60)
@given(st.integers(20, 300), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_a_wrap_of_any_width_says_the_same(width: int, breaks: str, closed: bool) -> None:
    lines = re.findall(f".{{1,{width}}}", built(end="").decode())
    data = (breaks.join(lines) + breaks * closed).encode()
    assert said(data) == TEXTS


def transactions(data: bytes) -> list[Transaction]:
    return [item for item in envelope.read(source(data)) if isinstance(item, Transaction)]


def written(found: list[Transaction], delimiters: Delimiters | None = None, line_break: str = "\n") -> bytes:
    stream = io.BytesIO()
    writer.write(found, stream, delimiters, line_break)
    return stream.getvalue()


@settings(max_examples=80)
@given(layouts, st.sampled_from(ENDS))
def test_what_was_read_is_written_back(delimiters: Delimiters, end: str) -> None:
    data = write(FIRST, delimiters, end) + write(SECOND, delimiters, end)
    assert written(transactions(data)) == data


@settings(max_examples=len(GOOD))
@given(files)
def test_samples_are_written_back(data: bytes) -> None:
    assert written(transactions(data)) == data


@settings(max_examples=80)
@given(layouts, st.sampled_from(["", "\n", "\r\n"]))
def test_writing_in_other_delimiters_and_back_is_the_identity(delimiters: Delimiters, line_break: str) -> None:
    data = built()
    other = written(transactions(data), delimiters, line_break)
    assert usual(said(other), delimiters) == TEXTS
    assert written(transactions(other), USUAL) == data


@settings(max_examples=60)
@given(files, layouts)
def test_samples_in_other_delimiters_say_the_same_or_are_refused(data: bytes, delimiters: Delimiters) -> None:
    try:
        other = written(transactions(data), delimiters)
    except ConfigError:
        return
    mine = transactions(data)[0].delimiters
    assert [t.replace(mine.component, "") for t in said(data)] == [
        t.replace(delimiters.component, "") for t in said(other)
    ] or (len({t.delimiters for t in transactions(data)}) > 1)


@settings(max_examples=40)
@given(st.sets(st.integers(0, 4), min_size=1))
def test_any_choice_of_transactions_is_a_whole_file(chosen: set[int]) -> None:
    found = transactions(built())
    data = written([found[n] for n in sorted(chosen)])
    again = everything(data)
    assert again.findings == []
    assert [t.control for t in again.transactions] == [found[n].control for n in sorted(chosen)]
    assert all(not t.refused for t in again.transactions)
