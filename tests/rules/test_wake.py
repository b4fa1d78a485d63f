"""What sleeps would have said nothing: fewer questions, the same findings."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

import clinic_month
import curette
from curette import pipeline
from curette.claims.days import MOST_LINES, Day, DayLine, days
from curette.claims.history import Past, PastLines
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.payers import profiles
from curette.codes.procedures import procedures
from curette.codes.tables import Tables
from curette.pipeline import preflight
from curette.rules import _cases, _context, _engine, _wake
from curette.rules._context import Context, Facts
from curette.rules._epochs import Epochs
from curette.rules._registry import DermRule, Hit
from tests.rules.claims import file_of, fragment
from tests.rules.running import findings

FACTS = Facts(procedures(), diagnoses(), drugs(), Tables())
CASES = [case for rows in _cases.own().values() for case in rows]
RULES = _engine.catalogue()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[DayLine, Day]]:
    """Every line of every case, with its day."""
    path = tmp_path_factory.mktemp("lines") / "a.837"
    found = []
    for case in CASES:
        path.write_bytes(case.data)
        found += [(line, day) for day in days(curette.read_claims(path)) for line in day.lines]
    return found


class Shown:
    """A claim or line of which only some attributes may be looked at, and each look is noted in `seen`."""

    def __init__(self, of: Any, names: set[str] | None = None, **more: Any) -> None:
        self._of, self._names, self._more, self.seen = of, names, more, set[str]()

    def __getattr__(self, name: str) -> Any:
        self.seen.add(name)
        if name in self._more and name not in (self._names or ()):
            return self._more[name]
        assert self._names is None or name in self._names, f"it looks at {name}"
        return getattr(self._of, name)


def alike(day: Day, **changes: Any) -> Day:
    """A day of the same epoch, whose lines show nothing but codes, modifiers, units and places, and these changes."""
    epochs = Epochs(FACTS)
    other = next(d for d in (day.date + timedelta(1), day.date - timedelta(1)) if epochs.of(d) == epochs.of(day.date))
    bare = {"claim": None, "line": None, "day": other, "end": other, "diagnoses": None, **changes}
    return Day(other, tuple(evolve(line, **bare) for line in day.lines))


def as_ordinary(rule: DermRule, day: Day, ctx: Context) -> Day:
    """A day that shows what a claim that is alike shows to a rule: of the claim and its lines only what it sees."""
    claim = day.lines[0].claim
    whole, names = Shown(claim), dict[int, set[str]]()
    for line in day.lines:
        service = Shown(line.line)
        if rule.sees is not None:
            rule.sees(whole, service)
        names[id(line)] = service.seen
    # of an ordinary claim it is known how often it was sent, and that it was sent when the day was over
    same = Shown(claim, whole.seen, frequency=claim.frequency, submission=SimpleNamespace(created_on=None))
    bare = alike(day, claim=same)
    lines = []
    for own, line in zip(bare.lines, day.lines, strict=True):
        reads = rule.level == "line" and wakes(rule, line) and (rule.may is None or rule.may(line, ctx))
        codes: Any = (line.diagnoses if reads else ("of another",)) if rule.looks == "claim" else None
        shown: Any = Shown(line.line, names[id(line)])
        lines.append(evolve(own, line=shown, diagnoses=codes))
    return evolve(bare, lines=tuple(lines))


def context(filing: str) -> Context:
    profile = profiles(None).match("", "", filing, "").profile
    return _engine.Engine(FACTS, []).context(profile, filing, None, None, None)


def wakes(rule: DermRule, line: DayLine) -> bool:
    drug = {"drug"} if FACTS.drugs.holds(line.code) else set[str]()
    return bool(rule.on & {"*", line.code, *line.modifiers, FACTS.procedures.family(line.code), *drug})


def said(outcomes: Any) -> list[Any]:
    return [
        (one.facts, one.severity, one.element, one.component, one.at, len(one.related))
        if isinstance(one, Hit)
        else one.needs
        for one in outcomes
    ]


@pytest.mark.parametrize("rule", [r for r in RULES if r.looks == "line"], ids=lambda rule: rule.rule.id)
@pytest.mark.parametrize("filing", ["MB", "MC", "CI"])
def test_a_rule_that_says_so_looks_at_the_line_alone(
    rule: DermRule, filing: str, lines: list[tuple[DayLine, Day]]
) -> None:
    """It gets a line of no claim, alone and on another day of the month, and still says the same."""
    ctx = context(filing)
    for line, day in lines:
        if wakes(rule, line) and line.end == line.day:
            (bare,) = alike(Day(line.day, (line,)), provider="", diagnoses=line.diagnoses).lines
            assert said(rule.check(bare, Day(bare.day, (bare,)), ctx)) == said(rule.check(line, day, ctx))


@pytest.mark.parametrize("rule", [r for r in RULES if r.looks in ("day", "claim")], ids=lambda rule: rule.rule.id)
@pytest.mark.parametrize("filing", ["MB", "MC", "CI"])
def test_a_rule_that_says_so_looks_at_what_alike_claims_show_alone(
    rule: DermRule, filing: str, lines: list[tuple[DayLine, Day]]
) -> None:
    """It gets a day that shows no more than that, another of the month, and says the same."""
    ctx = context(filing)
    kinds = _wake.Waker(FACTS, []).ordinary
    known, asked = set[int](), 0
    for _, day in lines:
        claim = day.lines[0].claim
        if id(day) in known or kinds.of(claim, ctx) is None:
            continue
        known.add(id(day))
        if any(line.claim is not claim for line in day.lines) or day.apart or day.tomorrow:
            continue
        bare = as_ordinary(rule, day, ctx)
        for own, line in zip(bare.lines, day.lines, strict=True):
            if rule.level == "claim":
                assert said(rule.check(own.claim, bare, ctx)) == said(rule.check(claim, day, ctx))
            elif wakes(rule, line) and (rule.may is None or rule.may(line, ctx)):
                asked += 1
                assert said(rule.check(own, bare, ctx)) == said(rule.check(line, day, ctx))
    assert asked or rule.level == "claim" or rule.on <= {"ended", "addon", "mai1", "mai2", "mai3", "package"}


@pytest.mark.parametrize("rule", [r for r in RULES if r.may and r.level == "line"], ids=lambda rule: rule.rule.id)
@pytest.mark.parametrize("filing", ["MB", "MC", "CI"])
def test_where_a_rule_says_that_it_has_nothing_to_say_it_has_not(
    rule: DermRule, filing: str, lines: list[tuple[DayLine, Day]]
) -> None:
    ctx = context(filing)
    silent = spoken = 0
    for line, day in lines:
        if wakes(rule, line) and line.end == line.day:
            (bare,) = alike(Day(line.day, (line,)), provider="", diagnoses=line.diagnoses).lines
            assert rule.may is not None
            asked = rule.may(bare, ctx)
            assert bool(asked) == bool(rule.may(line, ctx))
            assert asked or not [*rule.check(line, day, ctx)]
            silent, spoken = silent + (not asked), spoken + bool(asked)
    assert silent
    assert spoken


def test_sleeping_rules_would_have_said_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month = tmp_path / "month.837"
    month.write_bytes(clinic_month.rendered(clinic_month.month(60).claims))

    def told() -> list[Sequence[Any]]:
        results = pipeline.check([month], pipeline.CheckOptions(conformance="off", snip=frozenset({6})))
        return [(f.rule.id, f.claim, f.line, f.message, f.severity) for result in results for f in result.findings]

    asleep = told()
    awake = [evolve(rule, beside=frozenset(), looks="", may=None, sees=None) for rule in _engine.catalogue()]
    engine = _engine.Engine(FACTS, awake)
    monkeypatch.setattr(preflight, "_engine", lambda *_: engine)
    assert told() == asleep
    assert [wrong for case in CASES for wrong in pipeline.try_case(case)] == [], "a case tells all that is said of it"


def test_what_cannot_fire_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visit alone: of all rules only those are asked that any line or any claim could break."""
    asked: list[str] = []

    def noting(rule: DermRule) -> DermRule:
        def check(*args: Any) -> Any:
            asked.append(rule.rule.id)
            return rule.check(*args)

        return evolve(rule, check=check)

    engine = _engine.Engine(FACTS, map(noting, _engine.catalogue()))
    monkeypatch.setattr(preflight, "_engine", lambda *_: engine)
    case = next(case for case in CASES if b"SV1*HC:99213*" in case.data and b"LX*2" not in case.data)
    findings(case.data, tmp_path)
    assert 0 < len(asked) < 10
    assert {"DERM-N01", "DERM-D01", "DERM-X03"}.isdisjoint(asked)


