"""curette export: the tables of a store for other tools."""

from pathlib import Path

import click

from curette.cli.options import PATH, QUIET, STORE
from curette.pipeline.moves import make_folder
from curette.store.duckdb import opened
from curette.store.export import export


@click.command("export", short_help="Write the tables of a store as Parquet files.")
@STORE
@click.option("--to", "folder", required=True, type=PATH, metavar="DIR", help="Where to.")
@QUIET
def command(store: Path, folder: Path, quiet: bool) -> int:
    """Write the tables of a store, and the view denial_lines, as Parquet files that only you can read.

    Left out is `originals`, the claims as they were sent, which names patients.

    Exit code 0: done; 2: usage; 3: the store or the folder fails; 75: another run holds the store.
    """
    make_folder(folder)
    with opened(store) as kept:
        done = export(kept, folder)
    if not quiet:
        rows = sum(count for _, count in done)
        click.echo(f"export: {len(done)} files, {rows:,} rows", err=True)
    return 0
