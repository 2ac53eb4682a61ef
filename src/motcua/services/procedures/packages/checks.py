"""Checking a package: each file by its engine, then what they say of one another. All mistakes are told at once."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from motcua.engines.forms.model import Field, Form, Meaning, Repeat, level
from motcua.engines.forms.model import Kind as FieldKind
from motcua.engines.forms.problems import SchemaError
from motcua.engines.forms.schema import parse
from motcua.engines.process.compiler import compile_bpmn
from motcua.engines.process.graph import Graph, Kind, Node
from motcua.engines.process.problems import InvalidProcess
from motcua.engines.rendering.drafts import render_docx
from motcua.engines.rendering.errors import RenderingError, UnsafeTemplate
from motcua.engines.rendering.publication import check_package
from motcua.engines.rules.checking import check_decision
from motcua.engines.rules.expressions import check as check_expression
from motcua.engines.rules.facts import FactType
from motcua.engines.rules.facts import Kind as Fact
from motcua.engines.scanning.papers import fact_names
from motcua.services.procedures.packages.batches import batch_problems
from motcua.services.procedures.packages.facts import ABOUT, CONNECTOR, COUNTS, absent, clashes, facts_of, given_facts
from motcua.services.procedures.packages.files import MANIFEST, read_folder, read_zip
from motcua.services.procedures.packages.making import making_problems
from motcua.services.procedures.packages.manifest import COUNTED, ROLES, DecisionSpec, Manifest, ResultSpec
from motcua.services.procedures.packages.package import CheckedPackage, template_files
from motcua.services.procedures.packages.problems import PackageError, Problem
from motcua.services.procedures.packages.reading import SELECTOR_HINT, read_manifest, selector_problem
from motcua.services.procedures.packages.registers import Entry, registers
from motcua.services.procedures.packages.samples import least, strangers

# PostgreSQL keeps neither in its JSON columns.
# The folder in which a template was set, before the names that typst tells.
_TYPST_FOLDER = re.compile(r"\S*/[0-9a-f]{64}/")
_IN_LINE = re.compile(r"^Not JSON: .* in line (\d+)")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def load(path: Path) -> CheckedPackage:
    """Read and check a package folder or zip file. Raises ``PackageError`` with every mistake."""
    if path.is_dir():
        return check(read_folder(path))
    try:
        return check(read_zip(path.read_bytes()))
    except OSError as error:
        raise PackageError([Problem(path.name, f"The file cannot be read ({error.strerror}).")]) from error


def check(files: Mapping[str, bytes]) -> CheckedPackage:
    """Check the files of a package. Raises ``PackageError`` with every mistake; nothing is stored anywhere."""
    if MANIFEST not in files:
        hint = f"A package has a {MANIFEST} at its top."
        raise PackageError([Problem(MANIFEST, "The file is missing.", hint=hint)])
    manifest, fields = read_manifest(files[MANIFEST])
    checker = _Checker(manifest, files, fields.problems)
    package = checker.package()
    if checker.problems or package is None:
        raise PackageError(checker.problems)
    return package


class _Checker:
    """Walks over one package and gathers its mistakes."""

    def __init__(self, manifest: Manifest, files: Mapping[str, bytes], problems: list[Problem]) -> None:
        self.manifest, self.files, self.problems = manifest, files, problems
        self.used = {MANIFEST}

    def package(self) -> CheckedPackage | None:
        """The package, none when a part of it could not be read."""
        manifest = self.manifest
        form = self._form(manifest.form, "form")
        step_forms = {name: self._form(file, "step_forms") for name, file in manifest.step_forms.items()}
        graph = self._graph()
        facts = self._facts(form, step_forms, graph)
        for decision in manifest.decisions:
            self._decision(decision, facts)
        for result in manifest.results:
            self._result(result, form, step_forms, facts)
        self._fee_decision()
        self._channels()
        if graph is not None:
            self._process(graph, facts)
        if form is not None:
            self._quantities(form)
            self._place(form)
            self._proposals(form)
        if form is not None and manifest.batch is not None:
            for message, hint in batch_problems(form, manifest.batch):
                self.wrong(MANIFEST, message, hint, manifest.batch.line, "batch")
            if manifest.co_applicants is not None and manifest.co_applicants.least:
                message = "Who applies together with others confirms page by page, not with a spreadsheet."
                self.wrong(MANIFEST, message, "Leave out `batch`, or `least`.", manifest.batch.line, "batch")
            if manifest.applicant_signature == "required":
                message = "Who must sign an application signs page by page, not with a spreadsheet."
                hint = "Leave out `batch`, or offer the signature."
                self.wrong(MANIFEST, message, hint, manifest.batch.line, "batch")
        self._unused_files()
        return None if form is None or graph is None else CheckedPackage(manifest, form, graph, self.files)

    def _channels(self) -> None:
        """Who says that the law sets the same for every channel has the same, and names a text of the legal basis."""
        said, key = self.manifest.same_in_all_channels, "same_in_all_channels"
        if said and self.manifest.differs_by_channel:
            message = "Limits or fees differ from channel to channel, although the law is said to set the same."
            self.wrong(MANIFEST, message, f"Leave out `{key}`, or mend `terms`.", self.manifest.lines[key], key)
        for text in said:
            if text not in self.manifest.legal_basis:
                message, hint = f"{text!r} is not in `legal_basis`.", "Name it there, too."
                self.wrong(MANIFEST, message, hint, self.manifest.lines[key], key)

    def _file(self, name: str, key: str, line: int | None = None) -> bytes | None:
        """The content of a file that the manifest names; it is a mistake when it is not there."""
        if not name:
            return None
        self.used.add(name)
        if name not in self.files:
            hint = "Names are relative to the package's folder; capital and small letters differ."
            self.wrong(
                MANIFEST, f"The file {name!r} is not in the package.", hint, line or self.manifest.lines[key], key
            )
        return self.files.get(name)

    def wrong(self, file: str, message: str, hint: str = "", line: int | None = None, element: str = "") -> None:
        """Note a mistake."""
        self.problems.append(Problem(file, message, line=line or None, element=element, hint=hint))

    def _form(self, name: str, key: str) -> Form | None:
        content = self._file(name, key)
        if content is None:
            return None
        try:
            form = parse(content)
        except SchemaError as error:
            for found in error.problems:
                line = _IN_LINE.search(found.message)
                element = found.component or found.path
                self.wrong(name, found.message, found.hint, int(line[1]) if line else None, element)
            return None
        if _UNSTORABLE.search(json.dumps(json.loads(content), ensure_ascii=False).replace("\\u0000", "\0")):
            self.wrong(name, "A text holds a character that is no text.", "Look for \\u0000 and \\ud800 to \\udfff.")
        return form

    def _graph(self) -> Graph | None:
        content = self._file(self.manifest.process, "process")
        if content is None:
            return None
        try:
            return compile_bpmn(content)
        except InvalidProcess as error:
            for found in error.problems:
                self.wrong(self.manifest.process, found.message, found.hint, found.line, found.element)
            return None

    def _facts(
        self, form: Form | None, step_forms: Mapping[str, Form | None], graph: Graph | None
    ) -> dict[str, FactType] | None:
        """The declared facts; none while a form cannot be read, since every condition would then look wrong."""
        read = {name: each for name, each in step_forms.items() if each is not None}
        if form is None or len(read) < len(step_forms):
            return None
        for name, one, other in clashes(self.manifest, form, read, graph):
            message = f"The fact {name!r} is given by {one} and by {other}."
            self.wrong(MANIFEST, message, "Rename one of the two.", self.manifest.lines["decisions"])
        return facts_of(self.manifest, form, read, graph)

    def _decision(self, decision: DecisionSpec, facts: dict[str, FactType] | None) -> None:
        content = self._file(decision.file, "decisions", decision.line)
        if content is None or facts is None:
            return
        known = {name: fact for name, fact in facts.items() if name not in decision.gives}
        given = given_facts([decision])
        if decision.id == self.manifest.fee_decision:
            given = {name: replace(fact, nullable=False) for name, fact in given.items()}
        for found in check_decision(content, known, gives=given):
            places = [found.node, f"row {found.row}" if found.row else None, found.column]
            line = _IN_LINE.search(found.message)
            element = " ".join(filter(None, places))
            self.wrong(decision.file, found.message, found.hint, int(line[1]) if line else None, element)

    def _fee_decision(self) -> None:
        name, line = self.manifest.fee_decision, self.manifest.lines["fee_decision"]
        if not name:
            return
        decision = next((each for each in self.manifest.decisions if each.id == name), None)
        if decision is None:
            self.wrong(MANIFEST, f"There is no decision {name!r}.", "Name one of `decisions`.", line, "fee_decision")
            return
        fees = {fee.id for case in self.manifest.cases for terms in case.terms for fee in terms.fees}
        for fee in sorted(fees):
            if decision.gives.get(f"fees.{fee}") != "money":
                hint = f"Add `fees.{fee}: money` to what it gives."
                self.wrong(MANIFEST, f"The decision {name!r} does not give the fee {fee!r}.", hint, decision.line)

    def _quantities(self, form: Form) -> None:
        """How many times a fee is paid is a number of the form, the rows of a group, or counted by an officer."""
        fees = {fee for case in self.manifest.cases for terms in case.terms for fee in terms.fees if fee.quantity}
        top = {part.id: part for part in level(form.components)}
        for fee in sorted(fees, key=lambda fee: fee.id):
            part, element = top.get(fee.quantity), f"fees.{fee.id}.quantity"
            counts = isinstance(part, Repeat) or (isinstance(part, Field) and part.kind is FieldKind.NUMBER)
            if not fee.per:
                self.wrong(MANIFEST, "A fee with a `quantity` says what one is.", "Add `per: xe`.", element=element)
            if fee.quantity != COUNTED and not counts:
                message = f"The form has no number or repeating group {fee.quantity!r}."
                self.wrong(MANIFEST, message, f"Name one by its id, or write `{COUNTED}`.", element=element)

    def _place(self, form: Form) -> None:
        """Where the matter lies is one administrative unit, whose code the answer holds."""
        place, line = self.manifest.place, self.manifest.lines["place"]
        fields = {part.path: part for part in level(form.components) if isinstance(part, Field)}
        if place and place not in fields:
            units = [path for path, field in fields.items() if field.meaning is Meaning.ADMINISTRATIVE_UNIT]
            hint = f"Name a field by its key, not one of a repeating group: {', '.join(units) or 'there is none yet'}."
            self.wrong(MANIFEST, f"The form has no field {place!r}.", hint, line, "place")
        elif place and fields[place].meaning is not Meaning.ADMINISTRATIVE_UNIT:
            hint = "Set its property motcua:type to administrative_unit."
            self.wrong(MANIFEST, f"The field {place!r} names no administrative unit.", hint, line, "place")

    def _proposals(self, form: Form) -> None:
        """What may be proposed is read from papers of a known kind, in a picture that the application asks for."""
        papers = {paper.id for case in self.manifest.cases for paper in case.papers}
        fields = [part for part in level(form.components) if isinstance(part, Field)]
        sources = papers | {field.path for field in fields if field.kind is FieldKind.FILE} | {""}
        for field in (each for each in form.fields if each.proposes):
            for fact in sorted(set(field.proposes) - fact_names().keys()):
                message = f"Papers have no fact {fact!r} that could be proposed."
                self.wrong(self.manifest.form, message, "See docs/integrator/forms.md.", element=field.id)
            if field.proposes_from not in sources:
                message = f"There is no paper or file field {field.proposes_from!r} to propose an answer from."
                hint = "Name a paper by its id, a field by its key."
                self.wrong(self.manifest.form, message, hint, element=field.id)

    def _result(
        self,
        result: ResultSpec,
        form: Form | None,
        step_forms: Mapping[str, Form | None],
        facts: dict[str, FactType] | None,
    ) -> None:
        template = self._file(result.template, "results", result.line)
        sample = self._file(result.sample, "results", result.line)
        if template is None or sample is None:
            return
        self._register(result, template)
        files, main = template_files(self.files, result)
        self.used |= {name for name in self.files if name.startswith(f"{PurePosixPath(result.template).parent}/")}
        if not template.strip():
            self.wrong(result.template, "The template is empty: the result would be a blank page.")
        data = self._json(result.sample, sample)
        if data is None:
            return
        is_set = self._template(result, files, main, data, "Compare the template with its sample data.")
        if form is not None and facts is not None:
            for path in strangers(data, form, filter(None, step_forms.values())):
                self.wrong(result.sample, f"No form asks for {path!r}.", "Use the keys of the forms.", element=path)
            if is_set:
                hint = "An answer that need not be given is read with .at(…, default: none)."
                self._template(result, files, main, least(data, form), hint)
        self._draft(result, data, facts)

    def _template(
        self, result: ResultSpec, files: Mapping[str, bytes], main: str, data: dict[str, Any], hint: str
    ) -> bool:
        """Whether the template can be set with the data."""
        problems = check_package(files, main, data)
        for problem in problems:
            message = _TYPST_FOLDER.sub("", problem)
            place = re.search(rf"\b{re.escape(PurePosixPath(result.template).name)}:(\d+):\d+", message)
            self.wrong(result.template, message, hint, int(place[1]) if place else None)
        return not problems

    def _register(self, result: ResultSpec, template: bytes) -> None:
        """What the register says of its entry; who signs what is entered is a leader and the clerk."""
        problems = registers.get(result.register)
        if problems is None:
            return
        if not {"leader", "seal"} <= set(result.sign):
            message = f"The document {result.id!r} of a register is not signed and sealed."
            self.wrong(MANIFEST, message, "Write `sign: [leader, seal]`.", result.line, result.id)
        entry = Entry(result.type, result.mark, template.decode(errors="replace"))
        for message, hint in problems(entry):
            self.wrong(MANIFEST, message, hint, result.line, result.id)

    def _draft(self, result: ResultSpec, sample: dict[str, Any], facts: dict[str, FactType] | None) -> None:
        """The Word template must be filled by the sample data, and while nothing is known yet."""
        content = self._file(result.draft, "results", result.line)
        if content is None:
            return
        tried = [(sample, "Compare its marks with the sample data.")]
        if facts is not None:
            unknown = dict.fromkeys(("form", "facts", "written"), absent(facts))
            tried.append((sample | unknown, "A draft is made before all is known."))
        for data, hint in tried:
            try:
                render_docx(content, data)
            except UnsafeTemplate as error:
                self.wrong(result.draft, f"This is no Word document that can be used: {error}.", "Save it as .docx.")
                return
            except RenderingError as error:
                self.wrong(result.draft, f"The draft cannot be made: {error}.", hint)
                return

    def _json(self, name: str, content: bytes) -> dict[str, Any] | None:
        try:
            data = json.loads(content)
        except (ValueError, RecursionError) as error:
            hint = "Write it as JSON: names and texts in double quotes, no comma behind the last."
            self.wrong(name, f"This is not JSON: {error}.", hint, getattr(error, "lineno", None))
            return None
        if not isinstance(data, dict):
            self.wrong(name, "Sample data are a JSON object.")
            return None
        return data

    def _process(self, graph: Graph, facts: dict[str, FactType] | None) -> None:
        for node in graph.nodes.values():
            for message, hint in (*self._node_problems(node), *self._item_problems(node, graph)):
                self.wrong(self.manifest.process, message, hint, node.line, node.id)
        if facts is not None:
            self._conditions(graph, facts)
        asked = {node.decision for node in graph.nodes.values()} | {self.manifest.fee_decision}
        for decision in self.manifest.decisions:
            if decision.id not in asked:
                hint = "Let a rule task name it in motcua:decision, or make it the fee_decision."
                self.wrong(MANIFEST, f"The decision {decision.id!r} is never asked.", hint, decision.line)
        for result in self.manifest.results:
            for message, hint in making_problems(result, graph):
                self.wrong(MANIFEST, message, hint, result.line, result.id)

    def _node_problems(self, node: Node) -> Iterator[tuple[str, str]]:
        if node.kind is Kind.STEP:
            yield from self._step_problems(node)
        if node.kind is Kind.SERVICE:
            yield from self._service_problems(node)
        if node.kind is Kind.DECISION and node.decision not in {each.id for each in self.manifest.decisions}:
            yield f"There is no decision {node.decision!r}.", f"Declare it under `decisions` in {MANIFEST}."

    def _service_problems(self, node: Node) -> Iterator[tuple[str, str]]:
        is_connector = node.service.startswith("connector:")
        if is_connector and not CONNECTOR.fullmatch(node.service):
            yield f"“{node.service}” names no operation of a line system.", "Write connector:SYSTEM.OPERATION."
        if not is_connector and (node.inputs or node.outputs):
            yield "Only line systems have inputs and outputs.", "Write motcua:service=“connector:SYSTEM.OPERATION”."

    def _item_problems(self, node: Node, graph: Graph) -> Iterator[tuple[str, str]]:
        """What is wrong with the items of which each is to be the office of a step."""
        if node.office != "item":
            return
        around = list(graph.instances_around(node))
        if not around:
            yield "The step's office is the item of a multi-instance, and it stands in none.", SELECTOR_HINT
        for item in (item for many in around for item in many.items or ()):
            if problem := selector_problem(str(item)):
                yield problem, SELECTOR_HINT

    def _step_problems(self, node: Node) -> Iterator[tuple[str, str]]:
        role = node.role or node.group
        if role not in ROLES:
            known = f"Set motcua:role to one of: {', '.join(sorted(ROLES))}."
            yield (f"Nobody has the role {role!r}." if role else "The step has no role."), known
        if node.office not in ("", "item") and (problem := selector_problem(node.office)):
            yield problem, SELECTOR_HINT
        if node.form and node.form not in self.manifest.step_forms:
            yield f"There is no step form {node.form!r}.", f"Declare it under `step_forms` in {MANIFEST}."
        if node.result and node.result not in {result.id for result in self.manifest.results}:
            yield f"There is no result {node.result!r}.", f"Declare it under `results` in {MANIFEST}."

    def _conditions(self, graph: Graph, facts: dict[str, FactType]) -> None:
        names = {node.many.variable for node in graph.nodes.values() if node.many and node.many.variable}
        known = facts | {name: FactType(Fact.TEXT, nullable=True) for name in names}
        places = [(flow.condition, flow.line, flow.id, known) for flow in graph.flows.values() if flow.condition]
        places += [
            (node.many.until, node.line, node.id, known | COUNTS)
            for node in graph.nodes.values()
            if node.many and node.many.until
        ]
        for condition, line, element, speaks_of in places:
            for found in check_expression(condition, speaks_of, expects=Fact.BOOLEAN):
                message = f"The condition {condition!r} cannot be used: {found.message}"
                self.wrong(self.manifest.process, message, found.hint, line, element)
        for node in graph.nodes.values():
            for given in node.inputs:
                for found in check_expression(given.value, facts | ABOUT):
                    message = f"The input {given.name!r} cannot be used: {found.message}"
                    self.wrong(self.manifest.process, message, found.hint, node.line, node.id)
            if node.many and node.many.fact and getattr(facts.get(node.many.fact), "kind", None) is not Fact.LIST:
                message = f"{node.many.fact!r} is no list among the facts."
                self.wrong(self.manifest.process, message, "Name a list that a form gives.", node.line, node.id)

    def _unused_files(self) -> None:
        for name in sorted(set(self.files) - self.used):
            if PurePosixPath(name).suffix != ".md":
                self.wrong(name, "Nothing in the package uses this file.", f"Remove it, or name it in {MANIFEST}.")
