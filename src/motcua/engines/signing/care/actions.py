"""What administrators do for the holders of certificates."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from motcua.engines.signing.actions.holding import register_means
from motcua.engines.signing.care.imports import Entry
from motcua.kernel.errors import Refused


def import_means(*, entries: Sequence[Entry], by: UUID, at: datetime) -> dict[int, str]:
    """Register the ways of signing of a checked list (:mod:`.imports`); returns what was refused, by line number.

    Each line is a transaction of its own: its service is asked for the certificates, and one that does not answer
    leaves the others as they are. The same list again registers what is missing.
    """
    refused: dict[int, str] = {}
    for entry in entries:
        try:
            register_means(
                holder=entry.holder, provider=entry.provider, answers=entry.answers, label=entry.label, by=by, at=at
            )
        except Refused as error:
            refused[entry.line] = error.message
    return refused
