"""What may be done with a dossier now, and doing it."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body
from pydantic import ValidationError

from motcua.kernel.errors import Conflict, NotAllowed, NotFound
from motcua.kernel.web.api import Input, invalid
from motcua.people.accounts.api import Bearer, principal
from motcua.services.dossiers.api import shapes
from motcua.services.dossiers.api.acts import ACTS
from motcua.services.dossiers.api.doing import Act, Doing
from motcua.services.dossiers.api.inputs import Nothing
from motcua.services.dossiers.api.schemas import ActList, Done
from motcua.services.dossiers.api.viewers import READ, WRITE, handled, note_seen, opened, router
from motcua.services.dossiers.models import Dossier, WorkItem


@router.get(
    "/dossiers/{code}/actions",
    auth=Bearer(READ),
    response=ActList,
    operation_id="listActions",
    summary="List what may be done now",
)
def listed(request: HttpRequest, code: str) -> dict[str, Any]:
    """The acts that the bearer may do with the dossier now, with the JSON Schema of what each takes.

    An act on a step is listed once for each step. `x-form` in a schema is the form-js schema of its `data`.
    """
    doing = Doing(principal(request), opened(request, code))
    return {"items": [each for name, act in ACTS.items() for each in _offers(doing, name, act)]}


@router.post(
    "/dossiers/{code}/actions/{action}",
    auth=Bearer(WRITE),
    response=Done,
    operation_id="act",
    summary="Do something with a dossier",
)
def act(request: HttpRequest, code: str, action: str, given: Body[dict[str, Any]]) -> dict[str, Any]:
    """Do one of the acts that `GET /dossiers/{code}/actions` lists; answers the dossier as it stands then.

    `sign` and `seal` need the scope `dossiers:sign` besides.
    """
    chosen = ACTS.get(action)
    if chosen is None:
        raise NotFound(_("There is no such act."), code="no_such_act")
    doing = Doing(principal(request), handled(request, code))
    if not doing.asks.may(chosen.scope):
        text = _("This token does not have the scope %(scope)s.") % {"scope": chosen.scope}
        raise NotAllowed(text, code="scope")
    doing.accessed.require(chosen.ability)
    taken = _validated(chosen.taken, given)
    if isinstance(taken, Nothing) and taken.version not in (None, doing.dossier.version):
        raise Conflict(_("Somebody has worked on this dossier meanwhile. Look at it again, then decide."))
    went_on = chosen.do(doing, taken)
    note_seen(doing.accessed)
    moved = Dossier.objects.for_list().get(pk=doing.key)
    return {**shapes.rows([moved])[0], "went_on": went_on is not False}


def _validated(taken: type[Input], given: dict[str, Any]) -> Input:
    try:
        return taken.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise invalid([{**each, "loc": ("body", "given", *each["loc"])} for each in found]) from error


def _offers(doing: Doing, name: str, act: Act) -> Iterator[dict[str, Any]]:
    if not doing.accessed.abilities[act.ability]:
        return
    if not act.steps and [] in act.choices(doing, None).values():
        return  # there is nothing that it could be about
    for step in act.steps(doing) if act.steps else [None]:
        yield {
            "action": name,
            "title": str(act.title),
            "scope": act.scope,
            "step": step.pk if step else None,
            "input": _schema(doing, act, step),
        }


def _schema(doing: Doing, act: Act, step: WorkItem | None) -> dict[str, Any]:
    """The schema of the input, narrowed to what this dossier offers."""
    schema: dict[str, Any] = act.taken.model_json_schema()
    fields = schema.get("properties", {})
    if step is not None:
        fields["step"] = {"const": str(step.pk), "title": step.name}
    for name, values in act.choices(doing, step).items():
        fields[name] = {"enum": values}
        schema["required"] = sorted({*schema.get("required", ()), name})
    form = doing.step_form(step) if act.has_form and step else None
    if form is not None:
        fields["data"]["x-form"] = form
    return schema
