"""Getting at procedures. What is published is for everybody; the catalogue is looked after by administrators."""

from django.db.models import F
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.officers.desks import Desk
from motcua.services.procedures.models import GuideVersion, Procedure, ProcedureVersion


def procedure_by_code(code: str) -> Procedure:
    """A procedure with its current version, for anybody; one statement. Raises ``NotFound``."""
    found = Procedure.objects.filter(code=code, current_version__isnull=False).select_related("current_version")
    procedure = found.first()
    if procedure is None:
        raise NotFound(_("There is no procedure with this code."), field="code")
    assert procedure.current_version is not None
    procedure.current_version.procedure = procedure
    return procedure


def guide_by_code(code: str) -> GuideVersion:
    """The published version of a guide, for anybody; one statement. Raises ``NotFound``."""
    found = GuideVersion.objects.filter(guide__code=code, guide__current_version=F("pk")).first()
    if found is None:
        raise NotFound(_("There is no such guide."))
    return found


def abilities(desk: Desk) -> dict[str, bool]:
    """What an officer may do with the catalogue."""
    looks_after = desk.is_administrator
    return {
        "see_administration": looks_after,
        "switch_filing": looks_after,
        "choose_life_events": looks_after,
        "import_package": looks_after,
        "publish": looks_after,
    }


def require(desk: Desk, ability: str) -> None:
    """Raise ``NotAllowed`` unless the officer may do something with the catalogue."""
    if not abilities(desk)[ability]:
        raise NotAllowed(_("Only administrators look after the catalogue of procedures."))


def administered_procedure(desk: Desk, code: str) -> Procedure:
    """A procedure, published or not, for who looks after the catalogue. Raises ``NotAllowed`` and ``NotFound``."""
    require(desk, "see_administration")
    procedure = Procedure.objects.select_related("current_version").filter(code=code).first()
    if procedure is None:
        raise NotFound(_("There is no procedure with this code."), field="code")
    return procedure


def administered_version(desk: Desk, code: str, number: int) -> ProcedureVersion:
    """A version of a procedure for who looks after the catalogue. Raises ``NotAllowed`` and ``NotFound``."""
    require(desk, "see_administration")
    versions = ProcedureVersion.objects.select_related("procedure").filter(procedure__code=code, number=number)
    version = versions.first()
    if version is None:
        raise NotFound(_("This version does not exist."), field="number")
    return version


def administered_guide(desk: Desk, code: str, number: int) -> GuideVersion:
    """A version of a guide for who looks after the catalogue. Raises ``NotAllowed`` and ``NotFound``."""
    require(desk, "see_administration")
    versions = GuideVersion.objects.select_related("guide").filter(guide__code=code, number=number)
    version = versions.first()
    if version is None:
        raise NotFound(_("This version does not exist."), field="number")
    return version
