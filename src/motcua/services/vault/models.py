"""The personal store (kho dữ liệu điện tử của tổ chức, cá nhân): what was accepted or issued, kept for its owner."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Dossier, Paper, ResultDocument
from motcua.services.procedures.models import Procedure
from motcua.services.vault.rules import SOURCE


class KeptPaper(Keyed):
    """A paper or result in its owner's store: what it is, who answers for it, how long it is valid, and its file.

    The file is one of its own over the same content, so that dossier and store may each let go of it; it is gone once
    the paper is removed. ``valid_to`` is the last day; none is for good, or not known. A result stands in the store of
    each who applied for it, and so does a paper that the package says is of everyone; any other in that of the
    applicant who handed it in, for it may be of that person alone.
    """

    class Origin(models.TextChoices):
        RESULT = "result", _("Result of a procedure")
        PAPER = "paper", _("Paper of an accepted dossier")
        OWN = "own", _("Uploaded by myself")

    class Assurance(models.TextChoices):
        """Who answers for what the file shows."""

        ISSUED = "issued", _("Issued by this system")
        DIGITISED = "digitised", _("Scanned and checked by an officer")
        ACCEPTED = "accepted", _("Accepted with a dossier, sent in by the applicant")
        DECLARED = "declared", _("Stated by yourself, not verified")

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("paper", "Kept")
        REVOKED = "revoked", pgettext_lazy("paper", "Revoked")
        REMOVED = "removed", pgettext_lazy("paper", "Removed")

    owner = models.ForeignKey(Party, models.PROTECT, related_name="kept_papers", db_index=False)
    origin = models.CharField(max_length=6, choices=Origin.choices)
    assurance = models.CharField(max_length=9, choices=Assurance.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.HELD)
    kind_code = models.CharField(max_length=60, blank=True)  # of a result
    paper_code = models.CharField(max_length=40, blank=True)  # of a paper, within its procedure
    procedure = models.ForeignKey(Procedure, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=1000)
    name_fold = models.CharField(max_length=1000)
    issuer = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    # the office or law that says so; empty where the owner does, or nobody
    validity_by = models.CharField(max_length=300, blank=True, db_default="")
    form = models.CharField(max_length=10, choices=Paper.Form.choices, blank=True)
    dossier = models.ForeignKey(Dossier, models.SET_NULL, null=True, blank=True, related_name="+")
    paper = models.ForeignKey(Paper, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    result = models.ForeignKey(
        ResultDocument, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")  # who uploaded it
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=500, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="removed", file__isnull=True, removed_at__isnull=False)
                | (~Q(state="removed") & Q(file__isnull=False, removed_at__isnull=True)),
                name="kept_paper_has_file_until_removed",
                violation_error_message=_("A paper has its file exactly until it is removed."),
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
                name="kept_paper_revoked_with_reason",
                violation_error_message=_("A revoked paper has the reason."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="kept_paper_validity",
                violation_error_message=_("The last day must not be before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(origin="own", assurance="declared", added_by__isnull=False)
                | (~Q(origin="own") & ~Q(assurance="declared")),
                name="kept_paper_own_is_declared",
                violation_error_message=_("What somebody uploads is stated by themselves."),
            ),
            models.UniqueConstraint(
                fields=["result", "owner"],
                name="kept_result_once_an_owner",
                violation_error_message=_("This result is in the store already."),
            ),
            models.UniqueConstraint(
                fields=["paper", "owner"],
                name="kept_paper_once_an_owner",
                violation_error_message=_("This paper is in the store already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "-added_at", "-id"], condition=~Q(state="removed"), name="kept_paper_of_owner"
            ),
            models.Index(fields=["dossier"], condition=Q(dossier__isnull=False), name="kept_paper_of_dossier"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """The stream of its events and access records, by which papers of dossiers name it, too."""
        return f"{SOURCE}{self.pk}"


class Share(Keyed):
    """A link by which whoever has it may open one paper for a time (liên kết chia sẻ). Its secret stands nowhere."""

    kept = models.ForeignKey(KeptPaper, models.PROTECT, related_name="shares")
    recipient = models.CharField(max_length=200, blank=True)  # whom it is for, in the owner's words
    expires_at = models.DateTimeField()
    pin_hash = models.CharField(max_length=128, blank=True)
    most_openings = models.PositiveSmallIntegerField(null=True, blank=True)
    openings_count = models.PositiveIntegerField(default=0)
    wrong_pins = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)  # by its owner, or after too many wrong PINs

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="share_expires_later",
                violation_error_message=_("A link ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(most_openings=None) | Q(openings_count__lte=models.F("most_openings")),
                name="share_opened_at_most",
                violation_error_message=_("A link is opened no more often than was allowed."),
            ),
        ]
        indexes = [models.Index(fields=["kept", "-created_at", "-id"], name="share_of_paper")]


class Opening(Keyed):
    """Somebody opened a link. Who it was is not known; from where is not kept."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="openings")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["share", "-at", "-id"], name="opening_of_share")]
