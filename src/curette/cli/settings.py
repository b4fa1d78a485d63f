"""What a command does unless its options say otherwise: defaults, then files, then the environment.

Files are called curette.toml: one of the user's own, then those of the folders from the root down to the one where the
command runs; the nearest wins. A table is a command, a key an option without its hyphens in front:

    [check]
    fail-on = "warning"
    payers = "profiles"            # a path goes from the folder of the file
    ignore = ["DERM-X04", "PAY-"]

In the environment the same is CURETTE_CHECK_FAIL_ON=warning, lists with commas. --show-phi is never taken from either.
"""

import os
import stat
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import click
import platformdirs
from attrs import field, frozen

from curette.errors import ConfigError
from curette.reports.plain import printable

NAME = "curette.toml"
_ASKED_EACH_TIME = frozenset({"show-phi", "help", "version"})
_PREFIX = "CURETTE"
_OF_EVERY_COMMAND = ("AS_OF", "CACHE", "CONFIG", "TABLES", "ZONE")  # variables that name no command
_ALIKE = 0.76  # what is no more alike than CURETTE_TABLES_DIR is somebody's own


@frozen
class Setting:
    """One value of an option and where it was set: a file, or a variable of the environment."""

    option: str
    value: Any
    origin: str


@frozen
class Settings:
    """All that files and environment say, the weakest first."""

    files: tuple[tuple[Path, dict[str, Any]], ...] = ()
    environment: Mapping[str, str] = field(factory=dict)

    def of(self, command: click.Command, names: tuple[str, ...]) -> dict[str, list[Setting]]:
        """By parameter of a command, what was set, the strongest last; ConfigError where it cannot be.

        `names` are the command's, as ("codes", "status").
        """
        found: dict[str, list[Setting]] = {}
        options = _options(command)
        for param, setting in self._given(options, names):
            _check(command, param, setting)
            found.setdefault(param.name, []).append(setting)
        return found

    def defaults(self, command: click.Command, names: tuple[str, ...]) -> dict[str, Any]:
        """What click takes for the default of each parameter, of a group also those of its commands."""
        if isinstance(command, click.Group):
            self.check_inside(command, names)
            return {name: self.defaults(one, (*names, name)) for name, one in command.commands.items()}
        return {name: settings[-1].value for name, settings in self.of(command, names).items()}

    def check_inside(self, group: click.Group, names: tuple[str, ...]) -> None:
        """ConfigError where something is set for a command that a group has not."""
        (name,) = names
        for path, tables in self.files:
            table = tables.get(name)
            for key in table if isinstance(table, dict) else ():
                if key not in group.commands:
                    raise ConfigError(f"{path}: [{name}.{printable(key)}] is no command{_meant(key, group.commands)}")
        prefix = f"{_PREFIX}_{name}_".upper()
        for variable in self.variables(prefix):
            if meant := _slip(variable.removeprefix(prefix), list(group.commands), group.commands.get):
                raise ConfigError(f"{variable}: there is no such setting; {prefix}{meant}?")

    def variables(self, prefix: str) -> list[str]:
        """Those of the environment that begin so and are not empty."""
        return sorted(v for v, text in self.environment.items() if v.startswith(prefix) and text)

    def _given(
        self, options: dict[str, click.Option], names: tuple[str, ...]
    ) -> Iterator[tuple[click.Option, Setting]]:
        for path, tables in self.files:
            table: Any = tables
            for name in names:
                table = table.get(name, {}) if isinstance(table, dict) else None
            if not isinstance(table, dict):
                raise ConfigError(f"{path}: [{'.'.join(names)}] is no table")
            for key, value in table.items():
                origin = f"{path}: [{'.'.join(names)}] {printable(key)}"
                param = _known(options, key, origin)
                yield param, Setting(key, _from_file(param, value, path.parent, origin), str(path))
        prefix = "_".join((_PREFIX, *names)).upper() + "_"
        for variable in self.variables(prefix):
            key, text = variable[len(prefix) :].lower().replace("_", "-"), self.environment[variable]
            param = _known(options, key, variable)
            yield param, Setting(key, text.split(",") if param.multiple else text, f"environment {variable}")


def read(only: Path | None, *, files: bool = True) -> Settings:
    """Settings of this run: of the file `only`, else of all that are found; without `files` of no file."""
    paths = ([only] if only is not None else _paths()) if files else []
    return Settings(tuple((path, _tables(path)) for path in paths), dict(os.environ))


