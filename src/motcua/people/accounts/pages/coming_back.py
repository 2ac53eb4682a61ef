"""Who comes back to a form late – by the back button, from an old window, second, or after their session ran out – is
told what has happened since and shown what they typed; nothing is done twice.

A form about something that has a story carries how far that had been told (:class:`Story`, ``fields.seen``), one that
makes something new a key of its own (:func:`made_once`, ``fields.once``).
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.events.expecting import unchanged_since
from motcua.kernel.events.models import Event
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms, idempotency
from motcua.people.accounts.models import Account

SEEN, ONCE = "seen", "once"
LONGEST_KEY = 40
MOST_TOLD = 5  # facts; who wants to know more looks at the story itself
Titles = Mapping[str, Callable[[Mapping[str, Any]], Any]]


class Overtaken(Conflict):
    """Something has happened since a form was drawn: the message tells it, and ``version`` is how far that goes."""

    def __init__(self, refused: Conflict, since: str, *, version: int) -> None:
        super().__init__(f"{refused.message} {since}", field=refused.field, code=refused.code)
        self.version = version


def seen_with(request: HttpRequest, refused: Refused | None, name: str = SEEN) -> str:
    """The version that a form bears when it is drawn again: the one with which it came.

    Only who is told by the refusal what has happened since has seen more than the form that they sent.
    """
    return str(refused.version) if isinstance(refused, Overtaken) else request.POST.get(name, "")


def told(facts: Iterable[tuple[str, str, str]]) -> str:
    """What has happened (what, who, when), the newest first, for who comes too late; empty where nothing has."""
    lines = [f"{what} ({', '.join(filter(None, (who, when)))})" for what, who, when in facts]
    return _("Latest: %(facts)s.") % {"facts": "; ".join(lines)} if lines else ""


@dataclass(frozen=True)
class Story:
    """The events of what a form is about, and the words for each kind; unless ``named``, without who it was."""

    stream: str
    titles: Titles
    named: bool = True

    @property
    def version(self) -> int:
        """How far it is told, for a form about it; one statement, made before what the form shows is read.

        The other way round, a form would bear the version of a fact that it does not show.
        """
        newest = self._told_last(1)
        return newest[0].version if newest else 0

    def drawn_at(self, request: HttpRequest) -> str:
        """The version that a form bears: how far it is told now, or, once sent, the one with which it came."""
        return seen_with(request, None) if request.method == "POST" else str(self.version)

    def since(self) -> str:
        """What was told last; two statements. Empty where nothing was."""
        return self._told(self._told_last(1))

    def _told(self, events: Sequence[Event]) -> str:
        names = self._names(events)
        return told((self._title(each), names.get(each.actor, ""), local_datetime(each.at)) for each in events)

    def _title(self, event: Event) -> str:
        return str(self.titles[event.kind](event.references)) if event.kind in self.titles else event.kind

    @contextmanager
    def unchanged(self, request: HttpRequest) -> Iterator[None]:
        """Do what was asked on a form only if nothing was told since it was drawn, else ``Conflict`` says what was.

        Who sends it again from the form that is shown then has seen that.
        """
        seen = request.POST.get(SEEN, "")
        if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
            yield
            return
        try:
            with unchanged_since(self.stream, int(seen)):
                yield
        except Conflict as refused:
            events = self._told_last(MOST_TOLD, after=int(seen))
            if not events:
                raise
            raise Overtaken(refused, self._told(events), version=events[0].version) from refused

    def _names(self, events: Sequence[Event]) -> dict[UUID | None, str]:
        actors = {event.actor for event in events if event.actor} if self.named else set()
        return dict(Account.objects.filter(pk__in=actors).values_list("pk", "display_name")) if actors else {}

    def _told_last(self, most: int, *, after: int = 0) -> list[Event]:
        """The newest events, newest first."""
        return list(Event.objects.filter(stream=self.stream, version__gt=after).order_by("-version")[:most])


def written_in(request: HttpRequest, *names: str) -> list[str]:
    """What was written in some fields of a form that was sent."""
    texts = (request.POST.get(name, "").replace("\0", "").strip() for name in names)
    return [text for text in texts if text]


def too_late(
    request: HttpRequest,
    refused: Refused,
    *,
    title: str,
    back: tuple[str, str],
    caption: str = "",
    since: str = "",
    written: list[str] | None = None,
    base: str = "site/base_desk.html",
    template: str = "accounts/too_late.html",
    **more: Any,
) -> HttpResponse:
    """Why something is not to be done any more, what has happened, and what was written; ``back``: address, words.

    A ``template`` of the room that extends the usual one draws what it is given ``more`` in place of written texts.
    """
    shown = {"title": title, "caption": caption, "since": since, "back": back, "written": written or [], "base": base}
    return forms.page(request, template, shown | more, refused=refused)


def keeps_written(*names: str, back: Callable[[], tuple[str, str]]) -> Callable[[Any], Any]:
    """Decorator: what was written in some fields is shown, too, where what it is about is theirs no more."""

    def decorated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except (NotFound, NotAllowed) as refused:
                if not (written := written_in(request, *names)):
                    raise
                title = _("This cannot be done any more")
                return too_late(request, refused, title=title, back=back(), written=written)

        return kept

    return decorated


@dataclass(frozen=True)
class Made:
    """What a form made, now or when it was sent before, if anything; ``changed``: it came with something else then."""

    key: UUID | None
    changed: bool = False


def key_of(request: HttpRequest) -> str:
    """The key of a form that makes something: a new one, or that with which it was sent and refused."""
    sent = request.POST.get(ONCE, "")
    return sent if _is_key(sent) else secrets.token_urlsafe(16)


def made_once(request: HttpRequest, make: Callable[[], UUID | None]) -> Made:
    """What a form makes, once however often it is sent within a day."""
    if not _is_key(key := request.POST.get(ONCE, "")):
        return Made(make())
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if name != "csrfmiddlewaretoken"]
    files = [(name, f"{file.name} {file.size}") for name, sent in request.FILES.lists() for file in sent]
    content = urlencode([("", request.path), *fields, *files]).encode()
    made, same = idempotency.made_once(principal=f"form:{request.user.pk}", key=key, content=content, make=make)
    return Made(made, changed=same is None)


def sent_before(request: HttpRequest, *names: str, title: str, back: tuple[str, str], **shown: Any) -> HttpResponse:
    """The page for a form that was sent already and comes again with something else in it."""
    refused = Conflict(_("This form has been sent already; see what became of it."), code="sent")
    return too_late(request, refused, title=title, back=back, written=written_in(request, *names), **shown)


def _is_key(text: str) -> bool:
    return 16 <= len(text) <= LONGEST_KEY and text.isascii() and text.isprintable()
