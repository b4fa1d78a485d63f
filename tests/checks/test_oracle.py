"""The verdict of SNIP 1 and 2 against pyx12's own validation of the same file, on transactions with small faults."""

import io
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import pyx12.error_handler
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document
from attrs import define, field

from curette import pipeline
from curette.findings import Finding, Severity
from curette.pipeline import CheckOptions
from curette.x12.transaction import Transaction
from tests.checks.mutations import mutated, transactions

# What was decided otherwise, as README.md tells it: a list that is old, a second PLB, a TA1 before the group.
_ELSEWHERE = re.compile(
    r"is not a valid code for .*(State Code|Place of Service|Remark Code|Country|Currency)"
    r"|Loop FOOTER exceeded max count|Mandatory loop \"Functional Group Header\""
)
_OURS = {"SYN-HL-CHILD", "SYN-HL-PARENT", "SYN-LX-NUMBER", "SYN-MONEY", "SYN-ORPHAN", "IG-ELE-REPEAT"}  # silent there
_CUT = "SYN-NEST"  # a transaction into which another begins is refused as a whole, and not looked into
_SOONER = _OURS | {"IG-SEG-MISSING", "IG-LOOP-MISSING"}  # named where it should have stood, not where it was missed


@define
class Verdict:
    """What pyx12 says of a file: each error with the number of its segment. `crash` says what it raised."""

    errors: list[tuple[int, str]] = field(factory=list)
    crash: str = ""


def document(text: str, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """pyx12's validation of a file, its maps read once."""
    verdict, at = Verdict(), 1

    class Handler(pyx12.error_handler.err_handler):  # type: ignore[misc]
        def _told(self, message: str) -> None:
            if not _ELSEWHERE.search(message):
                verdict.errors.append((at, message))

        def isa_error(self, err_cde: str, err_str: str) -> Any:
            self._told(err_str)
            return super().isa_error(err_cde, err_str)

        def gs_error(self, err_cde: str, err_str: str) -> Any:
            self._told(err_str)
            return super().gs_error(err_cde, err_str)

        def st_error(self, err_cde: str, err_str: str) -> Any:
            self._told(err_str)
            return super().st_error(err_cde, err_str)

        def seg_error(self, err_cde: str, err_str: str, *more: Any, **named: Any) -> Any:
            self._told(err_str)
            return super().seg_error(err_cde, err_str, *more, **named)

        def ele_error(self, err_cde: str, err_str: str, *more: Any, **named: Any) -> Any:
            self._told(err_str)
            return super().ele_error(err_cde, err_str, *more, **named)

    def after(segment: Any, source: Any, node: Any, valid: bool) -> None:
        nonlocal at
        at = source.cur_line + 1

    with monkeypatch.context() as patched:
        patched.setattr(pyx12.error_handler, "err_handler", Handler)
        patched.setattr(pyx12.map_if, "load_map_file", _map)
        try:
            pyx12.x12n_document.x12n_document(_PARAMS, io.StringIO(text), None, None, callback=after)
        except Exception as error:
            verdict.crash = type(error).__name__
    return verdict


_map = lru_cache(maxsize=None)(pyx12.map_if.load_map_file)
_PARAMS = pyx12.params.ParamsBase()


def file_of(transaction: Transaction) -> str:
    """A file with one transaction, counted anew. Nothing idle ends an element or a segment: that is a warning here."""
    d = transaction.delimiters
    split = (s.split(d.element) for s in transaction.segments() if s.isascii())
    segments = [d.element.join(e.rstrip(d.component + " ") for e in s).rstrip(d.element) for s in split]
    if segments[-1].startswith("SE" + d.element):
        segments[-1] = d.element.join(("SE", str(len(segments)), segments[-1].rpartition(d.element)[2]))
    body = "".join(s + d.segment for s in segments)
    head = (transaction.interchange.head + transaction.group.head).decode("latin-1")
    trailers = (("GE", "1", transaction.group.control), ("IEA", "1", transaction.interchange.control))
    return head + body + "".join(d.element.join(each) + d.segment for each in trailers)


def ours(path: Path) -> list[Finding]:
    """The errors of SNIP 1 and 2, in the order of the file."""
    results = pipeline.check([path], CheckOptions(snip=frozenset({0, 1, 2})))
    found = [f for result in results for f in result.findings if f.severity is Severity.ERROR]
    return sorted(found, key=lambda f: f.place.segment_index)


@pytest.mark.slow
def test_verdicts(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _same_on(samples, 400, tmp_path, monkeypatch)


@pytest.mark.bench
def test_many_verdicts(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _same_on(samples, 20_000, tmp_path, monkeypatch)


def _same_on(samples: Path, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = transactions([samples / "clean", samples / "odd", samples / "remits"])
    good = [t for t in good if t.count < 300 and b"TA1" not in t.interchange.head and t.delimiters.bytes[1:2] in b":>"]
    assert len(good) > 15
    path = tmp_path / "one.edi"
    same = faulty = 0
    for transaction in mutated(good, number, seed=11):
        text = file_of(transaction)
        path.write_bytes(text.encode())
        theirs, found = document(text, monkeypatch), ours(path)
        if theirs.crash or not theirs.errors:  # where it says nothing we may, but only what it never says
            assert theirs.crash or {f.rule.id for f in found} <= _OURS, text
            continue
        assert found, (theirs.errors, text)
        faulty += 1
        first, place = found[0], theirs.errors[0][0]
        if first.rule.id == _CUT:
            continue
        assert first.place.segment_index <= place, (first, theirs.errors[0], text)
        if first.place.segment_index == place:
            same += 1
        else:
            assert first.rule.id in _SOONER, (first, theirs.errors[0], text)
    assert number / 2 < faulty < number
    assert same > faulty * 0.95
