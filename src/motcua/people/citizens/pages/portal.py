"""What citizens and businesses see of their own data."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.events import access_log
from motcua.kernel.events.models import AccessRecord
from motcua.kernel.events.queries import accesses_of
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms, keyset, rate_limit
from motcua.people.accounts import entry
from motcua.people.accounts import queries as accounts
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.accounts.actions.signing_in import spend_attempt
from motcua.people.accounts.models import SignInPolicy
from motcua.people.citizens import access, actions, queries


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open an account, where the policy allows it."""
    rule = accounts.policy(SignInPolicy.Kind.CITIZEN)
    if not rule.sign_up:
        raise NotAllowed(_("Accounts are opened at the reception desk."))
    if request.method != "POST":
        return forms.page(request, "citizens/sign_up.html")
    address = rate_limit.address_of(request)
    try:
        spend_attempt(subject=f"sign-up:{address}", address=address, rule=rule)
        account = actions.sign_up(
            identity_number=request.POST.get("identity_number", ""),
            name=request.POST.get("name", ""),
            password=request.POST.get("password", ""),
        )
    except Refused as refused:
        return forms.page(request, "citizens/sign_up.html", refused=refused)
    return entry.after_password(request, account, "")


@never_cache
@require_GET
@sign_in_first
def details(request: HttpRequest) -> HttpResponse:
    """What is stored of oneself, and for whom one may act."""
    party = access.own_party(request)
    others = queries.parties_of(signed_in(request), timezone.localdate())[1:]
    context = {"party": party, "birth_date": local_date(party.birth_date), "others": others}
    return render(request, "citizens/details.html", context)


@never_cache
@require_GET
@sign_in_first
def data_accesses(request: HttpRequest) -> HttpResponse:
    """Who opened my data, when and what for."""
    party = access.own_party(request)
    page = keyset.paginate(
        accesses_of(queries.with_duplicates([party])), order=("-at", "-id"), cursor=request.GET.get("cursor")
    )
    names = accounts.names_of({record.who for record in page.items})
    told = _told(page.items)
    rows = [
        (
            local_datetime(record.at),
            *(told.get(record.pk) or (names.get(record.who) or _stranger(record), _purpose(record))),
        )
        for record in page.items
    ]
    return render(request, "citizens/data_accesses.html", {"page": page, "rows": [*_at_once(rows)]})


def _at_once(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """One line where several of the same would follow each other: a search shows all dossiers of a person at once."""
    for (when, who, what), same in groupby(rows):
        times = len(list(same))
        often = _("%(what)s (%(times)s times)") % {"what": what, "times": times}
        yield when, who, often if times > 1 else what


def _told(records: Sequence[AccessRecord]) -> dict[UUID, tuple[str, str]]:
    """Who and what for, where a room knows more of a record than its purpose."""
    told: dict[UUID, tuple[str, str]] = {}
    for purpose, teller in access_log.tellers.items():
        if of_it := [record for record in records if record.purpose == purpose]:
            told |= teller(of_it)
    return told


def _stranger(record: AccessRecord) -> str:
    """Who opened something without an account."""
    return str(access_log.strangers.get(record.purpose, "–"))


def _purpose(record: AccessRecord) -> str:
    """The purpose in words; one that no room has named as it stands."""
    words = {
        **access_log.purposes,
        access.COUNTER: _("Served at the reception desk"),
        access.FOUND: _("Shown among the results of a search"),
        "processing": _("Handling a dossier"),
    }
    return str(words.get(record.purpose, record.purpose))
