"""What the store does when dossiers are accepted, go on and end."""

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import Group, declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.dossiers.subscribers import dossier_of
from motcua.services.vault import actions
from motcua.services.vault.models import KeptPaper
from motcua.services.vault.rules import SOURCE

STORE = Group(code="personal-store", label=_("My personal store"), audience="citizens")
_REVOKED = declare(
    code="vault.revoked",
    group=STORE,
    subject=_("A result was revoked: {name}"),
    body=_("“{name}”, number {number}, was revoked by the office that issued it. Reason: {reason}"),
)
PAPERS_CAME = (
    "dossier.accepted",
    "dossier.supplement_answered",
    "dossier.paper_added",
    "dossier.paper_digitised",
    "dossier.paper_validity_stated",
)


@subscriber("vault.papers", kinds=(*PAPERS_CAME, "dossier.paper_removed"))
def keep_papers(batch: list[Event]) -> None:
    """Keep what came with accepted dossiers, and let go of what was taken out of them again."""
    now = timezone.now()
    actions.keep_papers({dossier_of(event) for event in batch if event.kind in PAPERS_CAME}, at=now)
    removed = {dossier_of(event) for event in batch if event.kind not in PAPERS_CAME}
    if removed:
        actions.let_go_of_removed(removed, at=now)


@subscriber("vault.results", kinds=("dossier.returned",))
def keep_results(batch: list[Event]) -> None:
    """Keep the results that were returned."""
    actions.keep_results({dossier_of(event) for event in batch}, at=timezone.now())


@subscriber("vault.raised", kinds=("signing.upgraded",))
def follow_raised(batch: list[Event]) -> None:
    """Keep the versions of results whose signatures can be verified for longer."""
    for event in batch:
        told = event.references
        if told["subject"].startswith("dossier:"):
            actions.follow_raised(old_file=UUID(told["old_file"]), new_file=UUID(told["new_file"]))


@subscriber("vault.notices", kinds=("vault.revoked",), from_now=True)
def tell_owners(batch: list[Event]) -> None:
    """Tell owners that a result of theirs was revoked."""
    keys = {event.stream: UUID(event.stream.removeprefix(SOURCE)) for event in batch}
    kept = {row.pk: row for row in KeptPaper.objects.filter(pk__in=keys.values()).select_related("owner__merged_into")}
    for event in batch:
        row = kept.get(keys[event.stream])
        owner = (row.owner.merged_into or row.owner) if row else None
        if row is None or owner is None or owner.account_id is None:
            continue
        notify(
            _REVOKED,
            recipients=[owner.account_id],
            facts={"name": row.name, "number": row.number or "–", "reason": row.revoked_reason},
            key=f"{event.stream}:{event.version}",
            url=reverse("vault:paper", args=[row.pk]),
        )
