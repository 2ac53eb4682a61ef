"""Who files for the applicant at a counter or through another system: somebody who is registered already."""

from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.text import fold
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import party_with_number


def registered_agent(number: str, *, field: str, name: str | None = None) -> Party:
    """The party with an identity number or tax code. Raises ``Refused`` for ``field`` when nobody has it.

    Who cannot show at once whom a number belongs to gives the ``name``, too: with one digit wrong the receipt would
    name a stranger. A number under another name is answered as one that nobody has.
    """
    found = party_with_number(number)
    if found is None or (name is not None and found.name_fold != fold(name)):
        text = _("Nobody is registered under this number.")
        if name is not None:
            text = _("Nobody is registered under this number and name.")
        raise Refused(text, field=field, code="unknown")
    return found
