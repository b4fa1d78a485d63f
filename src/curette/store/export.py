"""The tables of a store as Parquet files, for Spark, pandas and BI tools."""

from pathlib import Path

from curette.errors import ConfigError
from curette.store.duckdb import Store

PRIVATE = "originals"  # names patients


def export(store: Store, folder: Path) -> list[tuple[str, int]]:
    """Write `NAME.parquet` for every table but that of patients, and for the view denial_lines, into `folder`.

    Gives the rows of each. A file appears when it is whole, in place of an older one; never through a link.
    All are private.
    """
    done = []
    for name in (*(t for t in store.tables if t != PRIVATE), "denial_lines"):
        target, made = folder / f"{name}.parquet", folder / f".curette-{name}.parquet"
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise ConfigError(f"{target}: is not a file that may be replaced")
        made.unlink(missing_ok=True)
        try:
            store.copy(name, made)
            made.replace(target)
        finally:
            made.unlink(missing_ok=True)
        done.append((name, int(store.value(f"SELECT count(*) FROM {name}"))))
    return done
