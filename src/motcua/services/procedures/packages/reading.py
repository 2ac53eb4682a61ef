"""Reading ``procedure.yaml``."""

import re
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from motcua.services.procedures.choices import Channel, FeeKind, LifeEvent, LimitUnit
from motcua.services.procedures.packages.fields import IDENTIFIER, Entries, Fields
from motcua.services.procedures.packages.files import MANIFEST
from motcua.services.procedures.packages.manifest import (
    FACT_KINDS,
    LEVELS,
    OFFICE_LEVELS,
    Agencies,
    BatchSpec,
    CaseSpec,
    CoApplicants,
    DecisionSpec,
    Extension,
    Fee,
    Limit,
    Manifest,
    Paper,
    Policy,
    ResultSpec,
    Supplement,
    Terms,
    Validity,
)
from motcua.services.procedures.packages.numbering import read_pattern, read_series
from motcua.services.procedures.packages.registers import registers
from motcua.services.procedures.packages.yamltree import Node, read_yaml


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Named = TypeVar("Named", bound=_Identified)
_CODE = re.compile(r"[0-9A-Z][0-9A-Za-z.\-]{0,39}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_FACT = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_KIND = re.compile(r"[a-z][a-z0-9_-]*")
_OFFICE_CODE = re.compile(r"code:[A-Z0-9]+(\.[A-Z0-9]+)*")
_SIGNERS = frozenset({"initials", "leader", "seal"})
_REQUIRED = (
    "format",
    "code",
    "name",
    "field",
    "levels",
    "subjects",
    "legal_basis",
    "agencies",
    "cases",
    "form",
    "process",
)
_OPTIONAL = (
    "decision",
    "life_events",
    "policy",
    "step_forms",
    "decisions",
    "fee_decision",
    "results",
    "batch",
    "co_applicants",
    "same_in_all_channels",
    "applicant_signature",
    "place",
)
_MOST_LINES = 500


def read_manifest(content: bytes, fields: Fields | None = None) -> tuple[Manifest, Fields]:
    """Read the manifest with all its mistakes. Raises ``PackageError`` only where it is not YAML at all."""
    reader = _Reader(fields or Fields(MANIFEST))
    return reader.manifest(read_yaml(MANIFEST, content)), reader.fields


def selector_problem(selector: str) -> str:
    """Why a selector of offices cannot be used; empty when it can.

    ``receiving``, ``resolving``, ``code:H40.16``, ``kind:tax`` (the nearest office of the kind) or
    ``province/kind:department``.
    """
    if selector in ("receiving", "resolving") or _OFFICE_CODE.fullmatch(selector):
        return ""
    level, slash, kind = selector.rpartition("/")
    if not kind.startswith("kind:") or not _KIND.fullmatch(kind.removeprefix("kind:")):
        return f"{selector!r} selects no office."
    if slash and level.removeprefix("level:") not in OFFICE_LEVELS:
        return f"{level!r} is no level of government."
    return ""


SELECTOR_HINT = "Write receiving, resolving, code:H40.16, kind:KIND or LEVEL/kind:KIND."


class _Reader:
    def __init__(self, fields: Fields) -> None:
        self.fields = fields

    def manifest(self, root: Node) -> Manifest:
        fields = self.fields
        top = fields.mapping(root, "", required=_REQUIRED, optional=_OPTIONAL)
        self._format(top)
        return Manifest(
            code=top.read("code", self._code, ""),
            name=top.text("name"),
            field=top.read("field", lambda node, path: fields.text(node, path, longest=200), ""),
            decision=top.read("decision", lambda node, path: fields.text(node, path, longest=200), ""),
            levels=self._words(top, "levels", LEVELS),
            subjects=top.read("subjects", self._texts, ()),
            life_events=self._words(top, "life_events", LifeEvent.values),
            legal_basis=top.read("legal_basis", self._texts, ()),
            agencies=top.read("agencies", self._agencies, Agencies((), "receiving", "receiving")),
            cases=self._cases(top),
            policy=top.read("policy", self._policy, Policy()),
            form=top.text("form"),
            process=top.text("process"),
            step_forms=top.read("step_forms", self._named_files, {}),
            decisions=self._named(top, "decisions", self._decision),
            fee_decision=top.text("fee_decision"),
            results=self._named(top, "results", self._result),
            lines={key: top.line(key) for key in (*_REQUIRED, *_OPTIONAL)},
            batch=top.read("batch", self._batch, None),
            co_applicants=top.read("co_applicants", self._co_applicants, None),
            same_in_all_channels=top.read("same_in_all_channels", self._texts, ()),
            applicant_signature=top.read("applicant_signature", self._applicant_signature, ""),
            place=top.text("place"),
        )

    def _format(self, top: Entries) -> None:
        node = top.get("format")
        if node is not None and node.text != "1":
            self.fields.wrong(node, "This program reads format 1.", "Write `format: 1`.", element="format")

    def _code(self, node: Node, path: str) -> str:
        found = self.fields.text(node, path)
        if found and not _CODE.fullmatch(found):
            self.fields.wrong(
                node, f"{found!r} cannot be a procedure's code.", 'Write it like "1.000178".', element=path
            )
        return found

    def _texts(self, node: Node, path: str) -> tuple[str, ...]:
        found = self.fields.each(node, path, self.fields.text)
        if node.items == []:
            self.fields.wrong(node, f"{path} is empty.", element=path)
        return found

    def _words(self, top: Entries, key: str, known: Iterable[str]) -> tuple[str, ...]:
        return top.many(key, lambda node, path: self.fields.choice(node, path, known) or None)

    def _named(self, top: Entries, key: str, reader: Callable[[Node, str], Named]) -> tuple[Named, ...]:
        found = top.many(key, reader)
        self.fields.unique(top.get(key) or top.node, key, (item.id for item in found))
        return found

    def _agencies(self, node: Node, path: str) -> Agencies:
        part = self.fields.mapping(node, path, required=("names", "receiving", "resolving"))
        return Agencies(
            part.read("names", self._texts, ()),
            part.read("receiving", self._selector, "receiving"),
            part.read("resolving", self._selector, "receiving"),
        )

    def _selector(self, node: Node, path: str) -> str:
        found = self.fields.text(node, path)
        if found and (problem := selector_problem(found)):
            self.fields.wrong(node, f"{path}: {problem}", SELECTOR_HINT, element=path)
        return found

    def _cases(self, top: Entries) -> tuple[CaseSpec, ...]:
        found = self._named(top, "cases", self._case)
        node = top.get("cases")
        if node is not None and node.items == []:
            self.fields.wrong(node, "A procedure has at least one case.", element="cases")
        return found

    def _case(self, node: Node, path: str) -> CaseSpec:
        part = self.fields.mapping(node, path, required=("id", "papers", "terms"), optional=("name",))
        papers = part.many("papers", self._paper)
        self.fields.unique(node, f"{path}.papers", (paper.id for paper in papers))
        return CaseSpec(
            id=part.read("id", self.fields.identifier, ""),
            name=part.text("name"),
            papers=papers,
            terms=part.read("terms", self._channels, ()),
        )

    def _paper(self, node: Node, path: str) -> Paper:
        fields = self.fields
        optional = ("originals", "copies", "required", "form", "takes", "everyone")
        part = fields.mapping(node, path, required=("id", "name"), optional=optional)
        return Paper(
            id=part.read("id", fields.identifier, ""),
            name=part.text("name"),
            originals=part.read("originals", lambda each, at: fields.whole(each, at, least=0, most=99), 0),
            copies=part.read("copies", lambda each, at: fields.whole(each, at, least=0, most=99), 0),
            required=part.read("required", fields.truth, True),
            form=part.text("form"),
            takes=part.many("takes", lambda each, at: fields.text(each, at, longest=60) or None),
            everyone=part.read("everyone", fields.truth, False),
        )

    def _channels(self, node: Node, path: str) -> tuple[Terms, ...]:
        part = self.fields.mapping(node, path, required=(), optional=Channel.values)
        if node.entries == {}:
            hint = f"Add at least one of: {', '.join(Channel.values)}."
            self.fields.wrong(node, f"{path} names no channel.", hint, element=path)
        found = []
        for channel in Channel:
            terms = part.get(channel.value)
            if terms is not None:
                found.append(self._terms(terms, part.path(channel.value), channel))
        return tuple(found)

    def _terms(self, node: Node, path: str, channel: Channel) -> Terms:
        part = self.fields.mapping(node, path, required=("limit", "fees"), optional=("description",))
        fees = part.many("fees", self._fee)
        self.fields.unique(node, f"{path}.fees", (fee.id for fee in fees))
        return Terms(channel, part.read("limit", self._limit, _ONE_DAY), fees, part.text("description"))

    def _limit(self, node: Node, path: str) -> Limit:
        part = self.fields.mapping(node, path, required=("value", "unit"), optional=("text",))
        unit = part.read("unit", lambda each, at: self.fields.choice(each, at, LimitUnit.values), "")
        return Limit(
            part.read("value", self.fields.decimal, _ONE_DAY.value),
            LimitUnit(unit) if unit else _ONE_DAY.unit,
            part.text("text"),
        )

    def _fee(self, node: Node, path: str) -> Fee:
        fields, optional = self.fields, ("per", "quantity", "after_return")
        part = fields.mapping(node, path, required=("id", "name", "kind", "amount"), optional=optional)
        kind = part.read("kind", lambda each, at: fields.choice(each, at, ("fee", "charge")), "")
        return Fee(
            id=part.read("id", fields.identifier, ""),
            name=part.text("name"),
            kind=FeeKind(kind) if kind else FeeKind.UNSPECIFIED,
            amount=part.read("amount", lambda each, at: fields.whole(each, at, least=0, most=10**12 - 1), 0),
            per=part.read("per", lambda each, at: fields.text(each, at, longest=100), ""),
            quantity=part.read("quantity", lambda each, at: fields.text(each, at, longest=100), ""),
            after_return=part.read("after_return", fields.truth, False),
        )

    def _policy(self, node: Node, path: str) -> Policy:
        part = self.fields.mapping(node, path, required=(), optional=("cut_off", "supplement", "extension"))
        return Policy(
            cut_off=part.read("cut_off", self._time, None),
            supplement=part.read("supplement", self._supplement, Supplement()),
            extension=part.read("extension", self._extension, Extension()),
        )

    def _time(self, node: Node, path: str) -> str | None:
        if not _TIME.fullmatch(node.text or ""):
            self.fields.wrong(node, f"{path} must be a time of day.", 'Write it like "15:00".', element=path)
        return node.text

    def _supplement(self, node: Node, path: str) -> Supplement:
        fields = self.fields
        part = fields.mapping(node, path, required=(), optional=("times", "restart", "auto_close"))
        return Supplement(
            part.read("times", lambda each, at: fields.whole(each, at, least=0, most=9), 1),
            part.read("restart", fields.truth, True),
            part.read("auto_close", self._limit, None),
        )

    def _extension(self, node: Node, path: str) -> Extension:
        part = self.fields.mapping(node, path, required=(), optional=("times", "before"))
        return Extension(
            part.read("times", lambda each, at: self.fields.whole(each, at, least=0, most=9), 1),
            part.read("before", self._limit, _ONE_DAY),
        )

    def _batch(self, node: Node, path: str) -> BatchSpec | None:
        fields = self.fields
        part = fields.mapping(node, path, required=("as",), optional=("group", "once", "most"))
        kind = part.read("as", lambda each, at: fields.choice(each, at, ("rows", "dossiers")), "")
        needed, other = ("group", "once") if kind == "rows" else ("once", "group")
        if kind and part.get(other) is not None:
            fields.wrong(node, f"{path}.{other} has no meaning for `as: {kind}`.", "Remove it.", element=path)
        if kind == "rows" and part.get("group") is None:
            fields.wrong(node, f"{path} lacks {needed!r}.", "Name the repeating group by its id.", element=path)
        return BatchSpec(
            group=part.text("group"),
            once=part.many("once", fields.text),
            most=part.read("most", lambda each, at: fields.whole(each, at, least=1, most=_MOST_LINES), 200),
            line=node.line,
        )

    def _co_applicants(self, node: Node, path: str) -> CoApplicants:
        fields = self.fields
        part = fields.mapping(node, path, required=(), optional=("least", "most", "all"))
        most = part.read("most", lambda each, at: fields.whole(each, at, least=1, most=50), 10)
        return CoApplicants(
            least=part.read("least", lambda each, at: fields.whole(each, at, least=0, most=most), 0),
            most=most,
            all=part.read("all", fields.truth, True),
        )

    def _applicant_signature(self, node: Node, path: str) -> str:
        chosen = self.fields.choice(node, path, ("none", "offered", "required"))
        return "" if chosen == "none" else chosen

    def _named_files(self, node: Node, path: str) -> dict[str, str]:
        if node.entries is None:
            self.fields.wrong(node, f"{path} must be a mapping, but is {node.kind}.", element=path)
            return {}
        for name, value in node.entries.items():
            if not IDENTIFIER.fullmatch(name):
                self.fields.wrong(value, f"{path}: {name!r} cannot be an id.", element=path)
        return {name: self.fields.text(value, f"{path}.{name}") for name, value in node.entries.items()}

    def _decision(self, node: Node, path: str) -> DecisionSpec:
        part = self.fields.mapping(node, path, required=("id", "file", "gives"))
        return DecisionSpec(
            part.read("id", self.fields.identifier, ""),
            part.text("file"),
            part.read("gives", self._facts, {}),
            node.line,
        )

    def _facts(self, node: Node, path: str) -> dict[str, str]:
        if not node.entries:
            self.fields.wrong(node, f"{path} names no fact.", "Write `fact: kind` lines.", element=path)
            return {}
        for name, value in node.entries.items():
            if not _FACT.fullmatch(name):
                self.fields.wrong(value, f"{path}: {name!r} cannot name a fact.", element=path)
        kinds = {name: self.fields.choice(value, f"{path}.{name}", FACT_KINDS) for name, value in node.entries.items()}
        return {name: kind for name, kind in kinds.items() if kind}

    def _result(self, node: Node, path: str) -> ResultSpec:
        fields = self.fields
        required = ("id", "name", "template", "sample", "sign")
        optional = ("series", "code", "draft", "valid", "register", "type", "mark", "pattern")
        part = fields.mapping(node, path, required=required, optional=optional)
        self._numbered(part, path)
        return ResultSpec(
            id=part.read("id", fields.identifier, ""),
            name=part.read("name", lambda each, at: fields.text(each, at, longest=300), ""),
            code=part.read("code", lambda each, at: fields.text(each, at, longest=60), ""),
            template=part.text("template"),
            sample=part.text("sample"),
            series=part.read("series", lambda each, at: read_series(fields, each, at), ""),
            sign=self._words(part, "sign", _SIGNERS),
            line=node.line,
            draft=part.text("draft"),
            valid=part.read("valid", self._validity, None),
            register=part.read("register", lambda each, at: fields.choice(each, at, registers), ""),
            type=part.read("type", lambda each, at: fields.text(each, at, longest=30), ""),
            mark=part.read("mark", lambda each, at: fields.text(each, at, longest=60), ""),
            pattern=part.read("pattern", lambda each, at: read_pattern(fields, each, at), ""),
        )

    def _numbered(self, part: Entries, path: str) -> None:
        """A result is numbered by a series of its own, or by a register, whose documents have a type."""
        series, register = part.get("series") is not None, part.get("register") is not None
        described = [name for name in ("type", "mark") if part.get(name) is not None]
        if series == register:
            message = f"{path} has {'both a series and a register' if series else 'no series'}."
            self.fields.wrong(
                part.node, message, "Write `series: …`, or `register: outgoing` with `type: …`.", element=path
            )
        if register and "type" not in described:
            hint = "Write `type: quyet_dinh` or another type."
            self.fields.wrong(part.node, f"{path} does not say the type of the document.", hint, element=path)
        if register and part.get("pattern") is not None:
            hint = "Leave it out: the register says how its numbers are written."
            self.fields.wrong(part.node, f"{path} has a pattern beside a register.", hint, element=path)
        if described and not register:
            hint = "Write `register: outgoing`, or leave it out."
            self.fields.wrong(part.node, f"{path} has a {described[0]}, but no register.", hint, element=path)

    def _place(self, node: Node, path: str) -> str:
        """A place in data: names with points between them."""
        found = self.fields.text(node, path)
        if found and not _FACT.fullmatch(found):
            self.fields.wrong(node, f"{path}: {found[:60]!r} is no place in data.", "Write `a.b`.", element=path)
        return found

    def _validity(self, node: Node, path: str) -> Validity:
        """A span from the day of issue, or the place of the last day in what the specialist writes."""
        fields = self.fields
        if node.entries and "until" in node.entries:
            part = fields.mapping(node, path, required=("until",), optional=("law",))
            return Validity(until=part.read("until", self._place, ""), law=self._law(part))
        part = fields.mapping(node, path, required=("value", "unit"), optional=("law",))
        return Validity(
            value=part.read("value", lambda each, at: fields.whole(each, at, least=1, most=1200), 1),
            unit=part.read("unit", lambda each, at: fields.choice(each, at, ("days", "months")), "days") or "days",
            law=self._law(part),
        )

    def _law(self, part: Entries) -> str:
        return part.read("law", lambda each, at: self.fields.text(each, at, longest=300), "")


_ONE_DAY = Extension().before
