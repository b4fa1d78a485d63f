"""Rules that are not curette's: the files of a folder (`--rules DIR`), and modules under entry points curette.rules.

Each is a module like those of curette: rules under `@rule`, and their cases in the .toml of the same name beside it.
Files whose names begin with "_" are for what rules share, which they get by `from ._name import ...`. Whatever is wrong
with a file ends the run before anything is checked. What such code prints goes to standard error: standard output holds
the results.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import cache, partial, wraps
from hashlib import blake2b
from importlib import import_module, invalidate_caches
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any, TypeVar

from attrs import evolve, frozen

from curette.claims.days import DayLine
from curette.codes.maps import Maps
from curette.codes.procedures import procedures
from curette.errors import RuleError, where
from curette.findings import Severity
from curette.rules._cases import Case, read
from curette.rules._registry import OF_ANOTHER, OF_CODE, OF_LINE, OTHERS, DermRule, Failed, Hit, Missing

GROUP = "curette.rules"
M = TypeVar("M")
_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_CODE_OR_MODIFIER = re.compile(rf"{_CODE.pattern}|[0-9A-Z]{{2}}")


@frozen
class Plugin:
    """A file of rules that are not curette's, with their cases by rule."""

    origin: str  # the path of the file; of an entry point its name and package
    rules: tuple[DermRule, ...]
    cases: dict[str, list[Case]]


@cache
def plugins(folder: Path | None) -> tuple[Plugin, ...]:
    """Those of the entry points, then those of a folder; RuleError names file and line of what is wrong.

    Each file is run once a process.
    """
    found = [*map(_installed, entry_points(group=GROUP)), *(_of_folder(folder) if folder is not None else ())]
    seen: dict[str, str] = {}
    for plugin in found:
        for one in plugin.rules:
            if (first := seen.setdefault(one.rule.id, plugin.origin)) != plugin.origin:
                raise _wrong(one, f"rule {one.rule.id} is declared in {first} too")
    return tuple(found)


def rules(folder: Path | None) -> tuple[DermRule, ...]:
    """Every rule that is not curette's."""
    return tuple(one for plugin in plugins(folder) for one in plugin.rules)


def _installed(point: EntryPoint) -> Plugin:
    package = point.dist.name if point.dist is not None else "?"
    entry = Path(f"entry point {point.name} of {package}")
    spec = _made(partial(find_spec, point.module), entry)
    if spec is None or spec.origin is None:
        raise RuleError(str(entry), 0, f"there is no file of a module {point.module}")
    file = Path(spec.origin)
    return _plugin(_made(partial(import_module, point.module), file), file, f"{file.name} of {package}")


def _of_folder(folder: Path) -> Iterator[Plugin]:
    try:
        files = sorted(
            file for file in folder.iterdir() if file.suffix in (".py", ".toml") and file.name[0] not in "._"
        )
    except OSError as error:
        raise RuleError(str(folder), 0, error.strerror or "cannot be read") from None
    sources = [file for file in files if file.suffix == ".py"]
    if not sources:
        raise RuleError(str(folder), 0, "holds no rules (*.py)")
    if alone := next((file for file in files if file.with_suffix(".py") not in sources), None):
        raise RuleError(str(alone), 0, f"there is no {alone.stem}.py whose cases these would be")
    package = ModuleType(f"curette_rules_{blake2b(str(folder.resolve()).encode(), digest_size=6).hexdigest()}")
    for name in [name for name in (*sys.modules, *OTHERS) if name.startswith(f"{package.__name__}.")]:
        sys.modules.pop(name, None)  # of an attempt that failed
        OTHERS.pop(name, None)
    package.__path__ = [str(folder)]
    sys.modules[package.__name__] = package
    invalidate_caches()
    for file in sources:
        if not file.stem.isidentifier():
            raise RuleError(str(file), 0, "the name of a file of rules has letters, digits and _ only")
        module = _made(partial(import_module, f"{package.__name__}.{file.stem}"), file)
        yield _plugin(module, file, str(file))
    for name, declared in OTHERS.items():
        if name.startswith(f"{package.__name__}._"):
            raise _wrong(next(iter(declared.values())), "rules are declared in files whose names do not begin with _")


def _made(make: Callable[[], M], file: Path) -> M:
    """What running a file makes; whatever it raises is told with its line. No compiled copy is left in the folder."""
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        with redirect_stdout(sys.stderr):
            return make()
    except SyntaxError as error:
        raise RuleError(error.filename or str(file), error.lineno or 0, error.msg) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a module may raise anything
        reason = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        raise RuleError(*_where(error, file), " ".join(reason.split())) from None
    finally:
        sys.dont_write_bytecode = writes


def _where(error: BaseException, file: Path) -> tuple[str, int]:
    """The last line of the file, or of one beside it, that led to an error."""
    found, trace = (str(file), 0), error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if Path(code.co_filename).parent == file.parent != Path():
            found = code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return found


