"""Applications that are still being written."""

from django.db import models

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.procedures.choices import Channel
from motcua.services.procedures.models import Case, CasePaper, ProcedureVersion


class Draft(Keyed):
    """An application not yet sent (hồ sơ nháp), kept as typed so that it goes on from any device."""

    SCANS = "dossiers.draft"  # the purpose of scans of its papers

    account = models.ForeignKey(Account, models.CASCADE, related_name="drafts")
    applicant = models.ForeignKey(Party, models.CASCADE, null=True, blank=True, related_name="drafts")
    procedure_version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="drafts")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="drafts")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    typed = models.JSONField(default=dict)  # fields exactly as typed, wrong ones included
    options = models.JSONField(default=dict)  # how the result is to be returned and where
    proposals = models.JSONField(default=dict, db_default={})  # answers read from pictures, by input name
    page = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "-saved_at", "-id"], name="draft_of_account")]


class DraftFile(Keyed):
    """A file attached to a draft, for a paper of the case or a file field of the form."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    case_paper = models.ForeignKey(CasePaper, models.CASCADE, null=True, blank=True, related_name="+")
    field = models.CharField(max_length=200, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    source = models.CharField(max_length=60, blank=True, db_default="")  # as ``Paper.source``; empty for an upload
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]
