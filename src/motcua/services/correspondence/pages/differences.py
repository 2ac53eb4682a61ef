"""What a version of a draft changed in an earlier one: as text, or as Word files where both have one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.rendering.errors import UnsafeTemplate
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import NotFound
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import access, openings
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import DraftVersion
from motcua.services.correspondence.reading import read_docx
from motcua.services.correspondence.rules.differences import compare, shown

LARGEST_FILE = 2 * 1024 * 1024  # of a Word file that is read while somebody waits


@require_GET
@for_officers
def differences(request: HttpRequest, document_id: UUID, version: int) -> HttpResponse:
    """The paragraphs that differ, with the words that came and went; ``with`` names another version than the last."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    document = accessed.document
    asked = request.GET.get("with", "")
    other = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else version - 1
    rows = DraftVersion.objects.filter(document=document, number__in=[version, other]).select_related("source__blob")
    found = {each.number: each for each in rows.order_by("number")}
    if version not in found or (asked and other not in found):
        raise NotFound(_("There is no such file."))
    new, old = found[version], found.get(other)
    openings.note_opened(accessed, purpose=openings.FILE)
    before, after, of_files = _texts(old, new)
    result = compare(before, after)
    context: dict[str, Any] = {
        "document": document,
        "version": version,
        "other": other,
        "others": [(str(number), _("Version %(n)d") % {"n": number}) for number in _others(new)],
        "paragraphs": [] if result.none else shown(result),
        "coarse": result.coarse,
        "of_files": of_files,
    }
    return render(request, "correspondence/differences.html", context)


def _others(new: DraftVersion) -> list[int]:
    rows = DraftVersion.objects.filter(document=new.document_id).exclude(pk=new.pk)
    return list(rows.order_by("-number").values_list("number", flat=True)[:200])


def _texts(old: DraftVersion | None, new: DraftVersion) -> tuple[list[str], list[str], bool]:
    """The paragraphs of both, and whether they are those of the Word files, with what stands in tables."""
    if old is None:
        return [], new.text.splitlines(), False
    files = [_paragraphs(each) for each in (old, new)]
    if None in files:
        return old.text.splitlines(), new.text.splitlines(), False
    before, after = (each or [] for each in files)
    return before, after, True


def _paragraphs(version: DraftVersion) -> list[str] | None:
    if version.source is None or version.source.size > LARGEST_FILE:
        return None
    try:
        measured, _body = read_docx(read_bytes(version.source))
    except UnsafeTemplate:
        return None
    return [line.strip() for line in measured.lines if line.strip()]
