"""The twenty pages that people use most, over rows that are the same every day."""

from dataclasses import dataclass

from django.urls import reverse

from motcua.people.accounts.models import Account
from tests.services.dossiers.factories import accept, make_town, submit
from tests.services.dossiers.test_portal_drafts import begin, page_of, signed_in


@dataclass(frozen=True)
class Shown:
    """A page and who looks at it; ``None`` for the public."""

    name: str
    path: str
    account: Account | None = None


def twenty() -> list[Shown]:
    """Build the rows. What is asked of the clock (how late, how long ago) is so long ago that it stays so."""
    town = make_town()
    accepted = accept(town, submit(town))
    waiting = submit(town)
    draft = begin(town, signed_in(town), case="holder")
    public = [
        Shown("home", reverse("site:home")),
        Shown("procedures", reverse("procedures:search")),
        Shown("procedure", reverse("procedures:procedure", args=[town.version.procedure.code])),
        Shown("track", reverse("dossiers:track")),
        Shown("sign-in", reverse("accounts:sign-in")),
        Shown("petitions", reverse("petitions:public")),
        Shown("petition-new", reverse("petitions:new")),
    ]
    mine = {
        "apply": reverse("dossiers:apply", args=[town.version.procedure.code]),
        "form": page_of(draft, 2),
        "papers": reverse("dossiers:apply-papers", args=[draft.pk]),
        "delivery": reverse("dossiers:apply-delivery", args=[draft.pk]),
        "my": reverse("dossiers:my"),
        "my-dossier": reverse("dossiers:my-dossier", args=[accepted.number]),
    }
    desk = [
        Shown("desk", reverse("site:desk"), town.specialist),
        Shown("inbox", reverse("dossiers:desk-inbox"), town.specialist),
        Shown("dossier", reverse("dossiers:desk-dossier", args=[accepted.number]), town.specialist),
        Shown("reception", reverse("dossiers:desk-reception"), town.reception),
        Shown("to-receive", reverse("dossiers:desk-dossier", args=[waiting.number]), town.reception),
        Shown("counter", reverse("dossiers:desk-counter"), town.reception),
        Shown("office", reverse("dossiers:desk-office"), town.head),
    ]
    return [*public, *(Shown(name, path, town.applicant.account) for name, path in mine.items()), *desk]
