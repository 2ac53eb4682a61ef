"""What search reads: fed from events, never asked to decide anything."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """The folded words of a document with the tokens of who may find it, so that one index answers both."""

    class Direction(models.TextChoices):
        IN = "in", "in"
        OUT = "out", "out"

    document = models.UUIDField(primary_key=True)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="correspondence_words"),
            models.Index(fields=["-at", "-document"], name="correspondence_newest"),
        ]
