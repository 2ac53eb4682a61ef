"""Rows that actions store: checked first, so that a broken rule is told in words and not as a database error."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from motcua.kernel.errors import Refused


def check(row: models.Model, **options: Any) -> None:
    """Check a row's fields and constraints; ``options`` are those of ``full_clean``. Raises :class:`Refused`."""
    try:
        row.full_clean(**options)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], field=None if field == "__all__" else field) from error


def store(row: models.Model) -> None:
    """Check a row and save it. Raises :class:`Refused`, also when somebody stored its like in the same moment.

    The database checks constraints anyway. Only when it refuses is it asked about each, for the words.
    """
    check(row, validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        check(row)  # the rule that it breaks has words; what was stored meanwhile is visible now
        raise
