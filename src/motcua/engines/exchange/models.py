"""With whom messages are exchanged, over which lines; what goes out, what came in, what was refused at the door."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.engines.exchange.rules import Demand
from motcua.engines.exchange.standing import Standing
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed

_OPEN_OUTGOING, _OPEN_INCOMING = Q(state__in=["waiting", "dead"]), Q(state__in=["waiting", "stuck"])
__all__ = ["Account", "Channel", "Errand", "Incoming", "Outgoing", "Partner", "Refusal"]


class Channel(Keyed, Standing):
    """A line over which partners are reached (đường truyền): the axis, or another installation directly.

    What is secret stands in files of the folder of secrets; here is only their name. ``leased_until``: a worker sends.
    """

    class Kind(models.TextChoices):
        DIRECT = "direct", _("Another installation, directly")
        AXIS = "axis", _("Axis (provincial REST)")

    code = models.SlugField(max_length=40, unique=True, allow_unicode=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    url = models.CharField(max_length=300)
    kinds = ArrayField(models.CharField(max_length=60))  # of messages that go over it
    timeout = models.PositiveSmallIntegerField(default=20)  # seconds for one message and its answer
    is_active = models.BooleanField(default=True)
    # Towards the other side: names of files.
    secret = models.CharField(max_length=80, blank=True)
    client_certificate = models.CharField(max_length=80, blank=True)
    authorities = models.CharField(max_length=80, blank=True)
    # From the other side: the SHA-256 of its client certificate, or the name of the service of its token.
    fingerprint = models.CharField(max_length=64, blank=True)
    service = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)  # when it last took or refused a message

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(timeout__gte=1, timeout__lte=120),
                name="channel_timeout_bounded",
                violation_error_message=_("A line waits between 1 and 120 seconds."),
            ),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~Q(fingerprint=""), name="channel_of_fingerprint"
            ),
            models.UniqueConstraint(fields=["service"], condition=~Q(service=""), name="channel_of_service"),
        ]

    def __str__(self) -> str:
        return self.name


class Account(Keyed):
    """An agency of this house at an axis (tài khoản trên trục): ``code`` is its OrganId, ``system`` its X-SystemId."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="accounts")
    code = models.CharField(max_length=40)
    system = models.CharField(max_length=80)
    secret = models.CharField(max_length=80)
    pull_at = models.DateTimeField(null=True, blank=True)  # not before
    pulled_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)  # why it could not be fetched for
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "code"], name="account_of_agency_once")]
        indexes = [models.Index(fields=["pull_at"], name="account_to_pull")]

    def __str__(self) -> str:
        return self.code


class Partner(Keyed):
    """An agency with which messages are exchanged (đơn vị liên thông); ``code`` is its OrganId.

    ``signers``: SHA-256 fingerprints of the certificates with which it signs messages.
    """

    class Demands(models.TextChoices):
        KNOWN = Demand.KNOWN.value, _("A signature of a known certificate")
        TRUSTED = Demand.TRUSTED.value, _("A signature that a trusted authority vouches for, of whomever it is")
        WHOLE = Demand.WHOLE.value, _("A signature, whoever vouches for it")
        NOTHING = Demand.NOTHING.value, _("No signature")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="partners")
    demands = models.CharField(max_length=8, choices=Demands.choices, default=Demands.KNOWN)
    signers = ArrayField(models.CharField(max_length=64), default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["channel", "code"], name="partner_of_channel")]

    def __str__(self) -> str:
        return self.name


class Outgoing(Keyed):
    """A message to a partner. Its key orders it; the content is built, signed and kept when it is first sent.

    ``tries`` counts missing answers in a row, ``attempts`` what is held against the message.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("message", "On its way")
        SENT = "sent", pgettext_lazy("message", "Delivered")
        DEAD = "dead", pgettext_lazy("message", "Given up")
        LEFT = "left", pgettext_lazy("message", "Left out")

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="outgoing")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    sender = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    there = models.CharField(max_length=100, blank=True)  # how the other side calls it
    attempts = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40, blank=True)  # of the fault
    fault = models.CharField(max_length=500, blank=True)
    next_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "kind", "key"], name="outgoing_letter_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["dead", "left"]) | ~Q(fault=""),
                name="outgoing_letter_dead_has_fault",
                violation_error_message=_("Say why a message is not sent."),
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | (Q(file__isnull=False) & ~Q(digest="")),
                name="outgoing_letter_sent_has_content",
                violation_error_message=_("What was sent is kept."),
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "id"], name="outgoing_letter_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["partner", "about", "id"],
                name="outgoing_letter_open",
                condition=_OPEN_OUTGOING,
            ),
            models.Index(fields=["id"], name="outgoing_letter_dead", condition=Q(state="dead")),
            models.Index(fields=["key"], name="outgoing_letter_key"),
            models.Index(fields=["partner", "-id"], name="outgoing_letter_of_partner"),
        ]


class Incoming(Keyed):
    """A message of a partner, kept as it came until a room has taken it, and afterwards."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("message", "To be taken in")
        TAKEN = "taken", pgettext_lazy("message", "Taken in")
        STUCK = "stuck", pgettext_lazy("message", "Cannot be taken in")
        LEFT = "left", pgettext_lazy("message", "Left aside")

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="incoming")
    kind = models.CharField(max_length=60)
    message_id = models.CharField(max_length=100)
    about = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")  # none: taken back
    signature = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40, blank=True)
    fault = models.CharField(max_length=500, blank=True)
    next_at = models.DateTimeField()
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # The same again is nothing new, under its name or under another.
            models.UniqueConstraint(fields=["partner", "kind", "message_id"], name="incoming_letter_once"),
            models.UniqueConstraint(fields=["partner", "kind", "digest"], name="incoming_letter_said_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["stuck", "left"]) | ~Q(fault=""),
                name="incoming_letter_stuck_has_fault",
                violation_error_message=_("Say why a message is not taken in."),
            ),
            models.CheckConstraint(
                condition=Q(state="taken") | Q(file__isnull=False),
                name="incoming_letter_kept_until_taken",
                violation_error_message=_("A message is kept until it has been taken in."),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="incoming_letter_waiting", condition=Q(state="waiting")),
            models.Index(fields=["message_id"], name="incoming_letter_named"),
            models.Index(
                fields=["partner", "about", "id"],
                name="incoming_letter_open",
                condition=_OPEN_INCOMING,
            ),
            models.Index(fields=["id"], name="incoming_letter_stuck", condition=Q(state="stuck")),
            models.Index(fields=["partner", "-id"], name="incoming_letter_of_partner"),
        ]


class Refusal(Keyed):
    """A message that was refused at the door, with what its sender was told. Its content is not kept."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="refusals")
    message_id = models.CharField(max_length=100)
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=500)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "message_id", "digest"], name="refusal_said_once"),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="refusal_newest")]


class Errand(Keyed):
    """What another agency's signer is asked through the exchange; ``is_served``: what another agency asks one of ours.

    ``own_key`` is the asking house's name for it, ``sender`` the code of the agency of this house.
    """

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="errands")
    is_served = models.BooleanField()
    own_key = models.UUIDField()
    sender = models.CharField(max_length=40)
    asked = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "is_served", "own_key"], name="errand_once")]
        indexes = [
            models.Index(
                fields=["asked_at", "id"], name="errand_to_answer", condition=Q(is_served=True, answered_at=None)
            ),
        ]
