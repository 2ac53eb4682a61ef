"""What an earlier dossier gives to a new application: the answers that still fit, and what does not come along."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from motcua.engines.forms.model import Form
from motcua.engines.forms.validation import typed_of
from motcua.services.dossiers.applications import Application
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.surroundings import file_names, label_of, of_data
from motcua.services.procedures.runtime import package_of

Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Carried:
    """The answers, as they are typed; ``left`` are the questions, in words, whose answers do not come along."""

    typed: Typed
    left: tuple[str, ...]


def carried_over(application: Application, earlier: Dossier) -> Carried:
    """The answers of an earlier dossier that the form of today still asks for and takes; the rest by its questions.

    Files of the form are not copied. Two statements for each form that names administrative units.
    """
    before = package_of(earlier.procedure_version_id).form
    held = _texts(before, earlier.form_data)
    typed = _texts(application.form, earlier.form_data)
    for name in file_names(application.form, typed):
        typed[name] = []
    faults = application.judged(typed).errors
    right = {name: texts for name, texts in typed.items() if name not in faults}
    return Carried(right, tuple(dict.fromkeys(_left(before, held, right))))


def _texts(form: Form, data: Mapping[str, object]) -> Typed:
    return dict(typed_of(form, data, around=of_data(form, data)).typed)


def _left(form: Form, held: Typed, right: Typed) -> Iterator[str]:
    """The questions that were answered then and have no answer now; the number of rows is no question."""
    for name, texts in held.items():
        if any(texts) and not any(right.get(name, ())) and not name.endswith("-rows"):
            yield label_of(form, name) or _("A question that is not asked any more")
