"""Documents that go out (văn bản đi): drafts, opinions, signatures, numbers, recipients."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.engines.signing.models import SigningTransaction
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models.described import Described
from motcua.services.correspondence.models.incoming import IncomingDocument

NUMBERED = ["sealed", "issued", "recalled"]


class OutgoingDocument(Described):
    """A document that an agency issues: drafted in a unit, signed by a leader, numbered and sealed by the clerk."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("document", "Draft")
        REVIEW = "review", pgettext_lazy("document", "Format being checked")
        SIGNING = "signing", pgettext_lazy("document", "To be signed")
        SIGNED = "signed", pgettext_lazy("document", "To be numbered and sealed")
        SEALED = "sealed", pgettext_lazy("document", "To be issued")
        ISSUED = "issued", pgettext_lazy("document", "Issued")
        RECALLED = "recalled", pgettext_lazy("document", "Recalled")
        DISCARDED = "discarded", pgettext_lazy("document", "Discarded")

    class Relation(models.TextChoices):
        NONE = "", "–"
        REPLACES = "replaces", _("Replaces")
        CORRECTS = "corrects", _("Corrects")
        UPDATES = "updates", _("Updates")

    office = models.ForeignKey(Office, models.PROTECT, related_name="outgoing_documents", db_index=False)
    unit = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    drafter = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    signer = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    mark = models.CharField(max_length=60)  # what follows the number: QĐ-UBND
    to = models.CharField(max_length=500, blank=True)  # kính gửi
    archive = models.CharField(max_length=100, default="VT")  # lưu
    copies = models.PositiveSmallIntegerField(default=1)  # how many are issued
    due_on = models.DateField(null=True, blank=True)  # when an answer is wanted
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    answers = models.ForeignKey(IncomingDocument, models.PROTECT, null=True, blank=True, related_name="answered_by")
    relation = models.CharField(max_length=8, choices=Relation.choices, blank=True)
    related = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    origin = models.CharField(max_length=80, blank=True, db_default="")  # what a room above made and signed
    series = models.CharField(max_length=30, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    begun_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)  # why it was sent back, recalled or discarded

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "series", "year", "number"],
                name="outgoing_number_once",
                violation_error_message=_("This number is taken."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=NUMBERED)
                | Q(number__isnull=False, year__isnull=False, signed_at__isnull=False),
                name="outgoing_sealed_has_number",
                violation_error_message=_("A sealed document has a number and a signature."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["issued", "recalled"], issued_at__isnull=False)
                | (~Q(state__in=["issued", "recalled"]) & Q(issued_at=None)),
                name="outgoing_issued_with_state",
                violation_error_message=_("A document has the time of issue exactly when it was issued."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"]) | Q(file__isnull=False),
                name="outgoing_has_file",
                violation_error_message=_("What is to be signed has a file."),
            ),
            models.CheckConstraint(
                condition=Q(relation="", related=None) | (~Q(relation="") & Q(related__isnull=False)),
                name="outgoing_relation_whole",
                violation_error_message=_("Name the document that is replaced or corrected."),
            ),
            models.CheckConstraint(
                condition=Q(related=None) | ~Q(related=F("id")),
                name="outgoing_not_own_relation",
                violation_error_message=_("A document does not replace itself."),
            ),
            models.UniqueConstraint(
                fields=["origin"],
                condition=~Q(origin=""),
                name="outgoing_of_origin_once",
                violation_error_message=_("This has been entered into the register already."),
            ),
        ]
        indexes = [
            models.Index(fields=["drafter", "-begun_at", "-id"], name="outgoing_of_drafter"),
            models.Index(fields=["signer", "begun_at", "id"], name="outgoing_to_sign", condition=Q(state="signing")),
            models.Index(
                fields=["office", "begun_at", "id"],
                name="outgoing_with_clerk",
                condition=Q(state__in=["review", "signed", "sealed"]),
            ),
            models.Index(fields=["office", "-issued_at", "-id"], name="outgoing_issued"),
            models.Index(fields=["notation"], name="outgoing_notation", condition=~Q(notation="")),
            models.Index(
                fields=["unit", "begun_at", "id"],
                name="outgoing_in_unit",
                condition=Q(state__in=["draft", "review", "signing", "signed", "sealed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"outgoing:{self.pk}"


class DraftVersion(Keyed):
    """One state of the draft: the text, its page, the Word file that it came from. None is ever changed."""

    document = models.ForeignKey(OutgoingDocument, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")  # PDF
    source = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    findings = models.JSONField(default=list)  # of the format check, as codes with their places
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="draft_version_once")]


class OutgoingAnnex(Keyed):
    """An annex in a file of its own. When the document is sealed, a PDF gets its own seal of the agency; beside any
    other file comes the container (ASiC-E) that holds it with the seal.
    """

    document = models.ForeignKey(OutgoingDocument, models.CASCADE, related_name="annexes")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()


class Opinion(Keyed):
    """What somebody is asked to say about a draft (xin ý kiến); in turn, where ``turn`` differs, else all at once."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("opinion", "Not yet their turn")
        ASKED = "asked", pgettext_lazy("opinion", "Asked")
        AGREED = "agreed", pgettext_lazy("opinion", "Agrees")
        OBJECTED = "objected", pgettext_lazy("opinion", "Has objections")
        WITHDRAWN = "withdrawn", pgettext_lazy("opinion", "No longer asked")

    document = models.ForeignKey(OutgoingDocument, models.CASCADE, related_name="opinions")
    officer = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    round = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State.choices)
    text = models.TextField(blank=True)
    version = models.ForeignKey(DraftVersion, models.PROTECT, related_name="+")  # that was asked about
    asked_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "round", "officer"],
                name="opinion_once_a_round",
                violation_error_message=_("This officer is asked already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["agreed", "objected"], given_at__isnull=False)
                | (~Q(state__in=["agreed", "objected"]) & Q(given_at=None)),
                name="opinion_given_with_state",
                violation_error_message=_("An opinion has a time exactly when it was given."),
            ),
        ]
        indexes = [
            models.Index(fields=["officer", "asked_at", "id"], name="opinion_asked", condition=Q(state="asked"))
        ]


class Recipient(Keyed):
    """Who gets a document, and by which way."""

    class Way(models.TextChoices):
        INSIDE = "inside", _("Office of this system")
        AXIS = "axis", _("Axis, or another installation directly")
        MAIL = "mail", pgettext_lazy("way", "E-mail")
        POST = "post", pgettext_lazy("way", "Post")
        DESK = "desk", pgettext_lazy("way", "One-stop desk")

    class Standing(models.TextChoices):
        """How far the partner is, numbered as edXML does (QĐ 28/2018/QĐ-TTg)."""

        ARRIVED = "01", pgettext_lazy("standing", "Arrived")
        REFUSED = "02", pgettext_lazy("standing", "Refused")
        REGISTERED = "03", pgettext_lazy("standing", "Registered")
        ASSIGNED = "04", pgettext_lazy("standing", "Assigned")
        IN_WORK = "05", pgettext_lazy("standing", "Being handled")
        DONE = "06", pgettext_lazy("standing", "Done")
        GIVEN_BACK = "15", pgettext_lazy("standing", "Agrees to the recall")
        KEPT = "16", pgettext_lazy("standing", "Declines the recall")

    class Answer(models.TextChoices):
        """What the partner says to an update or replacement; 15 and 16 as in QĐ 28/2018/QĐ-TTg."""

        NONE = "", "–"
        ASKED = "asked", pgettext_lazy("update", "Not answered yet")
        AGREED = "15", pgettext_lazy("update", "Takes over the update or replacement")
        DECLINED = "16", pgettext_lazy("update", "Declines the update or replacement")

    class Mailing(models.TextChoices):
        """How far the house is with sending it by e-mail."""

        NONE = "", "–"
        QUEUED = "queued", pgettext_lazy("mail", "Being sent")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        FAILED = "failed", pgettext_lazy("mail", "Not sent")

    document = models.ForeignKey(OutgoingDocument, models.CASCADE, related_name="recipients")
    way = models.CharField(max_length=6, choices=Way.choices)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=250, blank=True)  # code on the axis, e-mail or postal address
    arrived = models.OneToOneField(
        IncomingDocument, models.PROTECT, null=True, blank=True, related_name="sent_as"
    )  # where it is inside
    sent_at = models.DateTimeField(null=True, blank=True)
    mailing = models.CharField(max_length=6, choices=Mailing.choices, blank=True, db_default="")
    fault = models.CharField(max_length=300, blank=True, db_default="")  # why the house could not send it
    identifier = models.CharField(max_length=140, blank=True)  # DocumentId of the message to a partner
    standing = models.CharField(max_length=2, choices=Standing.choices, blank=True)  # as the partner says
    standing_at = models.DateTimeField(null=True, blank=True)
    standing_note = models.TextField(blank=True)
    amends = models.CharField(max_length=140, blank=True, db_default="")  # DocumentId there of what it changes
    answer = models.CharField(max_length=5, choices=Answer.choices, blank=True, db_default="")
    answer_at = models.DateTimeField(null=True, blank=True)
    answer_note = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "way", "name"],
                name="recipient_once",
                violation_error_message=_("This recipient is there already."),
            ),
            models.CheckConstraint(
                condition=Q(way="inside", office__isnull=False) | (~Q(way="inside") & Q(office=None)),
                name="recipient_inside_is_office",
                violation_error_message=_("A recipient of this system is one of its offices."),
            ),
        ]
        indexes = [
            models.Index(fields=["identifier"], name="recipient_identifier", condition=~Q(identifier="")),
            models.Index(fields=["id"], name="recipient_to_mail", condition=Q(mailing="queued")),
        ]
        ordering = ["id"]


class OutgoingSigning(Keyed):
    """A document in a signer's hands: from the wish until the signature is in the file (decision 9)."""

    class Act(models.TextChoices):
        INITIAL = "initial", _("Initial")
        SIGN = "sign", _("Sign")
        SEAL = "seal", _("Number and seal")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the signer")
        DONE = "done", _("Done")
        VOID = "void", _("Not signed")

    document = models.ForeignKey(OutgoingDocument, models.CASCADE, related_name="signings")
    act = models.CharField(max_length=7, choices=Act.choices)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")  # as it was sent
    transaction = models.ForeignKey(
        SigningTransaction, models.PROTECT, null=True, blank=True, related_name="outgoing_signings"
    )
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    authority = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    detail = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state="waiting"),
                name="outgoing_signing_one_at_a_time",
                violation_error_message=_("This document is being signed already."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="outgoing_signing_ends",
                violation_error_message=_("A signing has an end exactly when it no longer waits."),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=Q(state="waiting"), name="outgoing_signing_waiting")
        ]


class ReservedNumber(Keyed):
    """A number that was taken out of the row: kept for a document to come, or skipped; why stands beside it."""

    FREE = Q(held_for="", used_by=None, skipped_at=None)  # a clerk may give it to a document, or skip it
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    series = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    reason = models.TextField()
    held_for = models.CharField(max_length=80, blank=True, db_default="")  # the origin that is about to bear it
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    used_by = models.OneToOneField(
        OutgoingDocument, models.PROTECT, null=True, blank=True, related_name="reserved_number"
    )
    skipped_at = models.DateTimeField(null=True, blank=True)  # it will never be used

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "series", "year", "number"], name="reserved_number_once"),
            models.CheckConstraint(
                condition=Q(used_by=None) | Q(skipped_at=None),
                name="reserved_number_used_or_skipped",
                violation_error_message=_("A number is used or skipped, not both."),
            ),
            models.UniqueConstraint(
                fields=["held_for"],
                condition=~Q(held_for="") & Q(skipped_at=None),
                name="reserved_number_held_once",
                violation_error_message=_("A number is held for this already."),
            ),
        ]
