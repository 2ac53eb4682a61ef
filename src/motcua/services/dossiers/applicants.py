"""Who stands behind a dossier, and how they are told of it: by their account, else by the contact they have left."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import Occasion
from motcua.engines.messaging.kinds import Group, Kind
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import is_unconfirmed, represents
from motcua.people.officers.queries import local_day
from motcua.services.dossiers.models import CoApplicant, Dossier

MINE = Group(code="my-dossiers", label=_("My dossiers"), audience="citizens")


def parties_behind(dossier: Dossier, at: datetime) -> dict[UUID, Party]:
    """All who apply, and the representative while they may act for the applicant, each under the record that stays.

    A parent whose statement was refused is told, too, what becomes of the dossier that they filed on it. At most two
    statements where somebody represents the applicant, one more where several apply together.
    """
    applicant = _standing(dossier.applicant)
    found = [applicant]
    if dossier.representative is not None:
        agent = _standing(dossier.representative)
        if represents(agent, applicant, local_day(at)) or is_unconfirmed(agent.pk, dossier.applicant_id):
            found.append(agent)
    if dossier.is_joint:
        others = CoApplicant.objects.filter(dossier=dossier).select_related("party__merged_into")
        found += [_standing(each.party) for each in others if each.party]
    return {party.pk: party for party in found}


def applicant_accounts(dossier: Dossier, at: datetime) -> set[UUID]:
    """The accounts behind a dossier; statements as :func:`parties_behind`."""
    return {each.account_id for each in parties_behind(dossier, at).values() if each.account_id}


def concerned(subject: str, at: datetime) -> tuple[Collection[Party], str]:
    """Who hears what was paid for a dossier, and where anyone who knows its code sees how far it is.

    For the room of payments; one statement, and those of :func:`parties_behind`.
    """
    people = ("applicant__merged_into", "representative__merged_into")
    dossier = Dossier.objects.select_related(*people).get(pk=UUID(subject.partition(":")[2]))
    return parties_behind(dossier, at).values(), _open_url(dossier)


def told_of(dossier: Dossier, *, at: datetime, kind: Kind, facts: Mapping[str, str], key: str) -> Occasion:
    """What all behind a dossier are told; statements as :func:`parties_behind`.

    Who has no account is led to the page that shows anyone who knows the code how far it is, and no more.
    """
    behind = parties_behind(dossier, at)
    return Occasion(
        kind=kind,
        recipients={each.account_id for each in behind.values() if each.account_id},
        people={each.pk for each in behind.values() if not each.account_id},
        facts=facts,
        key=key,
        url=reverse("dossiers:my-dossier", kwargs={"number": dossier.number}),
        open_url=_open_url(dossier),
    )


def _open_url(dossier: Dossier) -> str:
    return reverse("dossiers:track-dossier", kwargs={"number": dossier.number})


def _standing(party: Party) -> Party:
    return party.merged_into or party
