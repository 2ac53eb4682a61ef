"""What can happen in the personal store: papers come in from dossiers, their owners add, remove and share."""

from motcua.services.vault.actions.keeping import follow_raised, keep_papers, keep_results, let_go_of_removed
from motcua.services.vault.actions.owning import remove, revoke, state_validity, upload
from motcua.services.vault.actions.sharing import end_share, open_share, share

__all__ = [
    "end_share",
    "follow_raised",
    "keep_papers",
    "keep_results",
    "let_go_of_removed",
    "open_share",
    "remove",
    "revoke",
    "share",
    "state_validity",
    "upload",
]
