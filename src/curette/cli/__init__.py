"""The commands. Each is a module that is loaded when it is called, so that `curette --help` answers at once."""

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from curette import __version__
from curette.cli.options import PATH
from curette.errors import CuretteError, where
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
            found = settings.read(ctx.params["config"], files=not ctx.params["no_config"])
            settings.check_tables(found, _COMMANDS)
            ctx.obj, ctx.default_map = found, {name: found.defaults(command, (name,))}
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
    3 unreadable input or a fault of curette, 75 another run holds the store.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its code; no error ends in a traceback."""
    try:
        code = group.main(args=arguments, prog_name="curette", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = 2
    except click.exceptions.Abort:
        click.echo("curette: stopped", err=True)
        code = 130
    except CuretteError as error:
        click.echo(f"curette: {printable(str(error))}", err=True)
        code = error.exit_code
    except SystemExit:  # what click makes of a reader who has seen enough
        code = 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            click.echo(f"curette: cannot be written: {error.strerror}", err=True)
            _give_up_output()
            sys.exit(3)
        click.echo(f"curette: internal fault: {where(error)}; please report it", err=True)
        code = 3
    sys.exit(code if isinstance(code, int) else 0)


def _give_up_output() -> None:
    """What is left in the buffer has no place: Python would complain of that once more while it closes."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
