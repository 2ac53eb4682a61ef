"""Reading ``guide.yaml`` with all its mistakes."""

from typing import get_args

from motcua.services.procedures.choices import LifeEvent
from motcua.services.procedures.guides.spec import Choice, GuideSpec, Kind, Outcome, Question
from motcua.services.procedures.packages.fields import Fields
from motcua.services.procedures.packages.yamltree import Node, read_yaml

MANIFEST = "guide.yaml"
MOST_QUESTIONS = 15
LARGEST = 1_000_000


def read_guide(content: bytes) -> tuple[GuideSpec, Fields]:
    """The guide, and the mistakes that were met. Raises ``PackageError`` only where it is not YAML at all."""
    reader = _Reader(Fields(MANIFEST))
    return reader.guide(read_yaml(MANIFEST, content)), reader.fields


class _Reader:
    def __init__(self, fields: Fields) -> None:
        self.fields = fields

    def guide(self, root: Node) -> GuideSpec:
        fields = self.fields
        required = ("format", "code", "title", "lead", "questions", "outcomes", "decision")
        top = fields.mapping(root, "", required=required, optional=("life_events",))
        form = top.get("format")
        if form is not None and form.text != "1":
            fields.wrong(form, "This program reads format 1.", "Write `format: 1`.", element="format")
        questions = top.many("questions", self._question)
        outcomes = top.many("outcomes", self._outcome)
        fields.unique(root, "questions", (question.id for question in questions))
        fields.unique(root, "outcomes", (outcome.id for outcome in outcomes))
        for key, found in (("questions", questions), ("outcomes", outcomes)):
            if top.get(key) is not None and not found:
                fields.wrong(top.get(key) or root, f"{key} is empty.", element=key)
        if len(questions) > MOST_QUESTIONS:
            fields.wrong(root, f"More than {MOST_QUESTIONS} questions: nobody answers them.", element="questions")
        return GuideSpec(
            code=top.read("code", fields.identifier, ""),
            title=top.read("title", lambda node, path: fields.text(node, path, longest=200), ""),
            lead=top.text("lead"),
            life_events=top.many(
                "life_events", lambda node, path: fields.choice(node, path, LifeEvent.values) or None
            ),
            questions=questions,
            outcomes=outcomes,
            decision=top.text("decision"),
        )

    def _question(self, node: Node, path: str) -> Question:
        fields = self.fields
        optional = ("hint", "choices", "least", "most", "when")
        part = fields.mapping(node, path, required=("id", "text", "kind"), optional=optional)
        kind = part.read("kind", lambda each, at: fields.choice(each, at, get_args(Kind)), "") or "yes_no"
        choices = part.many("choices", self._choice)
        fields.unique(node, f"{path}.choices", (choice.value for choice in choices))
        least, most = (part.read(name, self._whole, 0) for name in ("least", "most"))
        if kind == "choice" and len(choices) < 2:
            fields.wrong(node, f"{path} needs at least two choices.", element=path)
        if kind != "choice" and choices:
            fields.wrong(node, f"{path} has choices, but is no choice.", "Write `kind: choice`.", element=path)
        if kind == "number" and not least < most:
            fields.wrong(node, f"{path} needs `least` and a larger `most`.", element=path)
        return Question(
            id=part.read("id", self._name, ""),
            text=part.read("text", lambda each, at: fields.text(each, at, longest=200), ""),
            kind=kind,  # type: ignore[arg-type]
            hint=part.text("hint"),
            choices=choices,
            least=least,
            most=most,
            when=part.text("when"),
        )

    def _whole(self, node: Node, path: str) -> int:
        return self.fields.whole(node, path, least=0, most=LARGEST)

    def _name(self, node: Node, path: str) -> str:
        found = self.fields.identifier(node, path)
        if "-" in found or found in RESERVED:
            hint = "Write small letters, digits and _; it is a name in the decision and in the address."
            self.fields.wrong(node, f"{path}: {found!r} cannot name a question.", hint, element=path)
        return found

    def _choice(self, node: Node, path: str) -> Choice:
        part = self.fields.mapping(node, path, required=("value", "text"), optional=("hint",))
        return Choice(part.read("value", self.fields.identifier, ""), part.text("text"), part.text("hint"))

    def _outcome(self, node: Node, path: str) -> Outcome:
        fields = self.fields
        part = fields.mapping(node, path, required=("id", "why"), optional=("title", "procedure", "case"))
        found = Outcome(
            id=part.read("id", fields.identifier, ""),
            why=part.text("why"),
            title=part.read("title", lambda each, at: fields.text(each, at, longest=200), ""),
            procedure=part.text("procedure"),
            case=part.text("case"),
        )
        if not found.procedure and not found.title:
            fields.wrong(node, f"{path} needs a `procedure`, or a `title` for advice.", element=path)
        if found.case and not found.procedure:
            fields.wrong(node, f"{path} names a case of no procedure.", "Add `procedure:`.", element=path)
        return found


RESERVED = frozenset({"ask", "question", "null", "true", "false", "and", "or", "not", "in"})
