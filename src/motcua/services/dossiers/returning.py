"""What a return to an earlier step ends: the interlinked dossiers for which the process then waits no longer."""

from collections.abc import Iterable
from uuid import UUID

from motcua.engines.process import stepping
from motcua.engines.process.graph import Node
from motcua.engines.process.tokens import State as TokenState
from motcua.engines.process.tokens import Token
from motcua.kernel.identifiers.models import new_id
from motcua.services.dossiers.lines import DossierLine, dossier_lines
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.dossiers.queries import ends_with
from motcua.services.procedures.runtime import package_of

STANDING = ("open", "waiting")


def stopped_by_return(dossier: Dossier, step: WorkItem, to: Iterable[Node]) -> dict[str, list[DossierLine]]:
    """The undecided dossiers that are stopped with a return from the step, by earlier step.

    One statement where the dossier waits for none; else three, and one for each that has itself opened others.
    """
    items = WorkItem.objects.filter(dossier=dossier, state__in=STANDING).order_by("opened_at", "id")
    standing = [(item.kind, _token(item)) for item in items]
    spawned = [UUID(token.id) for kind, token in standing if kind == "spawn"]
    if not spawned:
        return {}
    waiting = Dossier.objects.filter(parent_token__in=spawned, closed_at=None, decided_at=None).order_by("pk")
    of_token = dict(waiting.values_list("parent_token", "pk"))
    lines = {line.id: line for line in dossier_lines(waiting)}
    graph, tokens = package_of(dossier.procedure_version_id).graph, [token for _kind, token in standing]
    found = {}
    for node in to:
        moved = stepping.send_back(
            graph, tokens, str(step.pk), node.id, {}, evaluate=lambda *_asked: False, new_id=lambda: str(new_id())
        )
        ended = [of_token.get(UUID(closing.token)) for closing in moved.close]
        found[node.id] = [line for key in ended if key in lines for line in (lines[key], *ends_with(key))]
    return {node: stopped for node, stopped in found.items() if stopped}


def _token(item: WorkItem) -> Token:
    """A standing work item as the process engine sees it."""
    return Token(
        id=str(item.pk),
        node=item.node,
        state=TokenState(item.token.get("state", TokenState.OPEN)),
        parent=item.token.get("parent"),
        flow=item.token.get("flow", ""),
        item=item.token.get("item"),
        instances=item.token.get("instances"),
    )
