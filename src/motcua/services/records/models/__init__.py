"""Work files with what they hold, their lists, and what becomes of them: holds, transfers, destruction, fixity."""

from motcua.services.records.models.appraising import Appraisal, AppraisedFile, Ballot, CouncilMember, Verdict
from motcua.services.records.models.archiving import Hold, Transfer, TransferredFile
from motcua.services.records.models.files import Entry, Handover, HandoverFile, PinnedFile, Share, WorkFile
from motcua.services.records.models.fixity import FixityFault, FixityRound
from motcua.services.records.models.lists import FileList, ListedFile

__all__ = [
    "Appraisal", "AppraisedFile", "Ballot", "CouncilMember", "Entry", "FileList", "FixityFault", "FixityRound",
    "Handover", "HandoverFile", "Hold", "ListedFile", "PinnedFile", "Share", "Transfer", "TransferredFile", "Verdict",
    "WorkFile",
]  # fmt: skip
