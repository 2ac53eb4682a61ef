"""The spreadsheet of a batch: with what is known already, or as it was handed over with its wrong cells marked."""

from django.utils import timezone

from motcua.kernel.errors import Refused
from motcua.services.batches import workbook
from motcua.services.batches.access import filer_of, layout_of, spec_of
from motcua.services.batches.layout import Layout, written
from motcua.services.batches.models import Batch
from motcua.services.dossiers.applications import filled_in
from motcua.services.procedures.runtime import package_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template_for(batch: Batch, *, sent: bool) -> bytes:
    """The workbook to fill in; ``sent``: with what was handed over."""
    layout = layout_of(batch)
    filled = _sent(batch) if sent else workbook.Filled(once=_known(batch, layout))
    most = spec_of(package_of(batch.procedure_version_id)).most
    return workbook.write(layout, title=batch.procedure_version.name, most=most, filled=filled)


def _known(batch: Batch, layout: Layout) -> dict[str, str]:
    """What is known of the applicant, as an ordinary application has it filled in; for who may act for them now."""
    try:
        applicant = filer_of(batch, at=timezone.now()).applicant
    except Refused:
        return {}
    typed = filled_in(package_of(batch.procedure_version_id).form, applicant)
    asked = {each.field.path: each.field for each in layout.once}
    return {name: written(asked[name], texts) for name, texts in typed.items() if name in asked}


def _sent(batch: Batch) -> workbook.Filled:
    rows = [(line.row, line.typed, line.errors) for line in batch.lines.all()]
    return workbook.Filled(batch.common, {path: text for path, text in batch.problems if path}, rows)
