"""What is stored of a dossier (hồ sơ): itself, its work, its papers, what it costs and what it brings."""

from motcua.services.dossiers.models.applying import ApplicationSigning
from motcua.services.dossiers.models.asked import Extension, Pause, Supplement, SupplementProposal
from motcua.services.dossiers.models.conversation import Message, MessageFile
from motcua.services.dossiers.models.copies import ResultCopy
from motcua.services.dossiers.models.dossier import Dossier, DossierQuerySet, ReturnMethod, State
from motcua.services.dossiers.models.draft import Draft, DraftFile
from motcua.services.dossiers.models.figures import Delta, Figure, SearchEntry
from motcua.services.dossiers.models.issued import (
    FormNumber,
    IssuedForm,
    ResultDocument,
    ReturnProof,
    ReturnSlip,
    WorkingPaper,
)
from motcua.services.dossiers.models.joint import CoApplicant
from motcua.services.dossiers.models.papers import FeeLine, NoScanReason, Paper
from motcua.services.dossiers.models.signing import ResultSigning
from motcua.services.dossiers.models.sources import OpenedFrom
from motcua.services.dossiers.models.work import Incident, Involvement, Timer, WorkItem, WorkItemQuerySet
from motcua.services.procedures.choices import Channel

__all__ = [
    "ApplicationSigning",
    "Channel",
    "CoApplicant",
    "Delta",
    "Dossier",
    "DossierQuerySet",
    "Draft",
    "DraftFile",
    "Extension",
    "FeeLine",
    "Figure",
    "FormNumber",
    "Incident",
    "Involvement",
    "IssuedForm",
    "Message",
    "MessageFile",
    "NoScanReason",
    "OpenedFrom",
    "Paper",
    "Pause",
    "ResultCopy",
    "ResultDocument",
    "ResultSigning",
    "ReturnMethod",
    "ReturnProof",
    "ReturnSlip",
    "SearchEntry",
    "State",
    "Supplement",
    "SupplementProposal",
    "Timer",
    "WorkItem",
    "WorkItemQuerySet",
    "WorkingPaper",
]
