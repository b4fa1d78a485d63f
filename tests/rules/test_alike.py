"""Claims that are alike are told alike, each at its own place; what differs to some rule keeps them apart."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from curette import pipeline
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.procedures import procedures
from curette.codes.tables import Tables
from curette.findings import Finding
from curette.pipeline import preflight
from curette.rules import _alike, _cases, _engine
from curette.rules._context import Facts
from curette.rules._registry import Failed, Hit
from tests.rules.claims import file_of, fragment

FACTS = Facts(procedures(), diagnoses(), drugs(), Tables())
A05 = next(rule for rule in _engine.catalogue() if rule.rule.id == "DERM-A05")  # of every line, as far as its day
OPTIONS = pipeline.CheckOptions(conformance="off", snip=frozenset({6}), as_of=date(2026, 4, 1))
SLIDES = "HI*ABK:D225\nSV1*HC:88305:59*100*UN*1***1"
TWO = "HI*ABK:L570\nSV1*HC:17000*100*UN*1***1\n{}SV1*HC:17003*100*UN*3***1"
OTHER = "NM1*82*1*SAMPLE*SUE****XX*1245319599\n"


def told(path: Path, claims: Sequence[str | tuple[str, dict[str, Any]]], engine: Any = None) -> list[Finding]:
    """What one engine says of claims, each a patient of its own."""
    data = b""
    for number, given in enumerate(claims, 1):
        text, more = (given, dict[str, Any]()) if isinstance(given, str) else given
        payer = more.pop("payer", "MB")
        data += file_of([fragment(text, f"A{number}", **more)], payer=payer)
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        engine = engine or _engine.Engine(FACTS)
        patch.setattr(preflight, "_engine", lambda *_: engine)
        return [f for result in pipeline.check([path], OPTIONS) for f in result.findings]


def of(findings: Sequence[Finding], id: str) -> list[tuple[str | None, int | None]]:
    return [(f.claim, f.line) for f in findings if f.rule.id == id]


def test_each_is_told_at_its_own_place(tmp_path: Path) -> None:
    found = [f for f in told(tmp_path / "a", [SLIDES] * 3) if f.rule.id == "DERM-P05"]
    assert [(f.claim, f.line, f.place.segment) for f in found] == [(f"A{n}", 1, "SV1") for n in (1, 2, 3)]
    data = (tmp_path / "a").read_bytes()
    places = [data[f.place.offset : f.place.offset + f.place.length] for f in found]
    assert places == [b"SV1*HC:88305:59*100*UN*1***1"] * 3
    assert len({f.place.offset for f in found}) == 3


def test_what_a_rule_sees_of_a_claim_keeps_it_apart(tmp_path: Path) -> None:
    """A certificate of the claim or the line, the sort of unit, an answer to an earlier claim."""
    certified, by_line = "REF*X4*11D1111111\n" + SLIDES, SLIDES + "\nREF*X4*11D1111111"
    found = told(tmp_path / "a", [SLIDES, certified, by_line, SLIDES, certified])
    assert of(found, "DERM-P05") == [("A1", 1), ("A4", 1)]
    visit = "HI*ABK:L400\nSV1*HC:99213*100*UN*1***1"
    again, answered = {"frequency": "7"}, "REF*F8*ICN1\n" + visit
    found = told(tmp_path / "b", [visit, (visit, again), (answered, again), (visit, again), visit])
    assert of(found, "DERM-A06") == [("A2", None), ("A4", None)]


def test_who_rendered_which_line_keeps_claims_apart(tmp_path: Path) -> None:
    """17003 needs 17000 of the same doctor; where the name stands on both lines, it is one doctor again."""
    one, two = TWO.format(""), TWO.format("") + "\n" + OTHER.strip()
    both = TWO.format(OTHER) + "\n" + OTHER.strip()
    found = told(tmp_path / "a", [one, two, both, one, two])
    assert of(found, "DERM-D01") == [("A2", 2), ("A5", 2)]


def test_the_other_diagnosis_keeps_claims_apart_where_a_rule_reads_it(tmp_path: Path) -> None:
    texts = [f"HI*ABK:{code}\nSV1*HC:17000*100*UN*1***1" for code in ("L570", "D225", "L570", "L918", "D225")]
    alone = [[f.rule.id for f in told(tmp_path / "a", [text])] for text in texts]
    found = told(tmp_path / "b", texts)
    assert [[f.rule.id for f in found if f.claim == f"A{n}"] for n in range(1, 6)] == alone
    assert alone[0] != alone[1]


def test_a_day_that_is_told_is_never_another_one(tmp_path: Path) -> None:
    """A practice's rule may name the day of its line, which alike claims do not share."""

    def dated(line: Any, day: Any, ctx: Any) -> Iterator[Hit]:
        yield Hit(line, {"date": line.day})

    shown = evolve(A05.rule, message="on {date}")
    engine = _engine.Engine(FACTS, [evolve(A05, rule=shown, check=dated)])
    days = ["20260303", "20260304", "20260304", "20260305"]
    found = told(tmp_path / "a", [("HI*ABK:L400\nSV1*HC:99213*100*UN*1***1", {"day": day}) for day in days], engine)
    assert [f.message for f in found] == ["on 2026-03-03", "on 2026-03-04", "on 2026-03-04", "on 2026-03-05"]


