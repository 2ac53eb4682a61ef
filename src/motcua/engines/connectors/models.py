"""Line systems and what they are asked; who allowed what to be shared."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.engines.exchange.standing import Standing
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party

OPEN = ["held", "waiting", "sent", "answered", "dead"]  # states in which somebody still waits for something
_BEFORE = Q(state__in=["held", "waiting"])


class LineSystem(Keyed, Standing):
    """A system of another sector (hệ thống chuyên ngành) that operations are asked of.

    It is described by the last of its descriptions; what is secret stands in files. ``at_once``: so many requests run
    at the same time, and one as long as it does not answer.
    """

    code = models.SlugField(max_length=40, unique=True, allow_unicode=False)
    name = models.CharField(max_length=200)
    number = models.PositiveIntegerField(default=1)  # of the description in force
    at_once = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Description(Keyed):
    """One wording of what a system is and can be asked (mô tả hệ thống). It never changes; a later one replaces it."""

    system = models.ForeignKey(LineSystem, models.CASCADE, related_name="descriptions")
    number = models.PositiveIntegerField()
    content = models.TextField()  # YAML, as it was written
    document = models.JSONField(null=True, blank=True)  # OpenAPI
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "number"], name="description_number_once")]

    def __str__(self) -> str:
        return f"{self.system_id} {self.number}"


class Consent(Keyed):
    """A person allows data to be shared for a purpose (đồng ý cho xử lý dữ liệu cá nhân), until it is withdrawn.

    ``edition``: of the rules "data sharing", with the words that the person was shown.
    """

    party = models.ForeignKey(Party, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=60)
    edition = models.PositiveIntegerField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "purpose"], condition=Q(withdrawn_at=None), name="consent_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_by__isnull=False, withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_by_somebody",
                violation_error_message=_("Consent is withdrawn by somebody, after it was given."),
            ),
        ]
        indexes = [models.Index(fields=["party", "-given_at", "-id"], name="consent_of_party")]


class Call(Keyed):
    """One thing that a system is asked (lượt gọi), kept until its answer is with who wanted it.

    ``said`` and ``found`` are inputs and outputs, sealed and erased when it is over. ``consumer`` wanted it, under the
    name ``key``; ``about`` is the stream that it belongs to. ``whose``: the person whose data it deals with.
    """

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("call", "Waits for the person's consent")
        WAITING = "waiting", pgettext_lazy("call", "To be asked")
        SENT = "sent", pgettext_lazy("call", "Asked, no answer yet")
        ANSWERED = "answered", pgettext_lazy("call", "Answered")
        TAKEN = "taken", pgettext_lazy("call", "Answer taken")
        DEAD = "dead", pgettext_lazy("call", "Given up")
        LEFT = "left", pgettext_lazy("call", "Left out")

    system = models.ForeignKey(LineSystem, models.PROTECT, related_name="calls")
    operation = models.CharField(max_length=40)
    # Under which it was asked the last time.
    description = models.ForeignKey(Description, models.PROTECT, null=True, blank=True, related_name="+")
    consumer = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    about = models.CharField(max_length=120)
    whose = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=60, blank=True)
    edition = models.PositiveIntegerField(null=True, blank=True)
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, blank=True, related_name="+")
    said = models.BinaryField(blank=True)
    found = models.BinaryField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40, blank=True)  # of the fault
    fault = models.CharField(max_length=300, blank=True)
    next_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, blank=True)  # when the person was told that data were asked
    settled_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when the consumer heard that it was given up

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consumer", "key"], name="call_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["dead", "left"]) | ~Q(fault=""),
                name="call_given_up_has_fault",
                violation_error_message=_("Say why something is not asked."),
            ),
            models.CheckConstraint(
                condition=Q(purpose="") | Q(whose__isnull=False),
                name="call_with_purpose_has_person",
                violation_error_message=_("A purpose is about data of a person."),
            ),
        ]
        indexes = [
            models.Index(fields=["system", "next_at", "id"], name="call_waiting", condition=Q(state="waiting")),
            models.Index(fields=["system", "leased_until"], name="call_leased", condition=Q(state="waiting")),
            models.Index(fields=["next_at", "id"], name="call_sent", condition=Q(state="sent")),
            models.Index(fields=["next_at", "id"], name="call_to_hand_over", condition=Q(state="answered")),
            models.Index(fields=["id"], name="call_to_tell", condition=Q(state__in=["dead", "left"], told_at=None)),
            models.Index(fields=["id"], name="call_open", condition=Q(state__in=OPEN)),
            models.Index(fields=["whose", "purpose"], name="call_of_person", condition=_BEFORE),
            models.Index(fields=["about", "id"], name="call_about"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"
