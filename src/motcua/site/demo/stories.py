"""One line of ``demo/dossiers.csv``, and what its dossier is filled in with."""

from dataclasses import dataclass
from typing import Any

from motcua.engines.forms.model import Form
from motcua.engines.forms.validation import clean_json
from motcua.people.citizens.models import Party
from motcua.site.demo import files


@dataclass(frozen=True)
class Story:
    """How a dossier of the demonstration came to stand where it stands.

    It began ``begun`` working days ago, or when it had to for being due ``due_in`` working hours from now. It has gone
    on until a step of the process, or ``submitted``, ``decided``, ``returned``, ``waiting`` (for child dossiers); then
    ``end`` happened.
    """

    procedure: str
    case: str
    applicant: str
    office: str
    channel: str
    begun: float | None
    due_in: float | None
    until: str
    outcomes: dict[str, str]
    end: str


def stories() -> list[Story]:
    """All of them."""
    return [
        Story(
            procedure=row["procedure"],
            case=row["case"],
            applicant=row["applicant"],
            office=row["office"],
            channel=row["channel"],
            begun=float(row["begun"]) if row["begun"] else None,
            due_in=float(row["due_in"]) if row["due_in"] else None,
            until=row["until"],
            outcomes=dict(part.split("=") for part in row["outcomes"].split()),
            end=row["end"],
        )
        for row in files.rows("dossiers.csv")
    ]


def form_data(procedure: str, form: Form, applicant: Party) -> dict[str, Any]:
    """The application's data, cleaned as those of a real applicant. Raises ``ValueError`` for a wrong file."""
    cleaned = clean_json(form, _filled(files.settings("forms.yaml")[procedure]["form"], applicant))
    if cleaned.errors:
        raise ValueError(f"forms.yaml: {procedure}: {cleaned.errors}")
    return cleaned.data


def written(procedure: str, result: str, applicant: Party) -> dict[str, Any]:
    """What the specialist writes into a result."""
    data: dict[str, Any] = _filled(files.settings("forms.yaml")[procedure]["written"][result], applicant)
    return data


def _filled(value: Any, applicant: Party) -> Any:
    if isinstance(value, dict):
        return {key: _filled(part, applicant) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, applicant) for part in value]
    if isinstance(value, str):
        value = value.replace("$name", applicant.name).replace("$address", applicant.address)
        return value.replace("$number", applicant.identity_number or applicant.tax_code or "")
    return value
