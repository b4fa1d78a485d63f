"""Tables written in the form a user asks for."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from curette.reports.tables import Table, Value, plain

FORM = click.option(
    "--format", "form", type=click.Choice(["text", "csv", "jsonl", "html", "xlsx"]), default="text", show_default=True
)


def check_form(form: str, output_file: Path | None) -> None:
    """A workbook is not for a terminal."""
    if form == "xlsx" and output_file is None:
        raise click.UsageError("--format xlsx needs --output FILE.")


def width(output_file: Path | None) -> int:
    """Columns of text: those of the terminal, 100 in a file."""
    return shutil.get_terminal_size((100, 24)).columns if output_file is None else 100


def record(table: Table, row: Sequence[Value]) -> dict[str, object]:
    """A row by its keys, as JSON has it: what is empty is null."""
    return {c.key: plain(c.kind, value) for c, value in zip(table.columns, row, strict=True)}


def lines(texts: Iterator[str]) -> Iterator[str]:
    """Each with its line end."""
    return (f"{text}\n" for text in texts)
