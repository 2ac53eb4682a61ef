"""What search reads: fed from events, never asked to decide anything. And what people keep to ask again."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.kernel.blobs.models import Blob
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account


class SearchEntry(models.Model):
    """The folded words of a document with the tokens of who may find it, so that one index answers both.

    ``at`` is the day by which lists are ordered: the arrival, or the issue. The index has no list of waiting entries
    (``fastupdate``): a search would read all of it.
    """

    class Direction(models.TextChoices):
        IN = "in", "in"
        OUT = "out", "out"

    document = models.UUIDField(primary_key=True)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="correspondence_words", fastupdate=False)]


class FileText(models.Model):
    """The words of a content, in their places; read once, however many documents have it."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        READ = "read", "read"
        UNREADABLE = "unreadable", "unreadable"

    blob = models.OneToOneField(Blob, models.CASCADE, primary_key=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    words = SearchVectorField()


class SavedSearch(Keyed):
    """What an officer looks for again and again, under a name of their own."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    asked = models.JSONField()  # the fields of the form
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                name="search_named_once",
                violation_error_message=_("You have kept a search under this name already."),
            )
        ]
