"""Verdicts in plain words, for a person who has never heard of certificates."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from motcua.engines.signing.arrivals import ARRIVAL_FIELD
from motcua.engines.signing.rules import DEMONSTRATION_REASON
from motcua.engines.signing.verification import (
    Change,
    Coverage,
    Level,
    Note,
    Problem,
    Revocation,
    State,
    Trust,
    Verdict,
    What,
)
from motcua.kernel.text.dates import local_date, local_datetime

if TYPE_CHECKING:
    from motcua.engines.signing.queries import Kept

TONES = {State.VALID: "success", State.UNTRUSTED: "warning", State.UNVERIFIABLE: "warning", State.PARTIAL: "warning"}
NOT_SIGNED = gettext_lazy("This file carries no electronic signature.")
_MOST_NAMES = 12


@dataclass(frozen=True)
class Told:
    """A verdict as pages and the command line show it; ``facts`` are labels and values for who wants to know more."""

    tone: str
    text: str
    facts: tuple[tuple[str, str], ...]

    @property
    def tag(self) -> str:
        """In two or three words."""
        texts = {"success": _("Signature valid"), "warning": _("Signature not confirmed")}
        return texts.get(self.tone, _("Signature broken"))

    @property
    def rows(self) -> list[dict[str, str]]:
        """The facts for the macro ``mc.summary``."""
        return [{"label": label, "value": value} for label, value in self.facts]


def told(verdicts: Iterable[Verdict]) -> list[Told]:
    """Every verdict in words."""
    return [Told(TONES.get(each.state, "error"), verdict_text(each), verdict_facts(each)) for each in verdicts]


def unsigned(kept: "Kept | None") -> str:
    """That nobody signed a content, in two or three words; empty for a signed one and while it was not judged."""
    return _("Not digitally signed") if kept is not None and not kept.verdicts else ""


def in_a_line(kept: "Kept | None") -> str:
    """What the signatures of a content were found to be worth, or that nobody signed it; empty while not judged."""
    return unsigned(kept) or " ".join(each.text for each in told(kept.verdicts if kept else ()))


def verdict_text(verdict: Verdict) -> str:
    """A few sentences on a signature: what it is worth, and what a reader should know beside."""
    return " ".join(sentence for sentence in (_STATES[verdict.state](verdict), *_notes(verdict)) if sentence)


def verdict_facts(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """Label and value of what is known of a signature; only what there is."""
    certificate = verdict.certificate
    rows = [
        (_("Signed by"), verdict.signer),
        (pgettext("certificate", "Organisation"), certificate.organisation),
        (_("Number in the certificate"), certificate.identity),
        (_("Signed at"), _time(verdict)),
        (_("Reason stated"), verdict.reason),
        (_("Certificate issued by"), verdict.issuer),
        (_("Certificate valid"), _span(certificate.valid_from, certificate.valid_to)),
        (_("Serial number of the certificate"), certificate.serial),
        (_("Revocation of the certificate"), _revocation(verdict) if certificate.serial else ""),
        (pgettext("signature", "Level"), _level(verdict.level)),
        (_("Covers"), _coverage(verdict)),
        (_("Afterwards"), "; ".join(map(_change, verdict.changes))),
        (pgettext("signature", "Field"), verdict.field),
    ]
    return tuple((label, value) for label, value in rows if value)


def _valid(verdict: Verdict) -> str:
    text = _("Signed by %(signer)s at %(when)s. The document has not been changed since.")
    if verdict.filled_later:
        text = _("Signed by %(signer)s at %(when)s. Only fields left open for it were filled in afterwards.")
    return text % _facts(verdict)


def _untrusted(verdict: Verdict) -> str:
    if verdict.trust is Trust.WEAK:
        return _("%(signer)s signed with an outdated method that can be forged today. Do not rely on this copy.") % (
            _facts(verdict)
        )
    text = _("The document has not been changed since %(signer)s signed it at %(when)s.")
    if verdict.filled_later:
        text = _("Since %(signer)s signed the document at %(when)s, only fields left open for it were filled in.")
    return f"{text % _facts(verdict)} {_why_untrusted(verdict)}"


def _why_untrusted(verdict: Verdict) -> str:
    if verdict.trust is Trust.EXPIRED and verdict.proven:
        return _("But the certificate has expired since, and nothing shows that it was not revoked at that time.")
    if verdict.trust is Trust.SUSPENDED and not verdict.proven:
        return _("But the certificate is suspended, and nothing proves that it was signed before.")
    reasons = {
        Trust.EXPIRED: _("But the certificate has expired, and nothing proves that it was signed before."),
        Trust.NOT_YET_VALID: _("But the certificate was not valid yet at that time."),
        Trust.REVOKED: _("But the certificate has been revoked."),
        Trust.SUSPENDED: _("But the certificate was suspended at that time."),
        Trust.SELF_SIGNED: _("But the signer made the certificate themselves: nobody vouches for who they are."),
        Trust.UNKNOWN_ISSUER: _("But the certificate comes from an authority that this system does not trust."),
        Trust.UNSUITABLE: _("But the chain of certificates does not follow the rules."),
    }
    return reasons.get(verdict.trust, _("But the certificate is not meant for signing documents."))


def _partial(verdict: Verdict) -> str:
    text = _("%(signer)s signed only a part at %(when)s. Nobody signed: %(names)s. Do not rely on that.")
    return text % (_facts(verdict) | {"names": _listed(verdict.uncovered)})


def _modified(verdict: Verdict) -> str:
    text = _("The document was changed after %(signer)s signed it at %(when)s. Do not rely on this copy.")
    changes = [_change(change) for change in verdict.changes if change.what is not What.OTHER]
    told_changes = _("Changed: %(what)s.") % {"what": "; ".join(changes)} if changes else ""
    return f"{text % _facts(verdict)} {told_changes}".strip()


def _broken(verdict: Verdict) -> str:
    return _("The signature does not match the document: it was altered or damaged. Do not rely on this copy.")


def _unverifiable(verdict: Verdict) -> str:
    reasons = {
        Problem.TOO_LARGE: _("The file is too large to be checked."),
        Problem.TOO_SLOW: _("It took too long: the file may be made to hinder its examination."),
        Problem.BUSY: _("Too many files are being checked at the moment. Please try again in a minute."),
        Problem.UNKNOWN_KIND: _("Only PDF, XML and ASiC files can be checked here."),
        Problem.ENCRYPTED: _("The file is protected by a password. Remove the password and try again."),
        Problem.DAMAGED: _("The file is damaged or incomplete."),
        Problem.AMBIGUOUS: _("The file is built so that programs may show different contents. Do not rely on it."),
        Problem.FORBIDDEN: _("The file contains what a signed document must not contain. Do not rely on it."),
        Problem.TOO_MANY: _("The file has more parts or signatures than can be checked."),
        Problem.UNSUPPORTED: _("The signature is of a kind that cannot be checked here."),
    }
    why = reasons.get(verdict.problem) if verdict.problem else None
    return " ".join(filter(None, [_("The signature could not be verified."), why]))


def _notes(verdict: Verdict) -> list[str]:
    found = []
    if DEMONSTRATION_REASON in verdict.reason:
        found.append(_("It was made with a key of the demonstration and has no legal value."))
    if verdict.field.startswith(ARRIVAL_FIELD) and verdict.state in (State.VALID, State.UNTRUSTED):
        found.append(
            _("This is the arrival stamp of whoever received the document (%(reason)s).") % {"reason": verdict.reason}
        )
    if verdict.state is State.VALID and verdict.revocation is Revocation.UNKNOWN:
        found.append(_("Whether the certificate has been revoked is not known here."))
    if Note.DYNAMIC_FORM in verdict.notes:
        found.append(_("The document is a dynamic form: what it shows may depend on the program that opens it."))
    if Note.UNCOUNTED in verdict.notes:
        found.append(
            _(
                "The file also carries time stamps or proofs that do not count here: they do not match, come from an "
                "authority that is not trusted, or are of a kind that cannot be checked."
            )
        )
    if Note.COUNTERSIGNED in verdict.notes:
        found.append(_("Somebody has signed this signature in turn; that further signature is not checked here."))
    return found


def _time(verdict: Verdict) -> str:
    if verdict.signed_at is None:
        return ""
    text = _("%(when)s (proven by a timestamp)") if verdict.proven else _("%(when)s (the signer's own statement)")
    return text % {"when": local_datetime(verdict.signed_at)}


def _span(begin: datetime | None, end: datetime | None) -> str:
    if begin is None or end is None:
        return ""
    return _("from %(begin)s to %(end)s") % {"begin": local_date(begin), "end": local_date(end)}


def _revocation(verdict: Verdict) -> str:
    if verdict.revocation is Revocation.REVOKED:
        return _("Revoked on %(day)s") % {"day": local_datetime(verdict.revoked_at) or _("an unknown day")}
    if verdict.revocation is Revocation.SUSPENDED:
        return _("Suspended since %(day)s") % {"day": local_datetime(verdict.revoked_at) or _("an unknown day")}
    if verdict.revocation is Revocation.GOOD:
        return _("Not revoked")
    return _("Not known")


def _level(level: Level | None) -> str:
    texts = {
        Level.BASIC: _("Basic signature"),
        Level.B_B: _("B-B: valid as long as the certificate"),
        Level.B_T: _("B-T: with a timestamp"),
        Level.B_LT: _("B-LT: with all that a later check needs"),
        Level.B_LTA: _("B-LTA: can be checked for decades"),
    }
    return texts[level] if level else ""


def _coverage(verdict: Verdict) -> str:
    if verdict.coverage is None:
        return ""
    if verdict.covers:
        return _listed(verdict.covers)
    texts = {
        Coverage.WHOLE: _("The whole file"),
        Coverage.REVISION: _("The file as it was when it was signed"),
        Coverage.PARTS: _("Only parts of the file"),
    }
    return texts[verdict.coverage]


def _change(change: Change) -> str:
    texts = {
        What.FIELDS: _("fields filled in: %(names)s"),
        What.SIGNATURES: _("further signatures: %(names)s"),
        What.VALIDATION_DATA: _("data for later checks added"),
        What.PAGES: _("pages drawn anew: %(names)s"),
        What.PAGES_ADDED: _("pages added: %(names)s"),
        What.PAGES_REMOVED: _("pages removed"),
        What.ANNOTATIONS: _("notes put on pages: %(names)s"),
        What.OTHER: _("something that cannot be named"),
    }
    return texts[change.what] % {"names": _listed(change.names)}


def _listed(names: tuple[str, ...]) -> str:
    rest = len(names) - _MOST_NAMES
    listed = ", ".join(names[:_MOST_NAMES])
    return _("%(names)s and %(n)d more") % {"names": listed, "n": rest} if rest > 0 else listed


def _facts(verdict: Verdict) -> dict[str, str]:
    return {
        "signer": verdict.signer or _("an unknown person"),
        "when": local_datetime(verdict.signed_at) or _("an unknown time"),
    }


_STATES: dict[State, Callable[[Verdict], str]] = {
    State.VALID: _valid,
    State.UNTRUSTED: _untrusted,
    State.PARTIAL: _partial,
    State.MODIFIED: _modified,
    State.BROKEN: _broken,
    State.UNVERIFIABLE: _unverifiable,
}
