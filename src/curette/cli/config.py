"""curette config: which settings hold, and where each comes from."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
from attrs import frozen
from click.core import ParameterSource

from curette.cli.settings import Setting, Settings
from curette.errors import ConfigError
from curette.reports import jsonl
from curette.reports.plain import printable


@frozen
class _Row:
    """An option of a command; `given` are the values in force and before it, the strongest first."""

    command: str
    option: str
    given: list[Setting]

    @property
    def touched(self) -> bool:
        return len(self.given) > 1


@click.group("config", short_help="Which settings hold, and where each comes from.")
def command() -> None:
    """Settings come from defaults, files named curette.toml, the environment and options; the later win."""


@command.command("show", short_help="Every setting with its origin.", context_settings={"ignore_unknown_options": True})
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.argument("asked", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND [OPTIONS]...]")
@click.pass_context
def show(context: click.Context, asked: tuple[str, ...], form: str) -> int:
    """Tell what is set, by which file or variable, and what it took the place of.

    With a COMMAND (check, codes status, ...) every option of it, also as it would be with OPTIONS; without one only
    what is not as it comes. Exit code 2: a setting is wrong.
    """
    root = context.find_root()
    settings, group = root.obj, root.command
    assert isinstance(settings, Settings)
    assert isinstance(group, click.Group)
    chosen = [_named(root, group, asked)] if asked else _all(root, group, settings)
    rows = [row for one in chosen for row in _rows(root, *one, settings) if asked or row.touched]
    for line in map(_record, rows) if form == "jsonl" else _lines(rows, settings):
        click.echo(line)
    return 0


_Named = tuple[tuple[str, ...], click.Command, list[str]]


def _all(root: click.Context, group: click.Group, settings: Settings) -> Iterator[_Named]:
    for name in group.list_commands(root):
        one = group.get_command(root, name)
        if isinstance(one, click.Group):
            settings.check_inside(one, (name,))
            yield from (((name, inner), found, []) for inner, found in one.commands.items())
        elif one is not None:
            yield (name,), one, []


def _named(root: click.Context, group: click.Group, asked: tuple[str, ...]) -> _Named:
    one, names, rest = group.get_command(root, asked[0]), asked[:1], list(asked[1:])
    if isinstance(one, click.Group):
        one, names, rest = one.commands.get(rest[0]) if rest else None, asked[:2], rest[1:]
    if one is None:
        raise ConfigError(f"{printable(' '.join(names))}: there is no such command")
    return names, one, rest


def _rows(
    root: click.Context, names: tuple[str, ...], one: click.Command, rest: list[str], settings: Settings
) -> Iterator[_Row]:
    set_ = settings.of(one, names)
    context = one.make_context(names[-1], rest, parent=root, resilient_parsing=True)
    seen = {"help"}
    for param in one.params:
        if not isinstance(param, click.Option) or param.name in seen:
            continue
        seen.add(param.name)
        option = next((name for name in param.opts if name.startswith("--")), param.opts[0])
        given = [Setting(option, _default(param), "default"), *set_.get(param.name, [])]
        if (source := context.get_parameter_source(param.name)) is ParameterSource.ENVIRONMENT:
            given.append(Setting(option, context.params.get(param.name), f"environment {param.envvar}"))
        elif source is ParameterSource.COMMANDLINE:
            given.append(Setting(option, context.params.get(param.name), "option"))
        yield _Row(" ".join(names), option, given[::-1])


def _default(param: click.Option) -> Any:
    value = param.default() if callable(param.default) else param.default
    if isinstance(value, str | int | list | tuple | date):
        return value
    return False if param.is_flag and param.is_bool_flag else None  # click marks what has none


def _lines(rows: list[_Row], settings: Settings) -> Iterator[str]:
    yield "files, the later win:" if settings.files else "files: none"
    yield from (f"  {printable(path)}" for path, _ in settings.files)
    told = ""
    for row in rows:
        if row.command != told:
            yield ""
            yield f"curette {row.command}"
            told = row.command
        value, *before = row.given
        yield f"  {row.option:<20} {printable(_shown(value.value) or 'nothing')}" + (
            "  (default)" if not before else ""
        )
        if before:
            yield f"{' ' * 23}from {printable(value.origin)}"
            yield from (
                f"{' ' * 23}not {printable(shown)} from {printable(one.origin)}"
                for one in before
                if (shown := _shown(one.value))
            )
    if not rows:
        yield "everything is as it comes"


def _record(row: _Row) -> str:
    value, *before = ({"value": _shown(one.value), "origin": one.origin} for one in row.given)
    return jsonl.line({"type": "setting", "command": row.command, "option": row.option, **value, "instead_of": before})


def _shown(value: Any) -> str | None:
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | frozenset):
        return ",".join(sorted(map(str, value)) if isinstance(value, frozenset) else map(str, value))
    return str(value) if isinstance(value, str | int | date | Path) else None
