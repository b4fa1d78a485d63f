"""What sleeps would have said nothing: fewer questions, the same findings."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve

import clinic_month
import curette
from curette import pipeline
from curette.claims.days import Day, DayLine, days
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.payers import profiles
from curette.codes.procedures import procedures
from curette.codes.tables import Tables
from curette.pipeline import preflight
from curette.rules import _context, _engine, _registry, _wake
from curette.rules._context import Facts
from curette.rules._registry import DermRule
from tests.rules.claims import file_of, fragment
from tests.rules.running import cases, findings

FACTS = Facts(procedures(), diagnoses(), drugs(), Tables())
ALONE = [rule for rule in _engine.catalogue() if rule.alone]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[DayLine, Day]]:
    """Every line of every case, with its day."""
    path = tmp_path_factory.mktemp("lines") / "a.837"
    found = []
    for case in cases():
        path.write_bytes(case.data)
        found += [(line, day) for day in days(curette.read_claims(path)) for line in day.lines]
    return found


@pytest.mark.parametrize("rule", ALONE, ids=lambda rule: rule.rule.id)
@pytest.mark.parametrize("filing", ["MB", "MC", "CI"])
def test_a_rule_that_says_so_looks_at_the_line_alone(
    rule: DermRule, filing: str, lines: list[tuple[DayLine, Day]]
) -> None:
    """It gets a line of no claim and of another day, and still says the same."""
    profile = profiles(None).match("", "", filing, "").profile
    ctx = _engine.Engine(FACTS, [rule]).context(profile, filing, None, None, None)
    nothing, never = cast(Any, None), date(1900, 1, 1)
    for line, day in lines:
        drug = {"drug"} if FACTS.drugs.holds(line.code) else set[str]()
        if rule.on & {"*", line.code, *line.modifiers, FACTS.procedures.family(line.code), *drug}:
            bare = evolve(line, claim=nothing, line=nothing, day=never, end=never, provider="")
            told = [evolve(hit, line=None) for hit in rule.check(line, day, ctx)]
            assert [evolve(hit, line=None) for hit in rule.check(bare, Day(never, (bare,)), ctx)] == told


def test_sleeping_rules_would_have_said_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month = tmp_path / "month.837"
    month.write_bytes(clinic_month.rendered(clinic_month.month(60).claims))

    def everything() -> list[Sequence[Any]]:
        found: list[Sequence[Any]] = []
        for number, case in enumerate(cases()):
            (folder := tmp_path / f"{number}-{len(told)}").mkdir()
            for finding in findings(case.data, folder, case.notes, case.auths, **case.options):
                found.append((number, finding.rule.id, finding.line, finding.message, finding.severity))
        for result in pipeline.check([month], pipeline.CheckOptions(conformance=False)):
            found += [(f.rule.id, f.line, f.message) for f in result.findings]
        return found

    told: list[list[Sequence[Any]]] = []
    told.append(everything())
    awake = [evolve(rule, beside=frozenset(), alone=False) for rule in _engine.catalogue()]
    engine = _engine.Engine(FACTS, awake)
    monkeypatch.setattr(preflight, "_engine", lambda folder: engine)
    told.append(everything())
    assert told[0] == told[1]
    assert len(told[0]) > 300


def test_what_cannot_fire_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visit alone: of all rules only those are asked that any line or any claim could break."""
    asked: list[str] = []

    def noting(rule: DermRule) -> DermRule:
        def check(*args: Any) -> Any:
            asked.append(rule.rule.id)
            return rule.check(*args)

        return evolve(rule, check=check)

    engine = _engine.Engine(FACTS, map(noting, _engine.catalogue()))
    monkeypatch.setattr(preflight, "_engine", lambda folder: engine)
    case = next(case for case in cases() if b"SV1*HC:99213*" in case.data and b"LX*2" not in case.data)
    findings(case.data, tmp_path)
    assert 0 < len(asked) < 10
    assert {"DERM-N01", "DERM-D01", "DERM-X03"}.isdisjoint(asked)


def test_little_memory_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month = tmp_path / "month.837"
    month.write_bytes(clinic_month.rendered(clinic_month.month(100).claims))

    def told() -> list[Any]:
        engine = _engine.Engine(FACTS)
        monkeypatch.setattr(preflight, "_engine", lambda folder: engine)
        result = next(r for r in pipeline.check([month], pipeline.CheckOptions(conformance=False)) if r.claims)
        unevaluated = {(u.rule.id, u.needs, u.count) for u in result.unevaluated}
        return [unevaluated, [(f.rule.id, f.line, f.message) for f in result.findings]]

    before = told()
    monkeypatch.setattr(_wake, "_MOST_DAYS", 3)
    monkeypatch.setattr(_wake, "_MOST_LINES", 3)
    monkeypatch.setattr(_context, "MEMORY", 3)
    monkeypatch.setattr(_engine, "_PAYERS", 1)
    assert told() == before


def test_a_rule_about_claims_waits_for_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = evolve(next(rule for rule in _engine.catalogue() if rule.rule.id == "DERM-A06"), needs=("notes",))
    monkeypatch.setattr(preflight, "_engine", lambda folder: _engine.Engine(FACTS, [rule]))
    path = tmp_path / "a.837"
    path.write_bytes(file_of([fragment("HI*ABK:L400\nSV1*HC:99213*100*UN*1***1", frequency="7")]))
    result = next(r for r in pipeline.check([path], pipeline.CheckOptions(snip=frozenset({6}))) if r.claims)
    assert [(u.rule.id, u.needs, u.count) for u in result.unevaluated] == [("DERM-A06", "notes", 1)]
    assert result.findings == ()


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({"level": "day"}, "bad level"),
        ({"on": ()}, "nothing that wakes it"),
        ({"alone": True, "beside": ("17000",)}, "asks for nothing else"),
        ({"alone": True, "level": "claim"}, "asks for nothing else"),
    ],
)
def test_a_wrong_declaration_is_told(declared: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"DERM-Q01: .*{reason}"):
        _registry.rule("DERM-Q01", "a.rule", message="{code}", **declared)(check_nothing)
    assert "DERM-Q01" not in _registry.BY_ID


def test_a_rule_says_why_and_what_to_do() -> None:
    check = cast(Any, lambda line, day, ctx: iter(()))
    with pytest.raises(ValueError, match="DERM-Q01: the docstring"):
        _registry.rule("DERM-Q01", "a.rule", message="{code}")(check)


def check_nothing(line: DayLine, day: Day, ctx: _context.Context) -> Iterator[_registry.Hit]:
    """Nothing.

    Why: It is a test.
    Fix: Nothing.
    """
    yield from ()
