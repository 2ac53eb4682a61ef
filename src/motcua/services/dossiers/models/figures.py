"""What lists of figures and search read: fed from transitions and events, never asked to decide anything."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from motcua.people.organisations.models import Office
from motcua.services.dossiers.models.dossier import Dossier
from motcua.services.procedures.models import Procedure


class Delta(models.Model):
    """One change of one figure, appended by a transition and folded later: no hot counter row."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+")
    day = models.DateField()
    measure = models.CharField(max_length=40)  # received.online, decided.on_time, state.in_process …
    amount = models.IntegerField()


class Figure(models.Model):
    """A folded figure: office × procedure × day × measure. "Overdue" is never one: time changes it."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+")
    day = models.DateField()
    measure = models.CharField(max_length=40)
    amount = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "day", "measure", "procedure"], name="figure_once")]


class SearchEntry(models.Model):
    """The folded words of a dossier with the tokens of who may find it, so that one index answers both."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, related_name="search_entry")
    submitted_at = models.DateTimeField()
    document = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["document"], name="search_document"),
            models.Index(fields=["-submitted_at", "-dossier_id"], name="search_newest"),
        ]
