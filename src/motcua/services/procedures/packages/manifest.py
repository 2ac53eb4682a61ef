"""What ``procedure.yaml`` says, as the program holds it. The format is told in docs/integrator/packages.md."""

from dataclasses import dataclass, field
from decimal import Decimal

from motcua.services.procedures.choices import Channel, FeeKind, LimitUnit

ROLES = frozenset({"reception", "specialist", "leader", "clerk", "return", "cashier", "admin", "head"})
LEVELS = {"ministry": "Cấp bộ", "province": "Cấp tỉnh", "commune": "Cấp xã", "other": "Cơ quan khác"}
OFFICE_LEVELS = frozenset({"province", "district", "commune"})
FACT_KINDS = frozenset({"text", "number", "integer", "money", "date", "datetime", "boolean"})


@dataclass(frozen=True)
class Limit:
    """A time limit; ``text`` are the words that people read instead of the number, where the law uses words."""

    value: Decimal
    unit: LimitUnit
    text: str = ""


COUNTED = "counted"  # the quantity of a fee: one, until an officer counts


@dataclass(frozen=True)
class Fee:
    """A fee line in đồng, paid per ``per``; ``kind`` is phí or lệ phí.

    ``quantity`` says how many times: a number or repeating group of the form, or :data:`COUNTED`. ``after_return``:
    the result is handed over before the money is there (thu sau), such as by cash on delivery.
    """

    id: str
    name: str
    kind: FeeKind
    amount: int
    per: str = ""
    quantity: str = ""
    after_return: bool = False


@dataclass(frozen=True)
class Terms:
    """What filing through one channel takes and costs; no fee line means free of charge."""

    channel: Channel
    limit: Limit
    fees: tuple[Fee, ...] = ()
    description: str = ""

    @property
    def asks(self) -> tuple[object, ...]:
        """How long it takes and what it costs, whatever words the limit is told in."""
        return (self.limit.value, self.limit.unit, self.fees)


@dataclass(frozen=True)
class Paper:
    """A paper to hand in. ``takes`` are codes of results that are this paper, whichever procedure gave them.

    It is of ``everyone`` who applies together, such as a title deed, or of who hands it in alone.
    """

    id: str
    name: str
    originals: int = 1
    copies: int = 0
    required: bool = True
    form: str = ""
    takes: tuple[str, ...] = ()
    everyone: bool = False


@dataclass(frozen=True)
class CaseSpec:
    """A case (trường hợp) with its papers and terms."""

    id: str
    name: str
    papers: tuple[Paper, ...]
    terms: tuple[Terms, ...]


@dataclass(frozen=True)
class Supplement:
    """How often papers may be asked for, whether the clock starts anew, and when silence closes the dossier."""

    times: int = 1
    restart: bool = True
    auto_close: Limit | None = None


@dataclass(frozen=True)
class Extension:
    """How often the appointment may be moved, and how long before it is due at the latest."""

    times: int = 1
    before: Limit = field(default_factory=lambda: Limit(Decimal(1), LimitUnit.WORKING_DAY))


@dataclass(frozen=True)
class Policy:
    """The procedure's own rules of time (Decree 118/2025/NĐ-CP and what the sector's decree changes)."""

    cut_off: str | None = None
    supplement: Supplement = field(default_factory=Supplement)
    extension: Extension = field(default_factory=Extension)


@dataclass(frozen=True)
class Agencies:
    """Names for people to read, and selectors of the offices that receive and resolve."""

    names: tuple[str, ...]
    receiving: str
    resolving: str


@dataclass(frozen=True)
class DecisionSpec:
    """A decision file and the facts it gives, by their kinds."""

    id: str
    file: str
    gives: dict[str, str]
    line: int


@dataclass(frozen=True)
class Validity:
    """How long a result is valid: ``value`` ``unit`` (days or months) from its issue, or to a day that the specialist
    writes into it (``until`` is its place in what is written). ``law`` is what says so, as its owner reads it.
    """

    value: int = 0
    unit: str = ""
    until: str = ""
    law: str = ""


@dataclass(frozen=True)
class ResultSpec:
    """A result: its template, sample data to check it with, the series that numbers it, and who signs.

    With a ``register`` it is a document of that register, which numbers it instead of a series: ``type`` is the
    document's, ``mark`` what follows the number, the agency's usual one where it is empty.
    ``pattern`` is how that series is written where the house has none of its name yet.
    ``draft`` is a Word template of the same data, for officers who write a draft first. Without ``valid`` the
    result is valid for good.
    """

    id: str
    name: str
    code: str
    template: str
    sample: str
    series: str
    sign: tuple[str, ...]
    line: int
    draft: str = ""
    valid: Validity | None = None
    register: str = ""
    type: str = ""
    mark: str = ""
    pattern: str = ""


@dataclass(frozen=True)
class BatchSpec:
    """How many are filed at once from a spreadsheet, a line each (nộp nhiều bằng bảng tính).

    With ``group`` all lines become rows of that repeating group of one dossier; without it each line becomes a
    dossier, and the components named in ``once`` are answered once for all. ``most``: lines of one spreadsheet.
    """

    group: str = ""
    once: tuple[str, ...] = ()
    most: int = 200
    line: int = 0


@dataclass(frozen=True)
class CoApplicants:
    """Who applies beside the first applicant (người cùng đề nghị), such as the other spouse.

    ``least`` must confirm before the application is sent, ``most`` may be invited; with ``all`` everyone who has been
    invited must have confirmed, without it ``least`` are enough.
    """

    least: int = 0
    most: int = 10
    all: bool = True


@dataclass(frozen=True)
class Manifest:
    """The whole of ``procedure.yaml``."""

    code: str
    name: str
    field: str
    decision: str
    levels: tuple[str, ...]
    subjects: tuple[str, ...]
    life_events: tuple[str, ...]
    legal_basis: tuple[str, ...]
    agencies: Agencies
    cases: tuple[CaseSpec, ...]
    policy: Policy
    form: str
    process: str
    step_forms: dict[str, str]
    decisions: tuple[DecisionSpec, ...]
    fee_decision: str
    results: tuple[ResultSpec, ...]
    lines: dict[str, int]
    batch: BatchSpec | None = None
    co_applicants: CoApplicants | None = None
    # the texts by which limit and fees are the same in every channel; empty where channels differ
    same_in_all_channels: tuple[str, ...] = ()
    # whether who applies online signs with a certificate of their own: "" (not asked), "offered" or "required"
    applicant_signature: str = ""
    # key of the form's field that names the commune in which the matter lies; empty where the form has none
    place: str = ""

    @property
    def differs_by_channel(self) -> bool:
        """Whether a case has another limit or other fees in one channel than in another."""
        return any(len({each.asks for each in case.terms}) > 1 for case in self.cases)
