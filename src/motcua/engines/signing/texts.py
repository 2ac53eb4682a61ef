"""Verdicts in plain words, for a person who has never heard of certificates."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from motcua.engines.signing.verification import State, Trust, Verdict
from motcua.kernel.text.dates import local_datetime


def verdict_text(verdict: Verdict) -> str:
    """One or two sentences on a signature."""
    return _STATES[verdict.state](verdict)


def _valid(verdict: Verdict) -> str:
    text = _("Signed by %(signer)s at %(when)s. The document has not been changed since.")
    if verdict.filled_later:
        text = _("Signed by %(signer)s at %(when)s. Only fields left open for it were filled in afterwards.")
    return text % _facts(verdict)


def _untrusted(verdict: Verdict) -> str:
    text = _("The document has not been changed since %(signer)s signed it at %(when)s.") % _facts(verdict)
    return f"{text} {_why_untrusted(verdict.trust)}"


def _why_untrusted(trust: Trust) -> str:
    reasons = {
        Trust.EXPIRED: _("But the certificate is not valid at this time."),
        Trust.REVOKED: _("But the certificate has been revoked."),
        Trust.UNKNOWN_ISSUER: _("But the certificate comes from an authority that this system does not trust."),
    }
    return reasons.get(trust, _("But the certificate is not meant for signing documents."))


def _modified(verdict: Verdict) -> str:
    text = _("The document was changed after %(signer)s signed it at %(when)s. Do not rely on this copy.")
    return text % _facts(verdict)


def _broken(verdict: Verdict) -> str:
    return _("The signature does not match the document: it was altered or damaged. Do not rely on this copy.")


def _unverifiable(verdict: Verdict) -> str:
    return _("The signature could not be verified.")


def _facts(verdict: Verdict) -> dict[str, str]:
    return {"signer": verdict.signer, "when": local_datetime(verdict.signed_at) or _("an unknown time")}


_STATES: dict[State, Callable[[Verdict], str]] = {
    State.VALID: _valid,
    State.UNTRUSTED: _untrusted,
    State.MODIFIED: _modified,
    State.BROKEN: _broken,
    State.UNVERIFIABLE: _unverifiable,
}
