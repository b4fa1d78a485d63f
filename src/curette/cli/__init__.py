"""The commands. Each is a module that is loaded when it is called, so that `curette --help` answers at once."""

import errno
import importlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

import click

from curette import __version__
from curette.cli.options import PATH
from curette.errors import ConfigError, CuretteError, where
from curette.reports.plain import printable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_COMMANDS = {
    "check": "Pre-flight 837P files.",
    "codes": "Code tables: status, show, import.",
    "config": "Which settings hold, and where each comes from.",
    "denials": "Categorise 835 files.",
    "diff": "Compare original and resubmitted claims.",
    "export": "Write the tables of a store as Parquet files.",
    "nightly": "Take new 835 and 837 files into a store, and report.",
    "rules": "The catalogue of rules, or one in full.",
    "show": "Print a claim batch or a remittance as a person reads it.",
    "trends": "Denial rates and dollars from a store.",
    "worklist": "Open denials of a store, by due time and money.",
}


class _Lazy(click.Group):
    """A group whose commands are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"curette.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, with what files and environment set for it as its defaults."""
        from curette.cli import settings  # not for --help

        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and command is not None:
            try:
                found = settings.read(ctx.params["config"], files=not ctx.params["no_config"])
                settings.check_names(found, self, ctx)
                ctx.obj, ctx.default_map = found, {name: found.defaults(command, (name,))}
            except ConfigError:
                if not any(asked in rest for asked in ctx.help_option_names):  # who asks for help may want to mend them
                    raise
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="curette")
@click.option(
    "--config",
    type=PATH,
    envvar="CURETTE_CONFIG",
    metavar="FILE",
    help="Settings of this file alone (see curette config show).",
)
@click.option("--no-config", is_flag=True, help="No settings of files.")
def group(config: Path | None, no_config: bool) -> None:
    """X12 EDI for dermatology billing: pre-flight 837P claims, categorise 835 denials, compare resubmissions.

    Exit codes: 0 nothing found (or no change), 1 findings (or changes), 2 usage or configuration,
    3 unreadable input or a fault of curette, 75 another run holds the store, 130 or 143 stopped.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its code; no error ends in a traceback."""
    if sys.flags.optimize > 1:
        _tell("cannot run under -OO (PYTHONOPTIMIZE=2), which takes away what rules say of themselves")
        sys.exit(2)
    signals: list[int] = []
    try:
        with _ended_like_ctrl_c(signals):
            code = group.main(args=arguments, prog_name="curette", standalone_mode=False)
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        code = 2
    except click.exceptions.Abort:
        _tell("stopped")
        code = 128 + (signals[0] if signals else signal.SIGINT)
    except CuretteError as error:
        _tell(printable(error))
        code = error.exit_code
    except SystemExit:  # what click makes of a reader who has seen enough
        code = 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            _tell(f"cannot be written: {error.strerror}")
            _give_up(sys.stdout)
        else:
            _tell(f"internal fault: {where(error)}; please report it")
        code = 3
    _give_up(sys.stderr)
    sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def _ended_like_ctrl_c(signals: list[int]) -> Iterator[None]:
    """SIGTERM, as systemd and timeout send it, lets a command take away what it has begun to write.

    It is noted in `signals`. Only the main thread hears of signals, so that in another one nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(text: str) -> None:
    """On standard error, where that can be written; the exit code says it too."""
    with suppress(OSError):
        click.echo(f"curette: {text}", err=True)


def _give_up(stream: TextIO | None) -> None:
    """What is left in the buffer has no place: Python would complain of that once more while it closes."""
    if stream is not None:
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
