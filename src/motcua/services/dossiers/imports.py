"""Running dossiers of the former system as a spreadsheet: read, checked line by line. Nothing is stored here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.process.graph import Graph, Kind, Node
from motcua.kernel.errors import Refused
from motcua.kernel.text import fold
from motcua.kernel.text.dates import VIETNAM
from motcua.people.citizens.queries import parties_with_numbers
from motcua.people.citizens.rules import is_identity_number
from motcua.people.officers.imports import moment_of
from motcua.people.organisations.models import OfficeCode
from motcua.people.organisations.rules import tax_code
from motcua.services.dossiers.models import Dossier
from motcua.services.procedures.choices import Channel
from motcua.services.procedures.models import ProcedureVersion
from motcua.services.procedures.runtime import Package, package_of

# Headings as offices write them, folded → field.
HEADINGS = {
    "code": "code",
    "ma ho so": "code",
    "procedure": "procedure",
    "ma thu tuc": "procedure",
    "case": "case",
    "truong hop": "case",
    "applicant": "applicant",
    "nguoi nop": "applicant",
    "number": "number",
    "so dinh danh": "number",
    "address": "address",
    "dia chi": "address",
    "phone": "phone",
    "dien thoai": "phone",
    "office": "office",
    "office code": "office",
    "ma co quan": "office",
    "accepted": "accepted",
    "ngay tiep nhan": "accepted",
    "due": "due",
    "ngay hen tra": "due",
    "step": "step",
    "buoc": "step",
    "subject": "subject",
    "trich yeu": "subject",
    "decided": "decided",
    "ngay co ket qua": "decided",
    "channel": "channel",
    "hinh thuc nop": "channel",
}
CHANNELS = {
    "": Channel.COUNTER,
    "counter": Channel.COUNTER,
    "truc tiep": Channel.COUNTER,
    "online": Channel.ONLINE,
    "truc tuyen": Channel.ONLINE,
    "post": Channel.POST,
    "buu chinh": Channel.POST,
    "dich vu buu chinh": Channel.POST,
}
OPENS, CLOSES = time(8), time(17)  # where only a day is written: of acceptance; of appointment and result
_CODE = re.compile(r"[^\W_][\w .-]*")  # what an address can hold
REQUIRED = ("code", "procedure", "applicant", "office", "accepted", "due")


@dataclass(frozen=True, kw_only=True)
class RunningDossier:
    """A checked line. Without ``step`` its process begins anew; with ``decided`` it waits to be returned."""

    line: int
    code: str
    version: ProcedureVersion
    case: UUID
    applicant: str
    number: str
    address: str
    phone: str
    office: UUID
    accepted: datetime
    due: datetime
    subject: str
    step: str = ""
    decided: datetime | None = None
    channel: str = Channel.COUNTER


@dataclass(frozen=True)
class Known:
    """What the lines are checked against."""

    offices: Mapping[str, UUID]
    versions: Mapping[str, ProcedureVersion]
    taken: frozenset[str | None]
    holders: Mapping[str, str]  # by number, the folded name of who has it
    now: datetime


@dataclass
class Checked:
    """The lines that are right, and what is wrong with the others, by line number."""

    entries: list[RunningDossier] = field(default_factory=list)
    errors: dict[int, list[str]] = field(default_factory=dict)


def checked(table: Sequence[Sequence[str]]) -> Checked:
    """Check a table whose first line names its columns. Raises ``Refused`` when a required column is missing."""
    names = [HEADINGS.get(fold(cell).replace("_", " "), "") for cell in table[0]] if table else []
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        text = _("The file lacks these columns: %(names)s") % {"names": ", ".join(missing)}
        raise Refused(text, field="file", code="missing_columns")
    lines = {
        number: {name: _cell(name, text) for name, text in zip(names, cells, strict=False) if name}
        for number, cells in enumerate(table[1:], start=2)
        if any(cells)
    }
    return check(
        {number: {name: line.get(name, "") for name in names} for number, line in lines.items()}, _known(lines)
    )


def _cell(name: str, text: str) -> str:
    """A cell as it is checked; codes in capitals, as they are looked up."""
    return text.strip().upper() if name == "code" else text.strip()


def _known(lines: Mapping[int, Mapping[str, str]]) -> Known:
    """What the database knows of the names in the lines; four statements."""
    codes = {line.get("code", "") for line in lines.values()}
    numbers = {_number(line.get("number", "")) or "" for line in lines.values()} - {""}
    today = timezone.localdate()
    versions = ProcedureVersion.objects.filter(
        procedure__code__in={line.get("procedure", "") for line in lines.values()}, process__isnull=False
    ).select_related("procedure")
    return Known(
        offices=dict(OfficeCode.objects.on(today).values_list("code", "office_id")),
        versions={row.procedure.code: row for row in versions if row.procedure.current_version_id == row.pk},
        taken=frozenset(Dossier.objects.filter(code__in=codes).values_list("code", flat=True)),
        holders={number: party.name_fold for number, party in parties_with_numbers(numbers).items()},
        now=timezone.now(),
    )


def check(lines: Mapping[int, Mapping[str, str]], known: Known) -> Checked:
    """Check lines by their fields."""
    found, seen, named = Checked(), set[str](), dict[str, str]()
    for number, line in lines.items():
        wrong = _problems(line, known)
        if line["code"] in seen:
            wrong.append(_("this code stands in the list twice"))
        seen.add(line["code"])
        holder, name = _number(line.get("number", "")), fold(line["applicant"])
        if holder and known.holders.get(holder, name) != name:
            wrong.append(another_name())
        elif holder and named.setdefault(holder, name) != name:
            wrong.append(_("this number stands in the list under another name"))
        if wrong:
            found.errors[number] = wrong
        else:
            found.entries.append(_entry(number, line, known))
    return found


def another_name() -> str:
    """What is said of a number with one digit wrong, whose holder would else be given a stranger's dossier; not whose
    it is."""
    return _("this number belongs to somebody of another name")


def _number(text: str) -> str | None:
    """An identity number or tax code as it is stored; None for what is neither."""
    digits = text.replace(" ", "")
    return digits if not digits or is_identity_number(digits) else tax_code(digits)


def _problems(line: Mapping[str, str], known: Known) -> list[str]:
    decided = line.get("decided", "")
    accepted, due = _moment(line["accepted"], OPENS), _moment(line["due"], CLOSES)
    checks = (
        (bool(line["code"]) and len(line["code"]) <= 60, _("the code is missing or too long")),
        (not line["code"] or _CODE.fullmatch(line["code"]) is not None,
         _("a code has letters, digits, blanks and . - _ only, and begins with a letter or digit")),
        (line["code"] not in known.taken, _("a dossier with this code exists already")),
        (line["procedure"] in known.versions, _("no procedure with this code is handled here")),
        (bool(line["applicant"]) and len(line["applicant"]) <= 200, _("the applicant is missing or too long")),
        (_number(line.get("number", "")) is not None, _("this is neither an identity number nor a tax code")),
        (line["office"].upper() in known.offices, _("no office has this code")),
        (accepted is not None, _("the time of acceptance must be written as 01/07/2025 or 01/07/2025 14:30")),
        (_is_past(line["accepted"], known.now), _("the time of acceptance is still to come")),
        (due is not None, _("the appointment must be written as 01/07/2025 or 01/07/2025 14:30")),
        (accepted is None or due is None or accepted <= due, _("the appointment must follow acceptance")),
        (not decided or moment_of(decided) is not None,
         _("the time of the result must be written as 01/07/2025 or 01/07/2025 14:30")),
        (_is_past(decided, known.now), _("the time of the result is still to come")),
        (fold(line.get("channel", "")) in CHANNELS, _("the way it came in is online, counter or post")),
        (len(line.get("address", "")) <= 250, _("the address is too long")),
        (len(line.get("phone", "")) <= 20, _("the telephone number is too long")),
    )  # fmt: skip
    wrong = [text for right, text in checks if not right]
    if line["procedure"] in known.versions:
        wrong += _process_problems(line, package_of(known.versions[line["procedure"]].pk))
    return wrong


def _moment(text: str, at: time) -> datetime | None:
    """The moment in Vietnam that is written; ``at`` this time of day where only a day is."""
    written = moment_of(text)
    return datetime.combine(written[0], written[1] or at, VIETNAM) if written else None


def _is_past(text: str, now: datetime) -> bool:
    """Whether what is written lies not after now, of a day without a time not after today; nothing is not refused."""
    written = moment_of(text)
    if written is None:
        return True
    day, at = written
    return datetime.combine(day, at or time.min, VIETNAM) <= now


def _process_problems(line: Mapping[str, str], package: Package) -> list[str]:
    wrong = []
    if _case(line.get("case", ""), package) is None:
        wrong.append(_("the procedure has no such case"))
    step = line.get("step", "")
    if step and step_called(package.graph, step) is None:
        wrong.append(_("the procedure has no such step, or the step is done beside others"))
    return wrong


def _case(text: str, package: Package) -> UUID | None:
    if not text:
        return package.first_case.pk
    named = (case.pk for case in package.cases if text in (case.code, case.name))
    return next(named, None)


def step_called(graph: Graph, text: str) -> Node | None:
    """The step of the main process with an id or name, unless it stands on a branch that others run beside."""
    for node in graph.nodes.values():
        called = text == node.id or fold(text) == fold(node.name)
        if called and node.kind is Kind.STEP and node.scope == graph.process and node.many is None:
            return None if _on_parallel_branch(graph, node) else node
    return None


def _on_parallel_branch(graph: Graph, node: Node) -> bool:
    """Whether a join lies ahead without a fork before it: it would wait for branches that never were."""
    waiting, seen = [node.id], set[str]()
    while waiting:
        here = graph.nodes[waiting.pop()]
        if here.id in seen:
            continue
        seen.add(here.id)
        if here.kind in {Kind.PARALLEL, Kind.INCLUSIVE}:
            if len(here.incoming) > 1:
                return True
            if len(here.outgoing) > 1:
                continue
        waiting.extend(graph.successors(here))
    return False


def _entry(number: int, line: Mapping[str, str], known: Known) -> RunningDossier:
    version = known.versions[line["procedure"]]
    package = package_of(version.pk)
    accepted, due = _moment(line["accepted"], OPENS), _moment(line["due"], CLOSES)
    case = _case(line.get("case", ""), package)
    assert accepted is not None
    assert due is not None
    assert case is not None
    step = step_called(package.graph, line["step"]) if line.get("step") else None
    return RunningDossier(
        line=number,
        code=line["code"],
        version=version,
        case=case,
        applicant=line["applicant"],
        number=_number(line.get("number", "")) or "",
        address=line.get("address", ""),
        phone=line.get("phone", ""),
        office=known.offices[line["office"].upper()],
        accepted=accepted,
        due=due,
        subject=line.get("subject", "") or version.name,
        step=step.id if step else "",
        decided=_moment(line.get("decided", ""), CLOSES),
        channel=CHANNELS[fold(line.get("channel", ""))],
    )
