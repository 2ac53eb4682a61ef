"""Petitions, who sent them (apart, for only who must know may look), and what was said about them."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import AdministrativeUnit, Office


class Petition(Keyed):
    """What somebody reports or proposes (phản ánh, kiến nghị), and how it stands."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Report of something that is wrong")
        PROPOSAL = "proposal", _("Proposal to do something better")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        COUNTER = "counter", _("At the counter, orally or in writing")
        PHONE = "phone", _("By telephone")
        LETTER = "letter", _("By letter or e-mail")
        PROGRAM = "api", _("By a program of another system")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("petition", "Received")
        HANDLING = "handling", pgettext_lazy("petition", "Being handled")
        WAITING = "waiting", pgettext_lazy("petition", "Waiting for the sender")
        ANSWERED = "answered", pgettext_lazy("petition", "Answered")
        REFUSED = "refused", pgettext_lazy("petition", "Not taken up")
        MERGED = "merged", pgettext_lazy("petition", "Dealt with together with another")

    code = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    topic = models.CharField(max_length=30)
    rules = models.PositiveIntegerField()  # number of the edition under which it came in
    channel = models.CharField(max_length=7, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED)
    heads_only = models.BooleanField(default=False)  # only heads and leaders of the office read it

    text = models.TextField()
    place = models.CharField(max_length=250, blank=True)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="petitions")
    received_at = models.DateTimeField()
    ask_by = models.DateTimeField()
    counted_from = models.DateTimeField(null=True, blank=True)  # when the office took it up, or took it up again
    handle_by = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # of what is to be done next; none when nothing is
    warned_of = models.DateTimeField(null=True, blank=True)  # the due time that the office was told is near
    late_told_of = models.DateTimeField(null=True, blank=True)  # the due time that it was told is over
    answered_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    reopen_until = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    reason = models.TextField(blank=True)  # why it was not taken up
    public_text = models.TextField(blank=True)
    public_answer = models.TextField(blank=True)
    satisfied = models.BooleanField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    search = SearchVectorField(null=True)  # of what was published

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="petition_answered_with_answer",
                violation_error_message=_("An answered petition has its answer."),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(public_text="") & ~Q(public_answer=""),
                name="petition_published_with_texts",
                violation_error_message=_("What is published has its own texts."),
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | ~Q(state="merged") & Q(merged_into=None),
                name="petition_merged_into_one",
                violation_error_message=_("A merged petition says into which."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="petition_not_into_itself",
                violation_error_message=_("A petition is not merged into itself."),
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="petition_whole_point",
                violation_error_message=_("A point has a latitude and a longitude."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "merged"]) | Q(closed_at__isnull=False),
                name="petition_closed_with_state",
                violation_error_message=_("A closed petition has the time of its end."),
            ),
        ]
        indexes = [
            models.Index(fields=["office", "due_at", "id"], name="petition_open", condition=Q(due_at__isnull=False)),
            models.Index(fields=["office", "-received_at", "-id"], name="petition_of_office"),
            models.Index(fields=["unit", "-received_at"], name="petition_of_unit"),
            models.Index(
                fields=["-published_at", "-id"], name="petition_public", condition=Q(published_at__isnull=False)
            ),
            GinIndex(fields=["search"], name="petition_search"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"petition:{self.pk}"


class Petitioner(Keyed):
    """Who sent a petition. Read only through ``access.petitioner_for``, which records every look."""

    petition = models.OneToOneField(Petition, models.CASCADE, related_name="petitioner")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="petitions")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="petitions")
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=250, blank=True)
    wrote_down = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")  # the officer


class Entry(Keyed):
    """Something said between the office and the sender (trao đổi)."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("The office asks")
        COMPLETED = "completed", _("The sender completes")
        FOLLOW_UP = "follow_up", _("The sender asks")
        REPLY = "reply", _("The office replies")
        REOPENED = "reopened", _("The sender is not content")
        ANSWER = "answer", _("The office answers")

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    text = models.TextField()
    at = models.DateTimeField()
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["petition", "at", "id"], name="petition_entries")]


class Photo(Keyed):
    """A picture or paper that came with a petition; never published."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="photos")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