def test_claims_share_a_context_but_never_what_is_of_one(lines: list[tuple[DayLine, Day]]) -> None:
    engine = _engine.Engine(FACTS)
    profile = profiles(None).match("", "", "MB", "").profile
    common = (profile, "MB", None, None, None)
    line, _ = lines[0]
    sent, none = PastLines([Past(line.day, line.code, (), 1000, "", "", "11", (), "Z1")]), PastLines()
    one, other, without = engine.context(*common, sent), engine.context(*common, none), engine.context(*common)
    assert (one.history, other.history, without.history) == (sent, (), None)
    assert one.kind == other.kind != without.kind, "what lacks history wakes other rules"
    assert engine.context(*common) is without
    assert engine.context(*common, none).history == ()


def test_what_was_not_evaluated_is_told_as_met(tmp_path: Path) -> None:
    """Whatever the engine remembers of files before."""

    def told(name: str) -> list[tuple[str, int]]:
        chosen = pipeline.CheckOptions(conformance="off", snip=frozenset({6}))
        results = pipeline.check([tmp_path / name], chosen)
        return [(one.rule.id, one.count) for result in results for one in result.unevaluated]

    biopsy = "HI*ABK:D492\nSV1*HC:11102*100*UN*1***1"
    excision = "HI*ABK:C44311\nSV1*HC:11640*400*UN*1***1"
    (tmp_path / "a").write_bytes(file_of([fragment(biopsy, "A1"), fragment(excision, "A2", "20260303")]))
    (tmp_path / "b").write_bytes(file_of([fragment(excision, "B1"), fragment(biopsy, "B2", "20260303")]))
    preflight._engine_of.cache_clear()
    told("a")
    warm = told("b")
    preflight._engine_of.cache_clear()
    assert told("b") == warm
    assert dict(told("a")) == dict(warm)
    assert len(warm) > 2
    assert told("a") != warm, "in the order of the file"


