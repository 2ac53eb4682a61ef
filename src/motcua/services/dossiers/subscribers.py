"""What dossiers do when they hear of events: search documents, parents of interlinked dossiers, who takes over."""

import json
from collections.abc import Collection
from datetime import date
from itertools import chain
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from motcua.engines.signing.actions.checking import CHECKED
from motcua.engines.signing.jobs import check_file
from motcua.engines.signing.models import TransactionState
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.kernel.text.dates import midnight
from motcua.kernel.text.folding import words
from motcua.people.organisations.queries import closed_districts
from motcua.services.dossiers import jobs, registering
from motcua.services.dossiers.actions.results import take_raised
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.followers import tell_followers
from motcua.services.dossiers.models import (
    ApplicationSigning,
    CoApplicant,
    Dossier,
    FeeLine,
    Paper,
    ResultCopy,
    ResultDocument,
    ResultSigning,
    WorkItem,
)
from motcua.services.dossiers.searching import LONGEST, office_token, pairs, party_token
from motcua.services.payments.actions import let_go_of

CLOSED = ("dossier.refused", "dossier.withdrawn", "dossier.stopped", "dossier.lapsed")
ENDED = ("dossier.decided", "dossier.refused", "dossier.withdrawn", "dossier.stopped", "dossier.lapsed")
_INDEX = """
    INSERT INTO dossiers_searchentry (dossier_id, submitted_at, document)
    SELECT r.id, r.submitted_at, array_to_tsvector(r.lexemes)
    FROM jsonb_to_recordset(%s) AS r(id uuid, submitted_at timestamptz, lexemes text[])
    ON CONFLICT (dossier_id) DO UPDATE SET document = excluded.document
"""


# Stands in the register for ever, so it is Vietnamese whatever language the worker has.
NEVER_SEALED = "Hồ sơ đã kết thúc, văn bản không được đóng dấu."


def dossier_of(event: Event) -> UUID:
    """The dossier that an event of a dossier's stream is about."""
    return UUID(event.stream.removeprefix("dossier:"))


@subscriber("dossiers.search", kinds=("dossier.*",))
def index(batch: list[Event]) -> None:
    """Write the search documents of the dossiers that something happened to; three statements a batch, four where
    several apply together."""
    keys = {dossier_of(event) for event in batch}
    offices: dict[UUID, set[UUID]] = {}
    for dossier, office in WorkItem.objects.filter(dossier__in=keys, office__isnull=False).values_list(
        "dossier", "office"
    ):
        offices.setdefault(dossier, set()).add(office)
    dossiers = list(Dossier.objects.filter(pk__in=keys).order_by("pk"))
    parties: dict[UUID, set[UUID]] = {}
    if joint := [row.pk for row in dossiers if row.is_joint]:
        for dossier, party in CoApplicant.objects.filter(dossier__in=joint).values_list("dossier", "party"):
            parties.setdefault(dossier, set()).add(party)
    rows = [
        {
            "id": str(row.pk),
            "submitted_at": row.submitted_at.isoformat(),
            "lexemes": lexemes(row, offices.get(row.pk, set()), parties.get(row.pk, set())),
        }
        for row in dossiers
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, [json.dumps(rows)])


def lexemes(dossier: Dossier, offices: set[UUID], others: Collection[UUID] = ()) -> list[str]:
    """The words, alone and in pairs, that a dossier is found by, and the tokens of who may find it."""
    named = [words(dossier.applicant_name), words(dossier.subject)]
    numbers = words(f"{dossier.code or ''} {dossier.submission_number}")
    tokens = {office_token(office) for office in offices | {dossier.receiving_office_id, dossier.resolving_office_id}}
    found = {*numbers, *chain.from_iterable(named), *chain.from_iterable(map(pairs, named))}
    return sorted({each[:LONGEST] for each in found} | tokens | set(map(party_token, {dossier.applicant_id, *others})))


@subscriber("dossiers.followers", kinds=("dossier.*",), from_now=True)
def tell_pages(batch: list[Event]) -> None:
    """Have the pages that somebody looks at drawn anew; after the commit, for what happens often must not wait."""
    tell_followers(map(dossier_of, batch))


@subscriber("dossiers.parents", kinds=ENDED)
def tell_parents(batch: list[Event]) -> None:
    """Have the parent of an interlinked dossier told that it has ended."""
    keys = [dossier_of(event) for event in batch]
    children = Dossier.objects.filter(pk__in=keys, parent__isnull=False).values_list("pk", flat=True)
    with transaction.atomic():
        for child in children:
            jobs.tell_parent.defer(child=str(child))


