"""What the sender does after sending, and the office's replies."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.time.rules import Pause
from motcua.services.petitions import rules
from motcua.services.petitions.actions.moving import Moving, written
from motcua.services.petitions.models import Entry, Petition

MOST_FOLLOW_UPS = 10


@transaction.atomic
def complete(petition: UUID, *, text: str, by: UUID | None = None, at: datetime | None = None) -> None:
    """The sender completes it; the clock runs on where it stood."""
    moving = Moving.begin(petition, "complete", by=by, at=at)
    found = moving.petition
    entry = moving.say(Entry.Kind.COMPLETED, written(text, _("Write what was asked for.")))
    if found.counted_from is None:
        found.state = Petition.State.RECEIVED
        found.due_at = rules.until(moving.at, moving.rules.limits.refuse, moving.calendar)
    else:
        found.state = Petition.State.HANDLING
        pauses, limit = list(_pauses(found)), moving.rules.limits.handle
        found.handle_by = found.due_at = rules.until(found.counted_from, limit, moving.calendar, pauses)
    moving.tell("petition.info_given", text=entry.text)


def _pauses(petition: Petition) -> Iterator[Pause]:
    """When the clock stood still: from each question of the office to its answer."""
    assert petition.counted_from is not None
    kinds = (Entry.Kind.ASKED, Entry.Kind.COMPLETED)
    begun: datetime | None = None
    entries = Entry.objects.filter(petition=petition, kind__in=kinds, at__gte=petition.counted_from)
    for kind, at in entries.order_by("at", "id").values_list("kind", "at"):
        if kind == Entry.Kind.ASKED:
            begun = at
        elif begun is not None:
            yield Pause(begun, at)
            begun = None


@transaction.atomic
def follow_up(petition: UUID, *, text: str, by: UUID | None = None, at: datetime | None = None) -> None:
    """The sender asks about the answer; ten times at most."""
    moving = Moving.begin(petition, "follow_up", by=by, at=at)
    if Entry.objects.filter(petition=petition, kind=Entry.Kind.FOLLOW_UP).count() >= MOST_FOLLOW_UPS:
        raise Refused(_("You have asked often enough here. Please turn to the office."), code="too_many")
    entry = moving.say(Entry.Kind.FOLLOW_UP, written(text, _("Write your question.")))
    moving.tell("petition.followed_up", text=entry.text)


@transaction.atomic
def reply(petition: UUID, *, text: str, by: UUID, at: datetime | None = None) -> None:
    """The office replies to a question about its answer."""
    moving = Moving.begin(petition, "reply", by=by, at=at)
    moving.say(Entry.Kind.REPLY, written(text, _("Write the reply.")))
    moving.tell("petition.replied")


@transaction.atomic
def reopen(petition: UUID, *, text: str, by: UUID | None = None, at: datetime | None = None) -> None:
    """The sender is not content and has it looked at again, as often and as long as the rules allow."""
    moving = Moving.begin(petition, "reopen", by=by, at=at)
    found, policy = moving.petition, moving.rules
    if found.reopened >= policy.reopenings or found.reopen_until is None or moving.at > found.reopen_until:
        raise Refused(_("It cannot be opened again any more. You may complain as the law provides."), code="closed")
    entry = moving.say(Entry.Kind.REOPENED, written(text, _("Write what you are not content with.")))
    found.state, found.reopened, found.counted_from = Petition.State.HANDLING, found.reopened + 1, moving.at
    found.handle_by = found.due_at = rules.until(moving.at, policy.limits.handle, moving.calendar)
    found.satisfied = False
    moving.tell("petition.reopened", {"times": found.reopened}, text=entry.text)


@transaction.atomic
def rate(petition: UUID, *, satisfied: bool, by: UUID | None = None, at: datetime | None = None) -> None:
    """The sender says whether they are content with how it was handled; once for each answer."""
    moving = Moving.begin(petition, "rate", by=by, at=at)
    if moving.petition.satisfied is not None:
        raise Refused(_("You have answered already. Thank you."), code="answered")
    moving.petition.satisfied = satisfied
    moving.tell("petition.rated", {"satisfied": satisfied})