def _plugin(module: ModuleType, file: Path, origin: str) -> Plugin:
    declared = OTHERS.get(module.__name__, {})
    if not declared:
        raise RuleError(str(file), 0, "declares no rule")
    for one in declared.values():
        _check(one)
    beside = file.with_suffix(".toml")
    if not beside.is_file():
        raise RuleError(str(file), 0, f"its cases are missing: {beside.name} beside it")
    cases = read(beside)
    for id, one in declared.items():
        if not cases.get(id):
            raise _wrong(one, f"{id} has no case in {beside.name}")
    if strange := next((rows[0] for id, rows in cases.items() if rows and id not in declared), None):
        raise RuleError(strange.file, strange.row, f"{file.name} declares no rule {strange.rule}")
    rules = (
        evolve(
            one, origin=origin, check=_guarded(one), asks=_asked(one), may=None, sees=None,
            looks="" if one.sees is not None else one.looks,  # only its check is guarded
        )
        for _, one in sorted(declared.items())
    )  # fmt: skip
    return Plugin(origin, tuple(rules), cases)


def _guarded(one: DermRule) -> Any:
    """The function of a rule; what it raises costs nothing but its own word on that line."""
    wanted = {name for _, name, _, _ in Formatter().parse(one.rule.message) if name} - {"code"}

    def outcomes(line: Any, day: Any, ctx: Any) -> Iterator[Hit | Missing | Failed]:
        if one.asks is not None and not one.asks(ctx):  # `_asked` lets it through where it raises
            return
        outcome: Any  # it is not ours, so anything may come
        for outcome in one.check(line, day, ctx):
            if odd := _odd(outcome):
                yield Failed(f"its {type(outcome).__name__} has no usable {odd}")
            elif isinstance(outcome, Hit) and (lacks := wanted - outcome.facts.keys()):
                yield Failed(f"its hit lacks {', '.join(sorted(lacks))}")
            elif isinstance(outcome, Hit | Missing):
                if isinstance(outcome, Hit):
                    one.rule.message.format(**{"code": "", **outcome.facts})  # it raises here rather than later
                yield outcome
            else:
                yield Failed(f"it gives {type(outcome).__name__}, neither Hit nor Missing")

    @wraps(one.check)
    def guarded(line: Any, day: Any, ctx: Any) -> Iterator[Hit | Missing | Failed]:
        found: list[Hit | Missing | Failed] = []
        try:
            with redirect_stdout(sys.stderr):
                found.extend(outcomes(line, day, ctx))
        except (Exception, SystemExit) as error:
            found.append(Failed(where(error)))
        return iter(found)

    return guarded


def _asked(one: DermRule) -> Callable[[Any], bool] | None:
    """`asks` of a rule; where it raises the rule is asked, which tells it."""
    if one.asks is None:
        return None

    def asked(ctx: Any) -> bool:
        try:
            with redirect_stdout(sys.stderr):
                return one.asks is None or bool(one.asks(ctx))
        except Exception:
            return True

    return asked


def _odd(outcome: Any) -> str:
    """Which part of what a rule gives is of another sort than it must be, which the engine would stumble over."""
    if not isinstance(outcome, Hit | Missing):
        return ""
    return next((name for name, fits in _PARTS.items() if not fits(getattr(outcome, name, None))), "")


def _or_none(*sorts: type) -> Callable[[Any], bool]:
    return lambda value: value is None or isinstance(value, sorts)


def _lines(value: Any) -> bool:
    return value is None or (isinstance(value, tuple | list) and all(isinstance(line, DayLine) for line in value))


def _spot(value: Any) -> bool:
    return value is None or (isinstance(value, tuple) and [*map(type, value)] == [str, int])


_PARTS: dict[str, Callable[[Any], bool]] = {  # of a Hit and of a Missing, which have some in common
    "line": _or_none(DayLine), "needs": _or_none(str), "facts": _or_none(dict), "severity": _or_none(Severity),
    "related": _lines, "element": _or_none(int), "component": _or_none(int), "at": _spot,
}  # fmt: skip


def _check(one: DermRule) -> None:
    """What a declaration names has to be there, or the rule would sleep for ever."""
    if unknown := sorted(strange(one)):
        raise _wrong(one, f"{one.rule.id}: {', '.join(unknown)}")
    if unknown := sorted(set(one.rule.sources) - Maps().sources):
        raise _wrong(one, f"{one.rule.id}: {', '.join(unknown)} is no source of sources.xml; your own is practice")


def strange(one: DermRule) -> Iterator[str]:
    """What a rule names that no line can have: codes, families of maps/procedures.xml, modifiers and words it may."""
    families = {row.family for row in procedures().by_code.values()}
    for field, names, form, words in (
        ("on", one.on, _CODE_OR_MODIFIER, OF_LINE),
        ("beside", one.beside, _CODE_OR_MODIFIER, OF_ANOTHER),
        ("recalls", one.recalls, _CODE, OF_CODE),
    ):
        for name in {name for name in names if not form.fullmatch(name)} - families - words:
            yield f"{name} is nothing that `{field}` may name"


def _wrong(one: DermRule, reason: str) -> RuleError:
    code = inspect.unwrap(one.check).__code__
    return RuleError(code.co_filename, code.co_firstlineno, reason)
