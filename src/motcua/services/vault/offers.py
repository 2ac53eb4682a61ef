"""What the store offers to an application: what fits and is valid; of the rest that fits, why it cannot be used."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from motcua.engines.signing.queries import Kept as Judged
from motcua.kernel.blobs.models import ScanState
from motcua.kernel.text import fold
from motcua.services.dossiers.models import Paper
from motcua.services.dossiers.stores import Offer, Offers
from motcua.services.procedures.models import CasePaper
from motcua.services.vault import queries, rules, wording
from motcua.services.vault.access import standing_of
from motcua.services.vault.models import KeptPaper

MOST = 200  # the newest of a store; what is older is found in the store itself


class PersonalStore:
    """The store as dossiers ask it (``dossiers.stores.Store``)."""

    def offers(self, applicant: UUID, papers: Sequence[CasePaper], procedure: UUID) -> Offers:
        """The newest of what fits each paper first, what cannot be used last; three statements."""
        rows = KeptPaper.objects.filter(owner__in=queries.owners_of(applicant)).exclude(state=KeptPaper.State.REMOVED)
        readable = rows.filter(file__blob__scan_state__in=(ScanState.CLEAN, ScanState.NOT_SCANNED))
        kept = list(readable.select_related("file").order_by("-added_at", "-id")[:MOST])
        judged, today = queries.verdicts_of(kept), timezone.localdate()
        offered = [(each, _offer(each, judged, today)) for each in kept]
        fitting = {
            paper.pk: sorted(
                (offer for each, offer in offered if rules.fits(_kind(each), _asked(paper, procedure))),
                key=lambda offer: bool(offer.why_not),
            )
            for paper in papers
        }
        return Offers(fitting, [offer for _kept, offer in offered if not offer.why_not])

    def barred(self, papers: Collection[UUID]) -> Mapping[UUID, str]:
        """Papers that the store knows to be expired or revoked; two statements, and one for their signatures."""
        sources = dict(Paper.objects.filter(pk__in=papers).values_list("pk", "source"))
        named = {UUID(text.removeprefix(rules.SOURCE)) for text in sources.values() if text.startswith(rules.SOURCE)}
        kept = list(
            KeptPaper.objects.filter(Q(paper__in=papers) | Q(pk__in=named), file__isnull=False).select_related("file")
        )
        judged, today = queries.verdicts_of(kept), timezone.localdate()
        reasons = {each.stream: why for each in kept if (why := _offer(each, judged, today).why_not)}
        by_paper = {each.paper_id: each.stream for each in kept if each.paper_id}
        found = {key: reasons.get(source) or reasons.get(by_paper.get(key, "")) for key, source in sources.items()}
        return {key: why for key, why in found.items() if why}


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
