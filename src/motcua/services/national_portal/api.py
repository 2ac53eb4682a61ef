"""``/national-portal``: the portal tells of dossiers that were filed there, in its own words."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from motcua.kernel.errors import Invalid
from motcua.kernel.web.api import Input
from motcua.people.accounts.api import Bearer, principal
from motcua.services.national_portal import actions
from motcua.services.national_portal.access import SCOPE, require_portal

router = Router(auth=Bearer(SCOPE))
MOST = 100


class Told(Input):
    """Dossiers (hồ sơ) as the portal describes them; the fields of each are the portal's."""

    service: Literal["DongBoHoSoMC"] = "DongBoHoSoMC"
    data: list[dict[str, Any]] = Field(min_length=1, max_length=MOST)


class Noted(Schema):
    """What became of one: 0 for kept; it is taken in afterwards."""

    MaHoSo: str
    error_code: str
    message: str


class Answered(Schema):
    """The answer in the portal's form."""

    error_code: str
    message: str
    data: list[Noted]


@router.post("/dossiers", response=Answered, operation_id="tellDossiers", summary="Dossiers from the national portal")
def tell(request: HttpRequest, told: Told) -> dict[str, Any]:
    """Keep what the portal tells; the same again changes nothing. Each dossier is answered for itself."""
    require_portal(principal(request))
    noted = [_keep(each) for each in told.data]
    failed = sum(each["error_code"] != "0" for each in noted)
    return {"error_code": "0" if not failed else "1", "message": "", "data": noted}


def _keep(said: dict[str, Any]) -> dict[str, str]:
    code = said.get("MaHoSo")
    name = code if isinstance(code, str) else ""
    try:
        actions.receive(said, at=timezone.now())
    except Invalid as invalid:
        return {"MaHoSo": name[:60], "error_code": "1", "message": "; ".join(map(str, invalid.errors.values()))}
    return {"MaHoSo": name, "error_code": "0", "message": ""}
