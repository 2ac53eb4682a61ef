"""What changes by itself on the page of one's own dossier and on that of the look-up.

Two topics, for two kinds of people see different things: who conducts the applicant's affairs, and who holds the
receipt's secret. A drawing is sent to all who follow its topic, so it holds only what each of them may see; what
depends on the person (results, papers, fees) is read on the page itself, which says when it should be loaded anew.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.streams import topics
from motcua.kernel.streams.addresses import address
from motcua.kernel.streams.topics import Topic
from motcua.kernel.web import rate_limit
from motcua.people.accounts.models import Account
from motcua.services.dossiers.access import open_steps
from motcua.services.dossiers.followers import LOOKED_UP, OWN
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.pages.portal import telling
from motcua.services.dossiers.pages.portal.common import own_dossier
from motcua.services.dossiers.secrets import is_lookup_secret
from motcua.services.dossiers.timeline import timeline

LIMIT, WINDOW = (
    120,
    timedelta(minutes=10),
)  # connections of one address: a stream connects anew each quarter of an hour
LONGEST = 60


def own(dossier: Dossier) -> SafeString:
    """The state for who conducts the applicant's affairs, and what stands beside it; five statements."""
    context = {
        "stages": telling.stages(dossier),
        "head": telling.head(dossier),
        "dossier": dossier,
        "has_date": telling.has_date(dossier),
        "promise": telling.promise(dossier),
        "supplement": telling.supplement(dossier),
        "now": telling.now(dossier, open_steps(dossier.pk)),
        "timeline": telling.told(timeline(dossier, for_officers=False)),
    }
    return _drawn("dossiers/portal/live_own.html", context)


def looked_up(dossier: Dossier) -> SafeString:
    """The state for who holds the receipt's secret; three statements."""
    return _drawn("dossiers/portal/live_looked_up.html", {"dossier": dossier, **telling.facts(dossier)})


def address_of_own(request: HttpRequest, dossier: Dossier, shown: str) -> str:
    """Where the page of one's own dossier follows it."""
    return address(request, OWN, dossier.pk, shown=shown)


def address_of_looked_up(request: HttpRequest, dossier: Dossier, shown: str) -> str:
    """Where the page of the look-up follows it, with the secret that the page was opened with."""
    return address(request, LOOKED_UP, dossier.pk, shown=shown, k=request.GET["k"][:LONGEST])


def may_follow_own(request: HttpRequest, key: str) -> None:
    """Whom the page itself would be shown. Raises ``NotAllowed`` and ``NotFound``."""
    if not isinstance(request.user, Account) or not request.user.is_citizen:
        raise NotAllowed(_("This page is for citizens and businesses."))
    own_dossier(request, _dossier(key).number)


def may_follow_looked_up(request: HttpRequest, key: str) -> None:
    """Who has the receipt's secret. Raises ``NotFound``, and ``TooMany`` for who tries many."""
    rate_limit.spend("dossiers.follow", rate_limit.address_of(request), limit=LIMIT, window=WINDOW)
    if not is_lookup_secret(_dossier(key).pk, request.GET.get("k", "")[:LONGEST]):
        raise _nothing()


def register() -> None:
    """Let both be followed."""
    topics.register(Topic(OWN, may_follow=may_follow_own, draw=lambda key: own(_dossier(key))))
    topics.register(Topic(LOOKED_UP, may_follow=may_follow_looked_up, draw=lambda key: looked_up(_dossier(key))))


def _dossier(key: str) -> Dossier:
    try:
        found = Dossier.objects.for_list().filter(pk=UUID(key)).first()
    except ValueError as error:
        raise _nothing() from error
    if found is None:
        raise _nothing()
    return found


def _nothing() -> NotFound:
    return NotFound(_("There is no such dossier, or it is not yours to see."))


def _drawn(template: str, context: dict[str, Any]) -> SafeString:
    return mark_safe(render_to_string(template, context))  # noqa: S308 - the templates escape
