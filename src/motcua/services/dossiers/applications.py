"""An application in the making (hồ sơ đang soạn): a draft together with the package that it is written for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.engines.forms.editing import edited
from motcua.engines.forms.model import Field, Form, Kind, level
from motcua.engines.forms.pages import Page, open_pages
from motcua.engines.forms.surroundings import Surroundings
from motcua.engines.forms.validation import Cleaned, clean, typed_of
from motcua.engines.scanning.queries import unfinished
from motcua.kernel.errors import Invalid, NotFound
from motcua.kernel.text.typed import too_long
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import Office
from motcua.services.dossiers import stores
from motcua.services.dossiers.models import Draft, DraftFile, ReturnMethod
from motcua.services.dossiers.rules.drafts import mark_of
from motcua.services.dossiers.surroundings import file_names, surroundings
from motcua.services.procedures.models import Case, CasePaper
from motcua.services.procedures.runtime import Package, package_of

Typed = Mapping[str, list[str]]
LONGEST_ADDRESS = 250
_OF_PARTY = ("name", "identity_number", "tax_code", "address", "phone", "email")


@dataclass(frozen=True)
class PaperSlot:
    """A paper of the case and the files attached for it."""

    paper: CasePaper
    files: tuple[DraftFile, ...]

    @property
    def name(self) -> str:
        """The name of its inputs."""
        return f"paper-{self.paper.code}"


@dataclass(frozen=True)
class Application:
    """A draft as its pages need it. Statements: none but one for the files and one for units typed."""

    draft: Draft
    package: Package

    @property
    def form(self) -> Form:
        """The form of the procedure."""
        return self.package.form

    @property
    def case(self) -> Case:
        """The chosen case, at first the only one."""
        return self.draft.case or self.package.first_case

    @cached_property
    def files(self) -> tuple[DraftFile, ...]:
        """All that is attached."""
        return tuple(self.draft.files.select_related("file__blob"))

    @property
    def file_names(self) -> dict[str, str]:
        """Names of the files that fields of the form may hold, by id."""
        return {str(attached.file_id): attached.file.name for attached in self.files if attached.field}

    def around(self, typed: Typed) -> Surroundings:
        """What the form needs from outside for these answers."""
        held = any(typed[name] for name in file_names(self.form, typed))
        return surroundings(self.form, typed, self.file_names if held else None)

    def judged(self, typed: Typed) -> Cleaned:
        """The answers as stored data, with every mistake."""
        return clean(self.form, typed, around=self.around(typed))

    @cached_property
    def answers(self) -> Cleaned:
        """The draft's answers, judged."""
        return self.judged(self.draft.typed)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the form that concern this person."""
        return open_pages(self.form, self.answers.hidden)

    @property
    def proposed(self) -> dict[str, list[str]]:
        """What was read from pictures and is neither confirmed nor declined, for fields without an answer."""
        typed = self.draft.typed
        return {
            name: list(each["texts"])
            for name, each in self.draft.proposals.items()
            if each["state"] == "open" and not any(typed.get(name, ()))
        }

    @property
    def proposed_fates(self) -> dict[str, list[str]]:
        """The fields for which something was read from pictures, by what came of it (``confirmed``, ``changed`` …)."""
        fates: dict[str, list[str]] = {}
        for name, each in sorted(self.draft.proposals.items()):
            fates.setdefault(each["state"], []).append(name)
        return fates

    def proposed_on(self, page: Page) -> dict[str, list[str]]:
        """Those of a page, as far as its fields are asked of this person."""
        proposed = self.proposed
        names = self.typed_on(page, {}) if proposed else {}
        return {name: texts for name, texts in proposed.items() if name in names}

    def page(self, number: int) -> Page:
        """Raises ``NotFound``."""
        for page in self.pages:
            if page.number == number:
                return page
        raise NotFound(_("This application has no such page."))

    def typed_on(self, page: Page, raw: Typed, command: str = "") -> dict[str, list[str]]:
        """What was typed on a page after a button in it was pressed, by every input name of that page.

        Unticked boxes are not sent: they come back as empty. NUL cannot be stored and is dropped.
        """
        texts = {name: [text.replace("\0", "") for text in values] for name, values in raw.items()}
        part = Form(self.form.id, self.form.title, page.components)
        return clean(part, edited(self.form, texts, command) if command else texts).typed

    def with_files(self, raw: Typed) -> dict[str, list[str]]:
        """What a page sent, and in its file fields also what they have got since it was shown: a PDF that was made.

        Only a button takes a file off. Fields in rows are left alone, for rows change places. No statement where the
        form has no other file field.
        """
        texts = {name: list(values) for name, values in raw.items()}
        parts = level(self.form.components)
        fields = [part.path for part in parts if isinstance(part, Field) and part.kind is Kind.FILE]
        if fields:
            for name, file in self.draft.files.filter(field__in=fields).values_list("field", "file_id"):
                if str(file) not in texts.setdefault(name, []):
                    texts[name].append(str(file))
        return texts

    def mark_of(self, page: Page) -> str:
        """Tells this state of a page from others, for ``actions.save_page``."""
        return mark_of(self.draft.typed, self.typed_on(page, self.draft.typed))

    @cached_property
    def papers(self) -> tuple[PaperSlot, ...]:
        """The papers of the case with what is attached for each."""
        return tuple(
            PaperSlot(paper, tuple(file for file in self.files if file.case_paper_id == paper.pk))
            for paper in self.package.papers(self.case.pk)
        )

    @property
    def return_method(self) -> str:
        """How the result is to be returned; empty while not chosen."""
        return str(self.draft.options.get("return_method", ""))

    @property
    def return_address(self) -> str:
        """Where a result sent by post goes."""
        return str(self.draft.options.get("return_address", ""))

    def missing_choices(self) -> dict[str, str]:
        """A message when the case is still to be chosen, as after the procedure has changed."""
        if self.draft.case or len(self.package.cases) == 1:
            return {}
        return {"case": _("Choose your case.")}

    def faults(self) -> dict[str, str]:
        """All that is missing or wrong, by input name."""
        missing = self.missing_choices() | self.missing_papers() | self.barred_papers() | self.missing_delivery()
        return self.answers.errors | missing | self.unfinished_scans()

    def unfinished_scans(self) -> dict[str, str]:
        """A message for each paper whose PDF is still being made, or was never asked for; one statement."""
        return {
            name: _("The PDF of this paper is still being made. Please wait a moment.")
            if is_running
            else _("Pages of this paper are not made into a PDF yet. Make the PDF, or remove the pages.")
            for name, is_running in unfinished(Draft.SCANS, self.draft.pk).items()
        }

    def missing_papers(self) -> dict[str, str]:
        """A message for each required paper that has no file, by input name."""
        return {
            slot.name: _("Attach this paper: %(name)s") % {"name": slot.paper.name}
            for slot in self.papers
            if slot.paper.required and not slot.files
        }

    def barred_papers(self) -> dict[str, str]:
        """A message for each paper that was on file and must not be used any more, by input name.

        No statement where nothing was taken from what is on file.
        """
        reasons = stores.barred({attached.source for slot in self.papers for attached in slot.files})
        return {
            slot.name: _("Remove “%(file)s”: %(reason)s")
            % {"file": attached.file.name, "reason": reasons[attached.source]}
            for slot in self.papers
            for attached in slot.files
            if attached.source in reasons
        }

    def missing_delivery(self) -> dict[str, str]:
        """What is wrong with the choice of how to get the result, by input name."""
        return delivery_faults(self.return_method, self.return_address)

    def require_complete(self) -> None:
        """Raises ``Invalid`` naming all that is missing or wrong."""
        if errors := self.faults():
            raise Invalid(_("The application is not complete yet."), errors=errors)

    def taken_over(self) -> Iterator[UUID]:
        """The files that go into the dossier."""
        named = {text for name in file_names(self.form, self.answers.typed) for text in self.answers.typed[name]}
        for attached in self.files:
            if str(attached.file_id) in named or any(attached in slot.files for slot in self.papers):
                yield attached.file_id


def delivery_faults(method: str, address: str) -> dict[str, str]:
    """What is wrong with a way to return the result, by input name."""
    if method not in ReturnMethod.values:
        return {"return_method": _("Choose how you want to get the result.")}
    if method == ReturnMethod.POST and not address.strip():
        return {"return_address": _("Enter the address for the post.")}
    return too_long({"return_address": address}, {"return_address": LONGEST_ADDRESS})


def application_of(draft: Draft) -> Application:
    """The application behind a draft; the package is kept in memory."""
    return Application(draft, package_of(draft.procedure_version_id))


def filled_in(form: Form, applicant: Party) -> dict[str, list[str]]:
    """What a form holds when it is opened first: its defaults, and what is known of the applicant."""
    known: dict[str, Any] = {name: value for name in _OF_PARTY if (value := getattr(applicant, name))}
    if applicant.birth_date:
        known["birth_date"] = known["born"] = applicant.birth_date.isoformat()
    opened = typed_of(form, {"applicant": known}).typed
    return {name: texts for name, texts in opened.items() if texts and not name.endswith("-rows")}


def receiving_offices(package: Package, on: date) -> QuerySet[Office]:
    """Where an application may be handed in on a day, the province's offices first."""
    offices = Office.objects.on(on).filter(receives=True)
    selector = package.manifest.agencies.receiving
    level, _slash, kind = selector.rpartition("/")
    if selector.startswith("code:"):
        offices = offices.filter(codes__code=selector.removeprefix("code:"), codes__valid_to=None)
    elif kind.startswith("kind:"):
        offices = offices.filter(kind=kind.removeprefix("kind:"), **({"level": level} if level else {}))
    else:
        offices = offices.filter(level__in=package.manifest.levels)
    return offices.select_related("unit", "parent__unit").order_by("-level", "name_fold", "id")
