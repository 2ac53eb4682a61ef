"""Why no signature came, in plain words, with what can be done about it."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.engines.signing.providers.interface import Fault, Provider
from motcua.engines.signing.verification import Wrong


def not_signed_text(asked: SigningTransaction) -> str:
    """One or two sentences on a signing that ended without a signature."""
    return fault_text(Fault(asked.fault)) or _STATES.get(TransactionState(asked.state), _failed)()


def cancelled_text(asked: SigningTransaction) -> str:
    """What became of a request that its officer has cancelled."""
    if asked.state == TransactionState.SIGNED:
        return _("The request was cancelled. What had been signed before stays signed.")
    return _("The request was cancelled. Nothing was signed.")


def waiting_text(asked: SigningTransaction, provider: Provider | None) -> str:
    """What a signer should know while their service has not asked them, or nobody knows; empty otherwise."""
    if asked.state == TransactionState.WAITING and asked.fault == Fault.OVERLOADED:
        return _("The signing service takes no more requests at the moment. It is asked again by itself.")
    if asked.state != TransactionState.WAITING or asked.fault != Fault.UNANSWERED:
        return ""
    if provider is not None and provider.finds_by_id:
        return _("The signing service has not answered yet. It is asked again; if it asks you, confirm there.")
    return _(
        "The signing service has not answered, so its signature may not reach us. If it asks you, refuse there; cancel"
        " the request here and ask again."
    )


def fault_text(fault: Fault) -> str:
    """What a fault means to the signer; empty for none."""
    return _FAULTS[fault]() if fault in _FAULTS else ""


def returned_text(wrong: Wrong) -> str:
    """Why a file that the signer's program sent back was not taken."""
    return _RETURNED[wrong]()


def _failed() -> str:
    return _("The document was not signed. Try again, or choose another way of signing.")


_STATES: dict[TransactionState, Callable[[], str]] = {
    TransactionState.REFUSED: lambda: _("The signer refused. Nothing was signed."),
    TransactionState.EXPIRED: lambda: _("Nobody confirmed in time. Nothing was signed; you can ask again."),
    TransactionState.CANCELLED: lambda: _("The request was cancelled. Nothing was signed."),
}

_FAULTS: dict[Fault, Callable[[], str]] = {
    Fault.USER_CANCELLED: lambda: _("The signer refused. Nothing was signed."),
    Fault.PIN_WRONG: lambda: _("The PIN was not right. Nothing was signed; try again with the right PIN."),
    Fault.PIN_BLOCKED: lambda: _("The PIN is blocked. Ask whoever issued the certificate to unblock it."),
    Fault.NO_KEY: lambda: _("The signing key was not found. Check the token, or register the way of signing again."),
    Fault.UNREACHABLE: lambda: _("The phone or token cannot be reached. Switch it on or plug it in, then ask again."),
    Fault.BUSY: lambda: _("Another request is waiting at the same signer. Finish that one first, then ask again."),
    Fault.TIMEOUT: lambda: _("Nobody confirmed in time. Nothing was signed; you can ask again."),
    Fault.CERTIFICATE: lambda: _("The certificate has expired, was revoked or is suspended. Use another one."),
    Fault.NO_CREDIT: lambda: _("The account at the signing service has no signatures left. Ask the IT centre."),
    Fault.UNAVAILABLE: lambda: _("The signing service does not answer. Try again later, or sign in another way."),
    Fault.OVERLOADED: lambda: _(
        "The signing service takes no more requests at the moment. Try again in a few minutes."
    ),
    Fault.UNANSWERED: lambda: _(
        "The signing service did not say whether it has asked you, and no signature has come. None is taken any more:"
        " ask for the signature again."
    ),
    Fault.MISCONFIGURED: lambda: _("The signing service does not accept this system. Tell the IT centre."),
    Fault.WRONG_SIGNATURE: lambda: _(
        "What came back does not fit the document. Nothing was signed. Tell the IT centre."
    ),
}

_RETURNED: dict[Wrong, Callable[[], str]] = {
    Wrong.REWRITTEN: lambda: _("The signed file is not the document that was sent: it was written anew. Sign again."),
    Wrong.DAMAGED: lambda: _("The signed file cannot be read. Sign again."),
    Wrong.NOT_SIGNED: lambda: _("The file came back without a signature. Sign again."),
    Wrong.SIGNED_TWICE: lambda: _("The file came back with more than one new signature. Sign again, once."),
    Wrong.OTHER_FIELD: lambda: _(
        "The signature is not at the place that the document keeps for it. Sign again there."
    ),
    Wrong.OTHER_SIGNER: lambda: _("The file was signed with another certificate than the chosen one. Sign again."),
    Wrong.BROKEN: lambda: _("The signature in the file does not fit its content. Sign again."),
    Wrong.CHANGED: lambda: _("More was changed in the document than the signature. Sign again without other changes."),
    Wrong.PLAIN: lambda: _("The signature lacks the signed properties that this document needs. Sign in another way."),
    Wrong.WEAK: lambda: _("The signature uses an outdated digest. Set the program to SHA-256, then sign again."),
    Wrong.TOO_LARGE: lambda: _("The signed file is too large to be checked. Choose another way of signing."),
    Wrong.TOO_SLOW: lambda: _("Checking the signed file took too long. Choose another way of signing."),
    Wrong.BUSY: lambda: _("Too many files are being checked now. Send the signed file again in a moment."),
}
