"""The page of a result: template and data of the package, typeset."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from motcua.engines.forms.summary import summary
from motcua.engines.rendering.drafts import render_docx
from motcua.engines.rendering.qr import qr_svg
from motcua.engines.rendering.typesetting import Rendering, render_with_anchors
from motcua.engines.rules.decisions import merged
from motcua.kernel.text import local_date
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.organisations.queries import office_with_place
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.printing import office_data, party_data
from motcua.services.dossiers.secrets import result_url
from motcua.services.dossiers.standing import Row
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.runtime import Package


def typeset(
    row: Row | Dossier, package: Package, spec: ResultSpec, written: Mapping[str, Any], *, at: datetime
) -> Rendering:
    """Typeset a result. Raises ``RenderingError`` when the template cannot use the data (:func:`data_of`)."""
    return render_with_anchors(package.template(spec), data_of(row, package, spec, written), dated=at)


def draft(row: Row | Dossier, package: Package, spec: ResultSpec, written: Mapping[str, Any]) -> bytes:
    """A draft of the result as a Word document; what is not known yet stands as dots.

    Raises ``RenderingError`` when the template cannot use the data.
    """
    data = data_of(row, package, spec, merged(package.absent_facts, written))
    for name in ("form", "facts"):
        data[name] = merged(package.absent_facts, data[name])
    return render_docx(package.files[spec.draft], data)


def data_of(row: Row | Dossier, package: Package, spec: ResultSpec, written: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates of a result see; two statements.

    ``agency``, ``superior``, ``place``, ``code``, ``applicant``, ``form`` (the application's data), ``shown`` (the
    same as labelled texts), ``facts`` and ``written`` (what the specialist filled in). ``verify`` is the QR code to
    the registered original, which the library puts below the recipients.
    """
    office = office_with_place(row.resolving_office_id)
    applicant = Party.objects.get(pk=row.applicant_id)
    return {
        **office_data(office),
        "code": row.code,
        "accepted_on": local_date(row.accepted_at),
        "applicant": party_data(applicant),
        "form": row.form_data,
        "shown": [asdict(section) for section in summary(package.form, row.form_data)],
        "facts": row.facts,
        "written": dict(written),
        "verify": qr_svg(result_url(row.id, row.code, spec.id)) if row.code else None,
    }


def month(day: date) -> str:
    """The month as NĐ 30/2020 writes it: a leading zero for January and February only."""
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def signer_lines(by: Actor) -> dict[str, str]:
    """What stands above and below the signature: in whose stead, title and name (Decree 30/2020, annex I, II.7)."""
    assert by.account is not None
    name = Account.objects.values_list("display_name", flat=True).get(pk=by.account)
    authority, _space, of = by.authority.partition(" ")
    return {"QuyenHan": f"{authority} {of.upper()}".strip(), "ChucVu": by.title.upper(), "HoTen": name}
