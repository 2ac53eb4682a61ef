"""What the store offers to an application: what fits and is valid; of the rest that fits, why it cannot be used."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.queries import Kept as Judged
from motcua.kernel.blobs.models import ScanState
from motcua.kernel.text import fold
from motcua.services.dossiers.stores import OF_PAPER, Offer, Offers
from motcua.services.procedures.models import CasePaper
from motcua.services.vault import queries, rules, wording
from motcua.services.vault.access import standing_of
from motcua.services.vault.models import KeptPaper

MOST = 200  # the newest of a store; what is older is found in the store itself


class PersonalStore:
    """The store as dossiers ask it (``dossiers.stores.Store``)."""

    def offers(self, applicant: UUID, papers: Sequence[CasePaper], procedure: UUID) -> Offers:
        """The newest of what fits each paper first, before it what others vouch for, last what cannot be used.

        Three statements.
        """
        rows = KeptPaper.objects.filter(owner__in=queries.owners_of(applicant)).exclude(state=KeptPaper.State.REMOVED)
        readable = rows.filter(file__blob__scan_state__in=(ScanState.CLEAN, ScanState.NOT_SCANNED))
        kept = list(readable.select_related("file").order_by("-added_at", "-id")[:MOST])
        judged, today = queries.verdicts_of(kept), timezone.localdate()
        offered = [(each, _offer(each, judged, today)) for each in kept]
        own = {each.stream for each in kept if each.origin == KeptPaper.Origin.OWN}
        fitting = {
            paper.pk: sorted(
                (offer for each, offer in offered if rules.fits(_kind(each), _asked(paper, procedure))),
                key=lambda offer: (bool(offer.why_not), offer.source in own),
            )
            for paper in papers
        }
        return Offers(fitting, [offer for _kept, offer in offered if not offer.why_not])

    def barred(self, sources: Collection[str]) -> Mapping[str, str]:
        """Sources that the store knows to be expired, revoked or removed; one statement, and one for signatures."""
        named, papers = _keys(sources, rules.SOURCE), _keys(sources, OF_PAPER)
        rows = KeptPaper.objects.filter(Q(pk__in=named) | Q(paper__in=papers)).select_related("file")
        kept = list(rows)
        judged, today = queries.verdicts_of(kept), timezone.localdate()
        found: dict[str, str] = {}
        for each in kept:
            if each.file is None:
                why = _("It has been removed from the store.")
            else:
                why = wording.why_not(each, standing_of(each, today), judged.get(each.file.blob_id))
            found |= {each.stream: why, f"{OF_PAPER}{each.paper_id}": why} if why else {}
        return {source: found[source] for source in sources if source in found}

    def declared(self, sources: Collection[str]) -> Collection[str]:
        """Sources that their owner uploaded; one statement."""
        own = KeptPaper.objects.filter(pk__in=_keys(sources, rules.SOURCE), origin=KeptPaper.Origin.OWN)
        return {f"{rules.SOURCE}{key}" for key in own.values_list("pk", flat=True)}

    def revoked(self, results: Collection[UUID]) -> Mapping[UUID, datetime]:
        """Results that the office which issued them revoked, and when; one statement."""
        rows = KeptPaper.objects.filter(result__in=results, state=KeptPaper.State.REVOKED, revoked_at__isnull=False)
        found = rows.order_by("revoked_at").values_list("result_id", "revoked_at")
        return {result: at for result, at in found if result is not None and at is not None}


def _keys(sources: Collection[str], kind: str) -> set[UUID]:
    return {UUID(source.removeprefix(kind)) for source in sources if source.startswith(kind)}


def _offer(kept: KeptPaper, judged: Mapping[str, Judged], today: date) -> Offer:
    assert kept.file is not None
    return Offer(
        source=kept.stream,
        name=kept.name,
        facts=wording.facts_text(kept),
        file=kept.file,
        why_not=wording.why_not(kept, standing_of(kept, today), judged.get(kept.file.blob_id)),
    )


def _kind(kept: KeptPaper) -> rules.Kind:
    return rules.Kind(kept.kind_code, kept.paper_code, kept.procedure_id, kept.name_fold)


def _asked(paper: CasePaper, procedure: UUID) -> rules.Asked:
    return rules.Asked(paper.code, procedure, fold(paper.name[:1000]), paper.takes)
