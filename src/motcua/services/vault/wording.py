"""The store in words: validity, who answers for a paper, why one cannot be used."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.engines.signing.queries import Kept as Judged
from motcua.engines.signing.texts import told
from motcua.kernel.text import local_date
from motcua.services.vault.models import KeptPaper
from motcua.services.vault.rules import Standing

STANDING_COLOURS = {Standing.VALID: "green", Standing.EXPIRED: "amber", Standing.REVOKED: "red"}


def standing_text(standing: Standing) -> str:
    """In two words."""
    return {
        Standing.VALID: pgettext("paper", "Valid"),
        Standing.NOT_YET: _("Not valid yet"),
        Standing.EXPIRED: pgettext("paper", "Expired"),
        Standing.REVOKED: pgettext("paper", "Revoked"),
    }[standing]


def validity_text(kept: KeptPaper) -> str:
    """Until when, as far as it is known, and who says so."""
    if kept.valid_to:
        issued = kept.origin == KeptPaper.Origin.RESULT
        if kept.validity_by:
            text = _("Until %(day)s, by %(who)s") if issued else _("Until %(day)s, as stated by %(who)s")
        else:
            text = _("Until %(day)s") if issued else _("Until %(day)s, as its owner states")
        return text % {"day": local_date(kept.valid_to), "who": kept.validity_by}
    return _("For good") if kept.origin == KeptPaper.Origin.RESULT else _("Not stated")


def facts_text(kept: KeptPaper) -> str:
    """Issuer, number, day and validity on one line, first of all whether anybody but the owner answers for these; of a
    paper without them, when and with what it came in.
    """
    declared = kept.assurance == KeptPaper.Assurance.DECLARED
    parts = [
        _("Self-declared, not verified") if declared else "",
        kept.issuer,
        _("No. %(number)s") % {"number": kept.number} if kept.number else "",
        _("issued on %(day)s") % {"day": local_date(kept.issued_on)} if kept.issued_on else "",
        _("valid until %(day)s") % {"day": local_date(kept.valid_to)} if kept.valid_to else "",
        "" if kept.issuer or declared else str(kept.get_assurance_display()),
        "" if kept.issued_on else _("in the store since %(day)s") % {"day": local_date(kept.added_at)},
    ]
    return " · ".join(part for part in parts if part)


def why_not(kept: KeptPaper, standing: Standing, judged: Judged | None) -> str:
    """Why a paper cannot be used for a dossier now; empty when it can."""
    if standing is Standing.REVOKED:
        return _("It was revoked on %(day)s.") % {"day": local_date(kept.revoked_at)}
    if standing is Standing.EXPIRED:
        return _("It expired on %(day)s.") % {"day": local_date(kept.valid_to)}
    if standing is Standing.NOT_YET:
        return _("It is not valid before %(day)s.") % {"day": local_date(kept.valid_from)}
    return _("Its electronic signature is broken.") if is_broken(judged) else ""


def is_broken(judged: Judged | None) -> bool:
    """Whether a signature of the file is known to be broken."""
    return judged is not None and any(verdict.tone == "error" for verdict in told(judged.verdicts))


def mark(kept: KeptPaper, judged: Judged | None) -> tuple[str, str]:
    """Text and colour of what vouches for the file: its signatures, else who brought it in."""
    tones = {verdict.tone for verdict in told(judged.verdicts)} if judged else set()
    if "error" in tones:
        return _("Signature broken"), "red"
    if kept.assurance == KeptPaper.Assurance.DECLARED:
        return _("Self-declared, not verified"), "amber"
    if tones == {"success"}:
        return _("Signature valid"), "green"
    if kept.assurance == KeptPaper.Assurance.DIGITISED:
        return _("Checked by an officer"), "green"
    if kept.assurance == KeptPaper.Assurance.ISSUED:
        return _("Issued here"), "green"
    return _("Accepted with a dossier"), "blue"


def joined(parts: Iterable[str]) -> str:
    """Facts on one line."""
    return " · ".join(part for part in parts if part)