def test_little_memory_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month = tmp_path / "month.837"
    month.write_bytes(clinic_month.rendered(clinic_month.month(100).claims))

    def told() -> list[Any]:
        engine = _engine.Engine(FACTS)
        monkeypatch.setattr(preflight, "_engine", lambda *_: engine)
        result = next(r for r in pipeline.check([month], pipeline.CheckOptions(conformance="off")) if r.claims)
        unevaluated = {(u.rule.id, u.needs, u.count) for u in result.unevaluated}
        return [unevaluated, [(f.rule.id, f.line, f.message) for f in result.findings]]

    before = told()
    monkeypatch.setattr(_wake, "_MOST_CLAIMS", 3)
    monkeypatch.setattr(_wake, "_MOST_DAYS", 3)
    monkeypatch.setattr(_wake, "_MOST_LINES", 3)
    monkeypatch.setattr(_context, "MEMORY", 3)
    monkeypatch.setattr(_engine, "_PAYERS", 1)
    assert told() == before


def test_a_rule_about_claims_waits_for_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = evolve(next(rule for rule in _engine.catalogue() if rule.rule.id == "DERM-A06"), needs=("notes",))
    monkeypatch.setattr(preflight, "_engine", lambda *_: _engine.Engine(FACTS, [rule]))
    path = tmp_path / "a.837"
    path.write_bytes(file_of([fragment("HI*ABK:L400\nSV1*HC:99213*100*UN*1***1", frequency="7")]))
    result = next(r for r in pipeline.check([path], pipeline.CheckOptions(snip=frozenset({6}))) if r.claims)
    assert [(u.rule.id, u.needs, u.count) for u in result.unevaluated] == [("DERM-A06", "notes", 1)]
    assert result.findings == ()


@pytest.mark.parametrize("medicare", [False, True])
def test_a_rule_about_claims_asks_only_the_payers_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, medicare: bool
) -> None:
    rule = evolve(
        next(rule for rule in _engine.catalogue() if rule.rule.id == "DERM-A06"), asks=lambda ctx: ctx.medicare
    )
    monkeypatch.setattr(preflight, "_engine", lambda *_: _engine.Engine(FACTS, [rule]))
    path = tmp_path / "a.837"
    told = fragment("HI*ABK:L400\nSV1*HC:99213*100*UN*1***1", frequency="7")
    path.write_bytes(file_of([told], payer="MB" if medicare else "CI"))
    result = next(r for r in pipeline.check([path], pipeline.CheckOptions(snip=frozenset({6}))) if r.claims)
    assert [f.rule.id for f in result.findings] == ["DERM-A06"] * medicare


def test_what_is_no_day_is_said_to_be_none(tmp_path: Path) -> None:
    """A patient with hundreds of lines: each claim is looked at alone, and what looks beside it is not evaluated."""
    path, alone = tmp_path / "a.837", tmp_path / "b.837"
    text = "HI*ABK:L570\nSV1*HC:17003*100*UN*1***1"
    path.write_bytes(file_of([fragment(text, f"A{n}") for n in range(MOST_LINES + 1)]))
    alone.write_bytes(file_of([fragment(text, "A0")]))
    options = pipeline.CheckOptions(conformance="off", snip=frozenset({6}))
    many, one = (next(r for r in pipeline.check([each], options) if r.claims) for each in (path, alone))
    assert {u.needs for u in one.unevaluated}.isdisjoint({"whole day"})
    counts = {u.count for u in many.unevaluated if u.needs == "whole day"}
    assert counts == {MOST_LINES + 1}
    assert [f.rule.id for f in one.findings] == ["DERM-D01"]
    assert [f.rule.id for f in many.findings] == ["DERM-D01"] * (MOST_LINES + 1)
