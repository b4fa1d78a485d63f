"""curette codes: the code tables, where they come from and how to bring newer ones in."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from curette.cli.options import AS_OF, PATH, QUIET
from curette.cli.progress import progress
from curette.codes import imports
from curette.codes.tables import Head, Tables, file_name, user_folder
from curette.reports import codes_text, jsonl
from curette.reports.plain import printable


@click.group("codes", short_help="Code tables: status, show, import.")
def command() -> None:
    """The code sets and edit tables that claims are held against."""


@command.command("status", short_help="Which editions are at hand.")
@AS_OF
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def status(as_of: date, form: str) -> int:
    """Tell every table, its editions, rows and dates of service, and what is out of date."""
    tables = Tables(user_folder())
    lines: Iterable[str] = codes_text.status(tables, as_of)
    for line in lines if form == "text" else map(jsonl.line, codes_text.records(tables, as_of)):
        click.echo(line)
    return 0


@command.command("show", short_help="Everything the tables say of a code.")
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
def show(codes: tuple[str, ...]) -> int:
    """Tell what the tables say of a procedure, diagnosis, modifier, place of service, CARC, RARC, ..., by edition, and
    what the coding rules know of it.

    Exit code 1 when no table has a code.
    """
    tables, missing = Tables(user_folder()), 0
    for code in codes:
        plain = code.strip().upper().replace(".", "")
        lines = list(codes_text.show(tables, plain))
        missing += not lines
        click.echo(f"{printable(plain)}" if lines else f"{printable(plain)}: in no table at hand")
        for line in lines:
            click.echo(line)
    return int(missing > 0)


@command.command("import", short_help="Bring in official files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@QUIET
def import_(files: tuple[Path, ...], quiet: bool) -> int:
    """Make editions of official files, as CMS, NCHS, NUCC and X12 give them: csv, txt, xlsx, or the zip.

    NCCI PTP (the four practitioner files), MUE and add-on codes; the physician fee schedule (PPRRVU); HCPCS (ANWEB);
    ICD-10-CM (order file); NUCC taxonomy; CARC and RARC lists. A file is known by what is in it; keep its official
    name, which often alone says the edition. Nothing is kept when one of the files is wrong.

    Editions are kept in your data folder, or in the folder that CURETTE_TABLES names, and win over those of curette.
    """
    folder = user_folder()
    with progress(quiet, "rows", alone=True) as tick:
        batch = imports.read(files, folder, tick)
        heads = imports.keep(batch, folder)
    for head in heads:
        click.echo(_line(head, folder))
    for note in () if quiet else batch.notes:
        click.echo(f"curette: {printable(note)}", err=True)
    return 0


def _line(head: Head, folder: Path) -> str:
    days = {
        (True, True): f"services {head.start} to {head.end}",
        (True, False): f"services from {head.start}",
        (False, True): f"services to {head.end}",
    }.get((head.start is not None, head.end is not None), "any service")
    whole = "" if head.complete else ", not the whole list: what it lacks is not checked"
    path = folder / file_name(head.table, head.edition)
    return f"{head.table} {head.edition}: {head.rows:,} rows, {days}{whole}; {path}"
