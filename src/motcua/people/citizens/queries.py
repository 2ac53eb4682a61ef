"""Reading citizens and businesses."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from motcua.kernel.text import fold, words
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party, Representation

# Asked in every request of a citizen: composed by the ORM it takes a third of a page.
_CONDUCTED = """
    WITH conducted AS (
      SELECT %(own)s AS id
      UNION SELECT p.id FROM citizens_representation r JOIN citizens_party p ON p.id = r.party_id
      WHERE r.representative_id = %(own)s AND p.merged_into_id IS NULL
        AND (r.state <> 'refused' OR NOT EXISTS (
          SELECT 1 FROM citizens_representation c WHERE c.party_id = p.id AND c.state = 'confirmed'))
        AND r.valid_from <= %(day)s AND (r.valid_to IS NULL OR r.valid_to > %(day)s))
    SELECT id FROM conducted
    UNION ALL SELECT id FROM citizens_party WHERE merged_into_id IN (SELECT id FROM conducted)
"""


def represented_by(party: Party, on: date) -> QuerySet[Party]:
    """Whom a party may act for on a day."""
    valid = _valid(on).filter(representative=party)
    return Party.objects.filter(pk__in=valid.values("party_id"), merged_into=None).order_by("name_fold", "id")


def represents(agent: Party, party: Party, on: date) -> bool:
    """Whether one party may act for another on a day."""
    return _valid(on).filter(representative=agent, party=party).exists()


def companies_of(party: Party, on: date) -> list[Party]:
    """The businesses for which a person speaks by law or by authorisation on a day; one statement.

    Guardians and employees of service points act for others, but not in their name.
    """
    speaks = (Representation.Kind.LEGAL, Representation.Kind.AUTHORISED)
    valid = _valid(on).filter(representative=party, kind__in=speaks)
    businesses = Party.objects.filter(kind=Party.Kind.BUSINESS, merged_into=None, pk__in=valid.values("party_id"))
    return list(businesses.order_by("name_fold", "id"))


def speakers_for(parties: Iterable[UUID], on: date) -> list[tuple[UUID, UUID]]:
    """Each party with the account of those who speak for it on a day: its own, and its :func:`companies_of` people's.

    Two statements.
    """
    keys = list(parties)
    own = Party.objects.filter(pk__in=keys, account__isnull=False).order_by("id").values_list("pk", "account_id")
    speaks = (Representation.Kind.LEGAL, Representation.Kind.AUTHORISED)
    valid = _valid(on).filter(party__in=keys, kind__in=speaks, representative__account__isnull=False)
    others = valid.filter(party__kind=Party.Kind.BUSINESS).order_by("id")
    return [*own, *others.values_list("party_id", "representative__account_id")]


def mandate_of(agent: UUID, party: UUID, on: date) -> Representation | None:
    """Under what one party acts for another on a day; the newest where there are several."""
    found = _valid(on).filter(representative=agent, party=party)
    return found.order_by("-valid_from", "-id").first()


def is_unconfirmed(agent: UUID, party: UUID) -> bool:
    """Whether one party acts for another on a statement that was refused, or that nobody has confirmed; one statement.

    Either may have been merged into another record since.
    """
    rows = Representation.objects.filter(_is("representative", agent), _is("party", party))
    states = set(rows.values_list("state", flat=True))
    return bool(states) and Representation.State.CONFIRMED not in states


def _is(role: str, party: UUID) -> Q:
    kept = Party.objects.filter(pk=party).values("merged_into")
    return Q(**{role: party}) | Q(**{role: Subquery(kept)})


def is_settled(party: UUID) -> bool:
    """Whether a record rests on more than what a parent has stated: others may be served under it."""
    return _settled(Party.objects.filter(pk=party)).exists()


def _settled(parties: QuerySet[Party]) -> QuerySet[Party]:
    rows = Representation.objects.filter(party=OuterRef("pk"))
    confirmed = rows.filter(state=Representation.State.CONFIRMED)
    return parties.filter(~Exists(rows.exclude(state=Representation.State.CONFIRMED)) | Exists(confirmed))


def _valid(on: date) -> QuerySet[Representation]:
    """What lasts on a day and has not been refused."""
    lasting = Representation.objects.exclude(state=Representation.State.REFUSED)
    return lasting.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)


def parties_of(account: Account, on: date) -> list[Party]:
    """The account's own party first, then those it may act for; one or two statements, none for an officer."""
    if not account.is_citizen:
        return []
    own: Party = account.party
    return [own, *represented_by(own, on)]


def party_with_number(number: str) -> Party | None:
    """The party with an identity number or a tax code."""
    digits = number.strip().replace("-", "").replace(" ", "")
    if not digits:
        return None
    return Party.objects.filter(Q(identity_number=digits) | Q(tax_code=digits), merged_into=None).first()


def parties_with_numbers(numbers: Iterable[str]) -> dict[str, Party]:
    """By identity number or tax code as they are stored, whom it belongs to; one statement."""
    asked = set(numbers)
    found = Party.objects.filter(Q(identity_number__in=asked) | Q(tax_code__in=asked), merged_into=None)
    return {number: party for party in found for number in (party.identity_number, party.tax_code) if number in asked}


def parties_matching(text: str, *, limit: int = 20, settled: bool = False) -> Sequence[Party]:
    """Parties with a number; else whose name begins with the text, then those whose name holds all of its words.

    The last word may be a beginning. Those whose name merely holds the words come newest first. ``settled`` leaves out
    the records of children that rest on a statement nobody has confirmed: their parent sees what is filed under them.
    """
    exact = party_with_number(text)
    if exact is not None:
        return [exact]
    folded = fold(text)
    if len(folded) < 2:
        return []
    present = Party.objects.filter(merged_into=None)
    if settled:
        present = _settled(present)
    found = list(present.filter(name_fold__startswith=folded).order_by("name_fold", "id")[:limit])
    if len(found) < limit and (asked := words(folded)):
        holding = present.annotate(held=SearchVector("name_fold", config="simple")).filter(held=_all_of(asked))
        others = holding.exclude(name_fold__startswith=folded).order_by("-id")
        found += others[: limit - len(found)]
    return found


def _all_of(asked: Sequence[str]) -> SearchQuery:
    """Every word, the last one as far as it has been typed."""
    return SearchQuery(" & ".join(asked) + ":*", config="simple", search_type="raw")


def with_duplicates(parties: Iterable[Party]) -> list[UUID]:
    """The keys of parties and of the records that were merged into them; one statement."""
    keys = [party.pk for party in parties]
    return [*keys, *Party.objects.filter(merged_into__in=keys).values_list("pk", flat=True)]


def party_ids_of(account: Account) -> list[UUID]:
    """The keys of the parties whose affairs the account may conduct today: its own and those it represents.

    Records merged into one of them count as that one, wherever they are still named. A child whose parent's statement
    was refused stays in sight, for what the parent filed for it is about nobody else's record; no longer once somebody
    else acts for it with a confirmed right. One statement.
    """
    if not account.is_citizen:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CONDUCTED, {"own": account.party.pk, "day": timezone.localdate()})
        return [key for (key,) in cursor.fetchall()]
