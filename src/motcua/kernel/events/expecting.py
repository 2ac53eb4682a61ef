"""What somebody does on the strength of what they saw: done only while nothing else has been told of it since."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict
from motcua.kernel.events import writing
from motcua.kernel.events.rules import Head

_seen: ContextVar[dict[str, int] | None] = ContextVar("seen versions", default=None)


@contextmanager
def unchanged_since(stream: str, version: int) -> Iterator[None]:
    """Have the first fact that is told of a stream inside follow on a version, under the lock of the stream's head.

    Else :class:`Conflict` (code ``changed``) is raised, and undoes the action that would have told it.
    """
    token = _seen.set({stream: version})
    try:
        yield
    finally:
        _seen.reset(token)


def check(heads: Mapping[str, Head]) -> None:
    """Compare locked heads with what was seen of their streams; what follows in the same action is its own doing."""
    seen = _seen.get() or {}
    for stream in seen.keys() & heads.keys():
        if heads[stream].version != seen.pop(stream):
            text = _("Something has happened since you opened this form. Check it, and send again what still holds.")
            raise Conflict(text, code="changed")


def compare_now(stream: str) -> None:
    """Compare a stream at once, for an act that tells its fact only when somebody else has answered: a signer.

    Raises as :func:`check`. Call it in the transaction that writes the wish down, after the locks of its rows. Where
    nothing was seen of the stream no statement is made.
    """
    if stream in (_seen.get() or {}):
        check(writing.lock_heads([stream]))
