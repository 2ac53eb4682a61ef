"""Why a scan could not be made, in words."""

from django.utils.translation import gettext as _

from motcua.engines.scanning.protocol import Problem


def why(problem: str) -> str:
    """What to tell people, and what they can do."""
    return {
        Problem.DAMAGED: _("A file is damaged or no picture. The files are kept as they are."),
        Problem.LOCKED: _("A file is protected by a password. The files are kept as they are."),
        Problem.SIGNED: _("A file is signed electronically and may not be changed. The files are kept as they are."),
        Problem.TOO_LARGE: _("A picture is too large. The files are kept as they are."),
        Problem.TOO_MANY_PAGES: _("There are too many pages. The files are kept as they are."),
        Problem.TOO_SLOW: _("It took too long. The files are kept as they are."),
        Problem.MOVING: _("A file is a moving picture and no photograph of a paper. The files are kept as they are."),
        Problem.INFECTED: _(
            "A file contains a virus and is locked in quarantine. The other files are kept as they are."
        ),
        Problem.BROKEN_OFF: _("The work broke off. The files are kept as they are; you can add them once more."),
    }[Problem(problem)]