@subscriber("dossiers.payments", kinds=("payment.received",))
def settle_fees(batch: list[Event]) -> None:
    """Have the fees marked as collected that were paid away from the counter."""
    with transaction.atomic():
        for event in batch:
            jobs.settle_order.defer(order=event.stream.removeprefix("order:"))


@subscriber("dossiers.orders", kinds=CLOSED)
def close_orders(batch: list[Event]) -> None:
    """Let nobody pay any more for a dossier that is closed."""
    fees = FeeLine.objects.filter(dossier__in=[dossier_of(event) for event in batch]).values_list("pk", flat=True)
    if keys := list(fees):
        let_go_of(keys, at=max(event.at for event in batch))


@subscriber("dossiers.register", kinds=(*ENDED, "dossier.returned", "vault.revoked"), from_now=True)
def keep_the_register(batch: list[Event]) -> None:
    """Have the register of documents out know what became of results: fetched, revoked, never sealed."""
    for event in batch:
        by = Actor(event.actor)
        if event.kind == "vault.revoked":
            result, why = event.references.get("result"), event.personal.get("reason", "")
            registering.recall_revoked(result, reason=why, by=by, at=event.at)
        elif event.kind == "dossier.returned":
            registering.note_fetched(dossier_of(event), by=by, at=event.at)
        else:
            registering.let_numbers_go(dossier_of(event), reason=NEVER_SEALED, by=by, at=event.at)


@subscriber("dossiers.signing", kinds=("signing.*",))
def conclude_signings(batch: list[Event]) -> None:
    """Have what signers answered put into the dossiers, also when nobody looks at the page that waits for it."""
    ended = {UUID(event.stream.removeprefix("signing:")) for event in batch if event.stream.startswith("signing:")}
    waiting = ResultSigning.objects.filter(transaction__in=ended, state=ResultSigning.State.WAITING)
    copies = ResultCopy.objects.filter(transaction__in=ended, state=ResultCopy.State.WAITING)
    own = ApplicationSigning.objects.filter(transaction__in=ended, state=ApplicationSigning.State.WAITING)
    final = [
        rows.exclude(transaction__state=TransactionState.WAITING).values_list("transaction_id", flat=True)
        for rows in (waiting, copies, own)
    ]
    keys = final[0].union(*final[1:])
    with transaction.atomic():
        for key in keys.order_by("transaction_id"):
            jobs.conclude_signing.defer(signing=str(key))


@subscriber("dossiers.succession", kinds=("office.succeeded", "officer.left", "units.heir_chosen"))
def follow(batch: list[Event]) -> None:
    """Have the open dossiers of offices that end and of officers who leave taken over, on the day itself.

    Those of a commune that was split waited at its district's office until somebody chose who takes its place.
    """
    chosen = [UUID(event.references["old"]) for event in batch if event.kind == "units.heir_chosen"]
    with transaction.atomic():
        for old, new in closed_districts(chosen, timezone.localdate()) if chosen else ():
            jobs.follow_office.defer(old=str(old), new=str(new))
        for event in batch:
            told = event.references
            if event.kind == "officer.left":
                jobs.follow_officer.defer(officer=told["officer"], to=told["hand_over_to"])
            elif event.kind == "office.succeeded":
                begins = midnight(date.fromisoformat(told["since"]))
                jobs.follow_office.configure(schedule_at=begins).defer(old=told["old"], new=told["new"])


@subscriber("dossiers.raised_results", kinds=("signing.upgraded",))
def take_raised_results(batch: list[Event]) -> None:
    """Keep the versions of results, copies and applications whose signatures last longer, in their order."""
    for event in batch:
        told = event.references
        if told["subject"].startswith("dossier:"):
            take_raised(old_file=UUID(told["old_file"]), new_file=UUID(told["new_file"]))


SIGNED_FILES_CAME = (
    "dossier.submitted", "dossier.supplement_answered", "dossier.paper_added", "dossier.paper_digitised",
    "dossier.result_initialled", "dossier.result_signed", "dossier.result_sealed",
)  # fmt: skip


@subscriber("dossiers.signatures", kinds=(*SIGNED_FILES_CAME, "signing.upgraded"), from_now=True)
def check_signatures(batch: list[Event]) -> None:
    """Have the signatures of papers that came in and of results judged: one job for each file that may carry some."""
    raised = {event.references["new_file"] for event in batch if event.kind == "signing.upgraded"}
    keys = {dossier_of(event) for event in batch if event.kind in SIGNED_FILES_CAME}
    papers = Paper.objects.filter(dossier__in=keys, removed_at=None, file__media_type__in=CHECKED)
    results = ResultDocument.objects.filter(dossier__in=keys)
    files = papers.values_list("file", flat=True).union(results.values_list("file", flat=True))
    with transaction.atomic():
        for file in sorted({*raised, *map(str, files.order_by("file"))}):
            check_file.defer(file=file)
