"""Whether a form can be filled in from a spreadsheet, a line each, as the package says."""

from collections.abc import Iterable, Iterator

from motcua.engines.forms.model import Component, Field, Form, Group, Kind, Repeat, level, walk
from motcua.services.procedures.packages.manifest import BatchSpec


def _unnamed(parts: Iterable[Component], once: tuple[str, ...]) -> Iterator[Component]:
    """The components that are not answered once, groups taken apart."""
    for part in parts:
        if part.id in once:
            continue
        if isinstance(part, Group):
            yield from _unnamed(part.children, once)
        else:
            yield part


def batch_problems(form: Form, batch: BatchSpec) -> Iterator[tuple[str, str]]:
    """What hinders filing many at once: a message and a hint each."""
    top = {part.id: part for part in level(form.components)}
    group = top.get(batch.group)
    if batch.group and not isinstance(group, Repeat):
        yield (
            f"The form has no repeating group {batch.group!r}.",
            "Name a dynamiclist by its id, not one inside another.",
        )
    if isinstance(group, Repeat) and batch.most > group.most:
        yield f"The group {batch.group!r} takes {group.most} rows at most.", f"Write `most: {group.most}` or less."
    for name in batch.once:
        if name not in top:
            yield f"The form has no component {name!r}.", "Name components of the form by their ids."
    if not batch.group and not any(isinstance(part, Field) for part in _unnamed(form.components, batch.once)):
        yield "Nothing is left to ask on a line.", "Leave out of `once` what differs from line to line."
    for part in top.values():
        if isinstance(part, Repeat) and part.least and part.id != batch.group:
            yield f"The repeating group {part.id!r} needs rows, which a spreadsheet cannot give.", ""
    for part in walk(form.components):
        if isinstance(part, Field) and part.kind is Kind.FILE and part.limits.required and part.hide is None:
            yield f"The field {part.id!r} needs a file, which a spreadsheet cannot give.", "Ask for it as a paper."
