"""Who looks at a dossier's page is told that something happened to it."""

from collections.abc import Iterable
from uuid import UUID

from motcua.kernel.streams import topics

OWN = "dossier-own"  # the topic of who conducts the applicant's affairs, by the dossier's key
LOOKED_UP = "dossier-look-up"  # of who holds the receipt's secret


def tell_followers(dossiers: Iterable[UUID]) -> None:
    """Have the pages of these dossiers drawn anew; one statement."""
    topics.tell_many((topic, key) for key in sorted(set(dossiers)) for topic in (OWN, LOOKED_UP))