def test_few_of_what_claims_show_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unlisted drug is told by its text, which may be another on every claim."""
    drug = "HI*ABK:L400\nSV1*HC:J3490*100*UN*1***1\nNTE*ADD*{}"
    texts = [drug.format(f"VIAL {n % 5}") for n in range(20)]
    before = [(f.rule.id, f.claim, f.message) for f in told(tmp_path / "a", texts)]
    monkeypatch.setattr(_alike, "_MOST", 2)
    assert [(f.rule.id, f.claim, f.message) for f in told(tmp_path / "b", texts)] == before


def test_rules_ask_of_the_filing_what_is_public_and_nothing_else(tmp_path: Path) -> None:
    """Claims of other filings share what is known of one."""
    data = [case.data for rows in _cases.own().values() for case in rows if b"99001" in case.data]

    def said(filing: bytes) -> list[tuple[Any, ...]]:
        path = tmp_path / filing.decode()
        path.write_bytes(b"".join(one.replace(b"*MB~", b"*" + filing + b"~") for one in data))
        with pytest.MonkeyPatch.context() as patch:
            engine = _engine.Engine(FACTS)
            patch.setattr(preflight, "_engine", lambda *_: engine)
            results = pipeline.check([path], OPTIONS)
            return [(f.rule.id, f.line, f.message, f.severity) for result in results for f in result.findings]

    assert said(b"CI") == said(b"BL") == said(b"ZZ") != said(b"MB")


def test_a_rule_that_fails_is_asked_again(tmp_path: Path) -> None:
    """Nothing is remembered of it, so each claim that it could not look at is known."""

    def failing(line: Any, day: Any, ctx: Any) -> Iterator[Any]:
        yield Failed("ValueError in clinic.py:1")

    engine = _engine.Engine(FACTS, [evolve(A05, check=failing)])
    path = tmp_path / "a"
    told(path, ["HI*ABK:L400\nSV1*HC:99213*100*UN*1***1"] * 3, engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preflight, "_engine", lambda *_: engine)
        assert [result.fault is not None for result in pipeline.check([path], OPTIONS) if result.claims] == [True] * 3


@pytest.mark.parametrize("looks", ["", "day"])
def test_what_looks_farther_is_asked_once_about_each_claim(tmp_path: Path, looks: str) -> None:
    """And what does not, once about all that are alike."""
    asked: list[str] = []

    def noting(line: Any, day: Any, ctx: Any) -> Iterator[Hit]:
        asked.append(line.claim.control_number)
        yield Hit(line, {"reason": "is told"})

    engine = _engine.Engine(FACTS, [evolve(A05, check=noting, looks=looks)])
    found = told(tmp_path / "a", ["HI*ABK:L400\nSV1*HC:99213*100*UN*1***1"] * 3, engine)
    assert [f.claim for f in found] == ["A1", "A2", "A3"]
    assert asked == (["A1", "A2", "A3"] if looks == "" else ["A1", "A1"]), "the first of a kind, whether it may speak"
