"""What can happen to accounts. Each function is one use case in one transaction and tells its event."""

from motcua.people.accounts.actions.administrators import (
    appoint_by_operator,
    end_administration,
    make_administrator,
    reset_by_operator,
)
from motcua.people.accounts.actions.factors import (
    confirm_totp,
    new_recovery_codes,
    register_passkey,
    remove_factor,
    use_passkey,
    use_recovery_code,
    use_totp,
)
from motcua.people.accounts.actions.holders import (
    change_password,
    confirm_password,
    create_account,
    issue_start_code,
    restore,
    revoke_other_sessions,
    revoke_session,
    start_with_code,
    suspend,
    update_contact,
)
from motcua.people.accounts.actions.identities import end_unseen, link_identity, unlink_identity
from motcua.people.accounts.actions.policies import set_policy
from motcua.people.accounts.actions.resets import confirm_reset, refuse_reset, start_reset
from motcua.people.accounts.actions.signing_in import check_password, note_sign_in, note_sign_out
from motcua.people.accounts.actions.tokens import issue_token, revoke_token

__all__ = [
    "appoint_by_operator",
    "change_password",
    "check_password",
    "confirm_password",
    "confirm_reset",
    "confirm_totp",
    "create_account",
    "end_administration",
    "end_unseen",
    "issue_start_code",
    "issue_token",
    "link_identity",
    "make_administrator",
    "new_recovery_codes",
    "note_sign_in",
    "note_sign_out",
    "refuse_reset",
    "register_passkey",
    "remove_factor",
    "reset_by_operator",
    "restore",
    "revoke_other_sessions",
    "revoke_session",
    "revoke_token",
    "set_policy",
    "start_reset",
    "start_with_code",
    "suspend",
    "unlink_identity",
    "update_contact",
    "use_passkey",
    "use_recovery_code",
    "use_totp",
]
