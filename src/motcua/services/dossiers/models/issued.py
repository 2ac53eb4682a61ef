"""What the offices issue: the seven official forms and the result."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models import OutgoingDocument
from motcua.services.dossiers.models.dossier import Dossier
from motcua.services.dossiers.models.work import WorkItem


class FormNumber(models.TextChoices):
    """The forms of TT 03/2025/TT-VPCP, appendix I, that are issued for one dossier."""

    RECEIPT = "01", _("Receipt and appointment slip")
    SUPPLEMENT = "02", _("Request to complete the dossier")
    REFUSAL = "03", _("Refusal to accept the dossier")
    APOLOGY = "04", _("Apology and extension")
    STOP = "05", _("Notice that processing stops")
    CONTROL = "06", _("Control slip")


class IssuedForm(Keyed):
    """One issued form: its data as they were, and the PDF once rendered."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="issued_forms")
    form = models.CharField(max_length=2, choices=FormNumber.choices)
    number = models.CharField(max_length=60, blank=True)
    data = models.JSONField()
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="issued_forms")

    class Meta:
        ordering = ["issued_at", "id"]

    def __str__(self) -> str:
        return self.get_form_display()


class ResultDocument(Keyed):
    """A result of the dossier (kết quả giải quyết): prepared, signed by the leader, numbered and sealed."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        SIGNED = "signed", _("Signed")
        SEALED = "sealed", _("Sealed")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="results")
    template = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    code = models.CharField(max_length=60, blank=True)  # code of the kind of result
    office = models.ForeignKey(Office, models.PROTECT, related_name="result_documents")
    data = models.JSONField(default=dict)  # what the specialist wrote for this result
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARED)
    number = models.CharField(max_length=60, blank=True)  # reserved when it is sent to be sealed
    document = models.OneToOneField(
        OutgoingDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )  # in the register of documents out, where the package says so
    numbered_at = models.DateTimeField(null=True, blank=True)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    sealed_at = models.DateTimeField(null=True, blank=True)
    sealed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["prepared_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "template"], name="result_once_per_template"),
            models.CheckConstraint(
                condition=Q(state="prepared", signed_at__isnull=True)
                | (~Q(state="prepared") & Q(signed_at__isnull=False, signed_by__isnull=False)),
                name="result_signed_with_state",
                violation_error_message=_("A result is signed exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=~Q(state="sealed") | (Q(sealed_at__isnull=False) & ~Q(number="")),
                name="result_sealed_has_number",
                violation_error_message=_("A sealed result has a number."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReturnProof(models.TextChoices):
    """What proves that a result was handed over: a signature or the receipt's code, for the post the parcel."""

    SIGNATURE = "signature", pgettext_lazy("return", "A signature")
    CODE = "code", pgettext_lazy("return", "The receipt's code")
    PARCEL = "parcel", pgettext_lazy("return", "A parcel number")


class ReturnSlip(Keyed):
    """The paper on which somebody signed for the result (phiếu ký nhận kết quả), scanned or photographed."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="return_slip")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.dossier)


class WorkingPaper(Keyed):
    """A version of the draft of a result that an officer edits in Word (dự thảo); every version is kept.

    It is read by officers only. What is issued is the :class:`ResultDocument`.
    """

    class Pdf(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("draft", "Being made")
        MADE = "made", pgettext_lazy("draft", "Made")
        FAILED = "failed", pgettext_lazy("draft", "Could not be made")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="working_papers")
    work_item = models.ForeignKey(WorkItem, models.PROTECT, related_name="working_papers")  # the step it was kept at
    template = models.CharField(max_length=60)  # the result that it is a draft of
    name = models.CharField(max_length=300)
    number = models.PositiveSmallIntegerField()  # of the version
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    pdf_state = models.CharField(max_length=10, choices=Pdf.choices, default=Pdf.WAITING)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")  # to look at
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "template", "number"], name="working_paper_numbered_once"),
            models.CheckConstraint(
                condition=Q(pdf_state="made", pdf__isnull=False) | (~Q(pdf_state="made") & Q(pdf__isnull=True)),
                name="working_paper_pdf_with_state",
                violation_error_message=_("A draft has its PDF exactly when its state says so."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
