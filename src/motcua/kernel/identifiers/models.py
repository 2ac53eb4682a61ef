"""Primary keys that sort by time of birth and tell nothing else."""

import uuid

from django.db import models
from uuid_utils import compat


def new_id() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): time-ordered, so that indexes grow at one end."""
    return compat.uuid7()


class Keyed(models.Model):
    """A row with a UUIDv7 primary key. People never see it: they see codes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True
