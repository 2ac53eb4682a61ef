"""What an administrator writes of a line system: where it is, its operations, and how facts become requests.

YAML, checked whole (``docs/integrator/connectors.md``). Secrets are named here, never written: they stand in files.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from motcua.engines.exchange.secret_files import is_name
from motcua.engines.rules.expressions import check_form
from motcua.engines.rules.facts import FactType, Kind
from motcua.engines.rules.scanning import scan
from motcua.kernel.web.outgoing import is_safe

IDENTIFIER = r"[A-Za-z][A-Za-z0-9_]{0,59}"
ANSWER = "answer"  # what the system said, in expressions of outputs
NOT_PERSONAL = "none"
IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})
_PLACE = re.compile(r"\{([^{}]*)\}")
Name = Annotated[str, StringConstraints(pattern=rf"^{IDENTIFIER}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Expression = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Strict(BaseModel):
    """A misspelt key is a mistake, not something to be passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Credentials(Strict):
    """How the house shows who it is: ``secret`` names a file, ``name`` the user of ``basic``, else the header."""

    kind: Literal["bearer", "basic", "header"]
    secret: str
    name: Annotated[str, StringConstraints(pattern=r"^[!-9;-~]{0,80}$")] = ""

    @model_validator(mode="after")
    def _whole(self) -> "Credentials":
        if not is_name(self.secret):
            raise ValueError("secret is the name of a file in the folder of secrets, nothing else")
        if (self.kind == "bearer") == bool(self.name):
            raise ValueError("basic wants a name (the user), header too (of the header), bearer none")
        return self


class Http(Strict):
    """A system that answers over HTTP. ``timeout``: seconds for a whole answer; ``most``: its bytes."""

    url: str
    timeout: Annotated[float, Field(gt=0, le=120)] = 20
    most: Annotated[int, Field(ge=1, le=20 * 1024 * 1024)] = 1024 * 1024
    at_once: Annotated[int, Field(ge=1, le=10)] = 2
    credentials: Credentials | None = None
    client_certificate: str = ""
    authorities: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "Http":
        if not is_safe(self.url) or "?" in self.url or "#" in self.url or "@" in self.url:
            raise ValueError(
                "url begins with https:// (http:// only on this machine) and holds neither query nor user"
            )
        if any(name and not is_name(name) for name in (self.client_certificate, self.authorities)):
            raise ValueError("client_certificate and authorities are names of files in the folder of secrets")
        return self


class Folder(Strict):
    """A system that takes files from one folder and lays answers into another; ``name``: of ``connectors.toml``."""

    name: Code
    answers_within: Annotated[int, Field(ge=1, le=24 * 60)] = 24  # hours
    most: Annotated[int, Field(ge=1, le=20 * 1024 * 1024)] = 1024 * 1024


class Xml(Strict):
    """The element around a request in XML; ``lists`` are elements of an answer that may stand more than once."""

    root: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,79}$")] = "request"
    namespace: Annotated[str, StringConstraints(max_length=200)] = ""
    lists: tuple[str, ...] = ()


class Output(Strict):
    """A value that an operation gives: its kind, and the expression that finds it in the answer."""

    kind: Kind
    value: Expression


class Operation(Strict):
    """One thing that a system can be asked.

    ``personal``: the purpose (of the rules "data sharing") for which data of a person are asked or sent, or ``none``.
    ``repeatable``: asking twice does no harm, since nothing happens there or the system knows ``Idempotency-Key``.
    ``absent``: status 404 says that there is nothing, and every output is null. ``openapi``: the operation of the
    description that requests and answers must keep to.
    """

    name: Title
    personal: Name | Literal["none"]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: Annotated[str, StringConstraints(pattern=r"^(/[!-~]*)?$", max_length=300)] = ""
    form: Literal["json", "xml"] = "json"
    openapi: str = ""
    inputs: Mapping[Name, Kind] = Field(default_factory=dict)
    optional: tuple[Name, ...] = ()
    query: Mapping[str, Expression] = Field(default_factory=dict)
    body: Any = None
    xml: Xml = Xml()
    outputs: Mapping[Name, Output] = Field(default_factory=dict)
    repeatable: bool | None = None
    absent: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether it may be asked again where nobody knows what became of it."""
        return self.method in IDEMPOTENT if self.repeatable is None else self.repeatable

    @property
    def purpose(self) -> str:
        """The purpose for which it deals with data of a person; empty where it does not."""
        return "" if self.personal == NOT_PERSONAL else self.personal

    @model_validator(mode="after")
    def _whole(self) -> "Operation":
        if unknown := set(self.optional) - set(self.inputs):
            raise ValueError(f"optional names no input: {sorted(unknown)[0]}")
        if unknown := set(places(self.path)) - set(self.inputs):
            raise ValueError(f"the path names no input: {sorted(unknown)[0]}")
        if self.method == "GET" and self.body is not None:
            raise ValueError("GET has no body")
        given: dict[str, FactType | None] = dict.fromkeys(self.inputs)
        for expression in (*self.query.values(), *leaves(self.body)):
            _check(expression, given)
        for output in self.outputs.values():
            spoken = [name for name in scan(output.value).names if name.partition(".")[0] == ANSWER]
            _check(output.value, dict.fromkeys([ANSWER, *spoken]))
        return self


class System(Strict):
    """A line system: over HTTP or by files, never both."""

    format: Literal[1]
    name: Title
    http: Http | None = None
    folder: Folder | None = None
    operations: Annotated[Mapping[Code, Operation], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _whole(self) -> "System":
        if (self.http is None) == (self.folder is None):
            raise ValueError("write http or folder, one of the two")
        for code, operation in self.operations.items():
            if self.folder is not None and (operation.path or operation.query or operation.openapi):
                raise ValueError(f"{code}: what goes by files has neither path nor query")
            if self.http is not None and not operation.path and not operation.openapi:
                raise ValueError(f"{code}: write its path")
        return self


def places(path: str) -> list[str]:
    """The inputs that stand in a path."""
    return _PLACE.findall(path)


def filled(path: str, values: Mapping[str, str]) -> str:
    """The path with its inputs in place."""
    return _PLACE.sub(lambda found: values[found[1]], path)


def leaves(body: Any) -> Iterator[str]:
    """The expressions of a body. Raises ``ValueError`` for what is neither map, list, expression nor constant."""
    if isinstance(body, Mapping):
        for value in body.values():
            yield from leaves(value)
    elif isinstance(body, list):
        for value in body:
            yield from leaves(value)
    elif isinstance(body, str):
        yield body
    elif body is not None and not isinstance(body, bool | int | float):
        raise ValueError(f"{type(body).__name__} cannot stand in a body")


def _check(expression: str, facts: Mapping[str, FactType | None]) -> None:
    for problem in check_form(expression, facts):
        raise ValueError(f"{expression!r}: {problem.message}")
