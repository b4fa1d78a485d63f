"""One process or several. The unit of work is a transaction, or a part of a very long one; order is kept.

What comes of a unit is a function of its bytes alone, so the output does not depend on the number of processes.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from curette.errors import ConfigError, CuretteError, where
from curette.x12.envelope import Item
from curette.x12.transaction import Transaction, Unread

R = TypeVar("R")
_OURS = (signal.SIGINT, signal.SIGTERM)  # for the process that hands out work; those it starts never hear of them

Beside = Callable[[Transaction, Transaction], Any]  # a transaction and a part of it to what is handed on with that


def safely(work: Callable[..., R], failed: Callable[[Transaction, str], R], part: Transaction, *more: Any) -> R:
    """What `work` makes of a transaction; a fault of ours in it must not cost the others."""
    try:
        return work(part, *more)
    except CuretteError:
        raise
    except Exception as error:
        return failed(part, where(error))


def settle() -> None:
    """For a process that is curette's own: what is loaded by now stays, so the garbage collector may leave it alone.

    Reading makes many small objects and hardly any cycles; looking through the maps over and over costs a third.
    """
    gc.freeze()
    gc.set_threshold(500_000, 20, 20)


Outcome = tuple[Any, Transaction | None, R | None]  # an item, the part of it that was worked on, and what came of it


def each(
    things: Iterable[Item], work: Callable[..., R], jobs: int, beside: Beside | None = None
) -> Iterator[Outcome[R]]:
    """Every item in order, a transaction once for each of its parts with what `work` made of it.

    What `beside` gives for a part, in this process, is handed to `work` with it.
    """
    if jobs < 2:
        for item in things:
            if isinstance(item, Transaction):
                for part in item.parts():
                    yield item, part, work(part, *_more(beside, item, part))
            else:
                yield item, None, None
        return
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(["curette.pipeline"])  # imported once, for all workers
    with ProcessPoolExecutor(jobs, context, _install, (work,)) as pool:
        try:
            _start(pool, jobs)
            waiting: deque[Callable[[], Outcome[R]]] = deque()
            for item in things:
                if isinstance(item, Transaction):
                    for part in item.parts():
                        waiting.append(
                            partial(_outcome, item, part, pool.submit(_run, part, *_more(beside, item, part)))
                        )
                        while len(waiting) > jobs * 3:
                            yield waiting.popleft()()
                else:
                    waiting.append(partial(_outcome, item, None, None))
                while waiting and _bound(item):
                    yield waiting.popleft()()
            while waiting:
                yield waiting.popleft()()
        except BaseException:  # nobody wants the rest
            pool.shutdown(cancel_futures=True)
            raise


def _start(pool: ProcessPoolExecutor, jobs: int) -> None:
    """Let the workers start while the first envelope is scanned."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _OURS)
    try:
        for _ in range(jobs):
            pool.submit(_ready)
    except OSError as error:  # the path of TMPDIR is too long for a socket, or there are too many processes
        reason = error.strerror or str(error)
        raise ConfigError(f"--jobs {jobs}: no process can be started ({reason}); --jobs 1 needs none") from None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _bound(item: Item) -> bool:
    """Whether its bytes are in the file, which is closed as soon as the next item is asked for."""
    return isinstance(item, Unread) or (isinstance(item, Transaction) and item.stream is not None)


def _more(beside: Beside | None, item: Transaction, part: Transaction) -> tuple[Any, ...]:
    return () if beside is None else (beside(item, part),)


def _outcome(item: Any, part: Transaction | None, future: "Future[R] | None") -> Outcome[R]:
    return item, part, future.result() if future is not None else None


_work: Callable[..., Any]


def _install(work: Callable[..., Any]) -> None:
    """In a worker process: what to do with each transaction, sent once."""
    global _work
    _work = work
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    settle()


def _end_with(parent: BaseProcess) -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent.join()
    os._exit(1)


def _ready() -> None:
    """Nothing: the first task of a worker, which starts it."""


def _run(part: Transaction, *more: Any) -> Any:
    return _work(part, *more)
