"""Earlier claims, from a store or the 837P files of runs before: the days before a claim, and the claim itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from curette.claims.history import History
from curette.claims.outline import names
from curette.claims.reader import Reader
from curette.claims.sent import Known
from curette.errors import ConfigError, InputError
from curette.pipeline.files import items
from curette.pipeline.workers import Beside
from curette.store import history as stored
from curette.store.duckdb import Store, is_database, opened
from curette.store.known import known
from curette.x12.transaction import Transaction


def history(paths: Iterable[Path], keep: Callable[[str], bool], store: Store | None = None) -> History:
    """The lines of all claims whose codes `keep` wants, also those of an open `store`.

    ConfigError when a file cannot be used. Files of another kind are passed over. What was refused for its envelope was
    never filed: it is left out, as are claims that cannot be read, and counted. Raises StoreError, StoreHeld when a
    store cannot be read.
    """
    paths = tuple(paths)
    stores = [path for path in paths if is_database(path)]
    found = History(b"" if stores or store else None)  # a store knows patients without a key
    if store is not None:
        stored.fill(store, found, keep)
    for path in stores:
        with opened(path) as other:
            stored.fill(other, found, keep)
    for item in items(path for path in paths if path not in stores):
        if isinstance(item, InputError):
            raise ConfigError(f"earlier claims: {item}")
        if isinstance(item, Transaction) and item.kind == "837P":
            _take(item, found, keep)
    found.settle()
    return found


@contextmanager
def register(paths: Iterable[Path], store: Store | None = None) -> Iterator[Beside | None]:
    """Tells of a part of a transaction what the stores among `paths` and an open `store` know of its claims.

    None where there is no store.
    """
    with ExitStack() as stack:
        stores = [store] if store is not None else []
        stores += [stack.enter_context(opened(path)) for path in paths if is_database(path)]

        def beside(item: Transaction, part: Transaction) -> Mapping[str, Known]:
            if item.kind != "837P":
                return {}
            asked = [name for name, _ in names(part)]
            return {name: one for one_store in stores for name, one in known(one_store, asked, item).items()}

        yield beside if stores else None


def _take(item: Transaction, found: History, keep: Callable[[str], bool]) -> None:
    for part in item.parts():
        reader = Reader(part)
        usable = item.readable and item.complete and not item.refused
        for claim in reader.read():
            if usable:
                found.take(claim, keep)
            else:
                found.unread += 1
        found.unread += len(reader.unread)
