"""What of petitions stands in the officers' menu, on their home page and in the evaluation."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.web.keyset import capped_count
from motcua.kernel.web.navigation import Waiting
from motcua.services.dossiers.pages.desk.shared import desk_of, works_here
from motcua.services.petitions import queries
from motcua.services.petitions.access import offices_that_handle
from motcua.services.petitions.models import Petition
from motcua.services.ratings.evaluation.subjects import Named

_NEW = "SELECT FROM petitions_petition WHERE office_id = ANY(%s) AND due_at IS NOT NULL AND state = 'received'"
_WITHOUT_OFFICE = "SELECT FROM petitions_petition WHERE office_id IS NULL AND due_at IS NOT NULL"


def handles(request: HttpRequest) -> bool:
    """Whoever takes in or handles petitions, and administrators, who give an office to those that have none."""
    return works_here(request) and (bool(offices_that_handle(desk_of(request))) or desk_of(request).is_administrator)


def waiting(request: HttpRequest) -> Waiting:
    """The petitions that nobody has taken up; of administrators those without an office."""
    offices = sorted(offices_that_handle(desk_of(request)))
    return Waiting(_NEW, [offices]) if offices else Waiting(_WITHOUT_OFFICE)


def today(request: HttpRequest) -> dict[str, Any] | None:
    """How many petitions wait, and how many are overdue; two statements."""
    if not handles(request):
        return None
    desk, now = desk_of(request), timezone.now()
    all_open = capped_count(queries.inbox(desk, at=now))
    if not all_open.value:
        return None
    return {"open": all_open, "overdue": capped_count(queries.inbox(desk, filter_by="overdue", at=now))}


def named(keys: Collection[UUID]) -> Mapping[UUID, Named]:
    """Petitions by their code, for the evaluation."""
    found = Petition.objects.filter(pk__in=keys).values_list("pk", "code")
    return {key: Named(code, reverse("petitions:desk-petition", args=[code])) for key, code in found}