def check_names(settings: Settings, group: click.Group, context: click.Context) -> None:
    """ConfigError where a file has a table that is no command, or a variable is a setting but for a slip in its name.

    Other variables are left alone: whoever runs curette may have some of his own that begin so (CURETTE_STORE).
    """
    commands = group.list_commands(context)
    for path, tables in settings.files:
        for name in tables:
            if name not in commands:
                raise ConfigError(f"{path}: [{printable(name)}] is no command{_meant(name, commands)}")
    for variable in settings.variables(f"{_PREFIX}_"):
        name = variable.removeprefix(f"{_PREFIX}_")
        if name not in _OF_EVERY_COMMAND and name.lower() not in commands:
            near = get_close_matches(name, _OF_EVERY_COMMAND, 1, _ALIKE)
            meant = _slip(name, commands, partial(group.get_command, context)) or (near[0] if near else None)
            if meant is not None:
                raise ConfigError(f"{variable}: there is no such setting; {_PREFIX}_{meant}?")


def _slip(name: str, commands: list[str], command: Callable[[str], click.Command | None]) -> str | None:
    """For CHEK_FAIL_ON CHECK_FAIL_ON; None where the name of a command is right, or nothing like it has the option."""
    first, _, rest = name.lower().partition("_")
    near = get_close_matches(first, commands, 1, _ALIKE) if first not in commands else []
    return f"{near[0]}_{rest}".upper() if near and _has(command(near[0]), rest) else None


def _has(command: click.Command | None, name: str) -> bool:
    """Whether a command has an option of this name, as variables write it."""
    if isinstance(command, click.Group):
        first, _, rest = name.partition("_")
        return _has(command.commands.get(first), rest)
    return command is not None and name.replace("_", "-") in _options(command)


def _paths() -> list[Path]:
    """The user's own file, then those of the folders down to this one."""
    try:
        here = Path.cwd()
    except OSError as error:
        raise ConfigError(f"the folder in which curette runs: {error.strerror}") from None
    folders = [platformdirs.user_config_path("curette"), *reversed(here.parents), here]
    return [path for folder in dict.fromkeys(folders) if _is_there(path := folder / NAME)]


def _is_there(path: Path) -> bool:
    """ConfigError where nobody can tell, as in the home of somebody else: settings are not passed over in silence."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror} (--no-config leaves it out)") from None


def _tables(path: Path) -> dict[str, Any]:
    try:
        found = path.stat()
        if found.st_uid not in (0, os.geteuid()) or found.st_mode & stat.S_IWOTH:
            raise ConfigError(f"{path}: others may write it, so it is not read (--no-config leaves it out)")
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is no UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {printable(error)}") from None


def _options(command: click.Command) -> dict[str, click.Option]:
    """The options by their long names; one that stands for a value of another (--no-conformance) is left out."""
    found: dict[str, click.Option] = {}
    taken = set[str]()
    for param in command.params:
        if isinstance(param, click.Option) and param.name not in taken:
            taken.add(param.name)
            found |= {name[2:]: param for name in param.opts if name.startswith("--")}
    return {name: param for name, param in found.items() if name not in _ASKED_EACH_TIME}


def _known(options: dict[str, click.Option], key: str, origin: str) -> click.Option:
    if key in options:
        return options[key]
    if key in _ASKED_EACH_TIME:
        raise ConfigError(f"{origin}: is asked for on the command line only, each time")
    raise ConfigError(f"{origin}: there is no such option{_meant(key, options)}")


def _meant(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f"; {near[0]}?" if near else ""


def _from_file(param: click.Option, value: Any, folder: Path, origin: str) -> Any:
    """As a command line would have it: text, or a list of texts for an option that may be repeated."""
    values = value if isinstance(value, list) else [value]
    if any(isinstance(one, dict | list | float) for one in values):
        raise ConfigError(f"{origin}: wants a text, a number, true or false, a date, or a list of them")
    if param.is_flag:
        return value if isinstance(value, bool) else str(value)
    texts = [_text(param, one, folder, origin) for one in values]
    return texts if param.multiple else ",".join(texts)


def _text(param: click.Option, value: Any, folder: Path, origin: str) -> str:
    if isinstance(param.type, click.Path):
        return _path(value, folder, origin)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _path(value: Any, folder: Path, origin: str) -> str:
    """From the folder of the file on; an empty one stays empty, and is refused as on the command line."""
    if not isinstance(value, str) or "\0" in value:
        raise ConfigError(f"{origin}: wants the path of a file or folder, as text")
    try:
        return str(folder / Path(value).expanduser()) if value else ""
    except RuntimeError:
        raise ConfigError(f"{origin}: nobody knows whose folder the ~ stands for") from None


def _check(command: click.Command, param: click.Option, setting: Setting) -> None:
    try:
        param.type_cast_value(click.Context(command), setting.value)
    except click.BadParameter as error:
        raise ConfigError(f"{setting.origin}: {setting.option}: {error.message}") from None
