"""Processes forked from the tests' own, for what is to be killed: one that loads the house anew takes seconds."""

import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkProcess

from asgiref.sync import SyncToAsync
from django.db import connections

# What a fork has of its parent's connections, kept as long as it lives: to close one would end it for the parent, and
# to forget one that is open is warned of.
_PARENTS: list[object] = []


@contextmanager
def forked(work: Callable[[], object]) -> Iterator[ForkProcess]:
    """A process that does this work, with connections to the database of its own; killed when the block ends."""
    process = get_context("fork").Process(target=_apart, args=(work,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads only wait to serve this one
        process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def until(condition: Callable[[], bool], lives: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for what another process brings about; fails as soon as it has ended without doing so."""
    ends = time.monotonic() + seconds
    while True:
        living = lives()  # asked first: what it has done before it ended counts
        if condition():
            return
        assert living, "it has ended before"
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)


def _apart(work: Callable[[], object]) -> None:
    for each in connections.all(initialized_only=True):
        _PARENTS.append(each.connection)
        each.connection = None
    # The one thread that serves asynchronous code stayed with the parent: whoever asked for it would wait for ever.
    SyncToAsync.single_thread_executor = ThreadPoolExecutor(max_workers=1)
    work()
