"""What web requests leave behind for a while."""

from django.db import models

from motcua.kernel.identifiers.models import Keyed


class IdempotencyKey(Keyed):
    """A request that was made under an Idempotency-Key, and its answer; forgotten after 24 hours."""

    principal = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal", "key"], name="idempotency_key_once")]


class RateCounter(models.Model):
    """Hits of one subject in the running window. The table is UNLOGGED: a crash empties it, which only forgives.

    The key is a digest: neither addresses nor names are kept.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    window_start = models.DateTimeField(db_index=True)
    hits = models.PositiveIntegerField()
