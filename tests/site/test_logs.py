"""What is logged names no person and opens nothing."""

import ast
import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from jinja2 import Environment, StrictUndefined

import motcua
from motcua.kernel.errors import NotAllowed
from motcua.site.logs import LineFormatter, covered
from tests.factories import make_citizen

NAME = "Nguyễn Văn Giả Định"
IDENTITY, PHONE, EMAIL = "001099000987", "+84 900 000 123", "giadinh@mau.example"
Logged = Callable[[], dict[str, Any]]
log = logging.getLogger("motcua.tests.logs")


@pytest.fixture
def logged() -> Iterator[Logged]:
    """The last line that the configured handler wrote."""
    (handler,) = [one for one in logging.root.handlers if isinstance(one.formatter, LineFormatter)]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield lambda: json.loads(written.getvalue().splitlines()[-1])
    handler.setStream(before)


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_logged_without_what_stands_in_it(logged: Logged) -> None:
    make_citizen(identity_number=IDENTITY, with_account=False)
    with pytest.raises(IntegrityError, match=IDENTITY) as refused, transaction.atomic():
        make_citizen(identity_number=IDENTITY, with_account=False)
    log.error("party_not_stored", exc_info=refused.value)
    told = logged()["exception"]
    assert IDENTITY not in told
    assert "DETAIL" not in told
    assert "duplicate key value violates unique constraint" in told
    assert "The above exception was the direct cause" in told
    assert "in test_a_row_that_the_database_refuses" in told  # the frames stay


@pytest.mark.django_db
def test_a_value_that_the_database_cannot_read_is_logged_without_it(logged: Logged) -> None:
    with pytest.raises(DataError, match=NAME) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::date", [NAME])
    log.error("not_read", exc_info=refused.value)
    told = logged()["exception"]
    assert NAME not in told
    assert "invalid input syntax for type date" in told


def test_what_a_text_says_of_people_is_covered_wherever_it_stands(logged: Logged) -> None:
    try:
        try:
            raise KeyError(IDENTITY)
        except KeyError as missing:
            raise ExceptionGroup("hai lỗi", [ValueError(EMAIL), missing]) from None
    except ExceptionGroup as error:
        log.exception("sent to %s", PHONE, extra={"to": [PHONE], "count": 3, "about": {"who": error}})
    line = logged()
    whole = json.dumps(line)
    assert not any(each in whole for each in (IDENTITY, PHONE, EMAIL))
    assert (line["count"], line["to"], line["event"]) == (3, ["***"], "sent to ***")
    assert "ValueError" in line["exception"]


class Unfit(Exception):
    """Makes its text itself."""

    def __init__(self, about: str) -> None:
        super().__init__(f"nothing fits {about}")


def no_office(name: str, code: str) -> None:
    raise ValueError(f"no office for {name} in {code}")


def not_theirs(name: str, code: str) -> None:
    raise NotAllowed(_("This is not %(name)s's.") % {"name": name}, code="not_theirs")


def no_such(name: str, code: str) -> None:
    dict[str, str]()[name]


def no_number(name: str, code: str) -> None:
    int(name)


def no_type(name: str, code: str) -> None:
    raise TypeError("%s is no number, %s is" % (name, code))  # noqa: UP031 - texts are made so, too


def no_attribute(name: str, code: str) -> None:
    name.surname  # type: ignore[attr-defined]  # noqa: B018


def no_template(name: str, code: str) -> None:
    Environment(undefined=StrictUndefined, autoescape=True).from_string("{{ of[name] }}").render(of={}, name=name)


def no_file(name: str, code: str) -> None:
    Path("/nowhere", f"{name}.pdf").read_bytes()


def unfit(name: str, code: str) -> None:
    raise Unfit(name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fails", "told"),
    [
        (no_office, "ValueError: no office for *** in H99.1-261128-0001"),
        (not_theirs, "motcua.kernel.errors.NotAllowed: not_theirs"),
        (no_such, "KeyError: '***'"),
        (no_number, "ValueError: ***() *** 10: '***'"),
        (no_type, "TypeError: *** is no number, H99.1-261128-0001 is"),
        (no_attribute, "AttributeError: 'str' object has no attribute 'surname'"),
        (no_template, "jinja2.exceptions.UndefinedError: '***'"),
        (no_file, "FileNotFoundError: [Errno 2] No such file or directory"),
        (unfit, "Unfit: nothing fits ***"),
    ],
)
def test_a_name_in_the_text_of_an_exception_is_not_logged(
    fails: Callable[[str, str], None], told: str, logged: Logged
) -> None:
    name = make_citizen(name=NAME, with_account=False).name
    try:
        fails(name, "H99.1-261128-0001")
    except Exception as error:
        log.exception("failed", extra={"error": error})
    whole = json.dumps(logged(), ensure_ascii=False)
    assert not any(part in whole for part in NAME.split())
    assert told in logged()["exception"]


def _texts(tree: ast.AST, names: set[str]) -> Iterator[ast.AST]:
    """Where the text of an exception of these names is taken: ``str(error)``, ``f"{error}"``, ``"%s" % error``."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Call(func=ast.Name("str" | "repr"), args=parts)
                | ast.Call(func=ast.Attribute(attr="format" | "join"), args=parts)
            ):
                pass
            case ast.FormattedValue(value=part) | ast.BinOp(op=ast.Mod(), right=part):
                parts = part.elts if isinstance(part, ast.Tuple) else [part]
            case ast.Attribute(value=ast.Name(), attr="args" | "message" | "last_error"):
                yield node
                continue
            case _:
                continue
        if any(isinstance(part, ast.Name) and part.id in names for part in parts):
            yield node


def _logged_texts(tree: ast.Module) -> Iterator[int]:
    """The lines of calls that log the text of an exception instead of the exception; through a variable, too."""
    names = {"error"} | {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        assigned = [node for node in ast.walk(function) if isinstance(node, ast.Assign) and any(_texts(node, names))]
        texts = {at.id for node in assigned for at in node.targets if isinstance(at, ast.Name)}
        for call in ast.walk(function):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and isinstance(call.func.value, ast.Name)
                and call.func.value.id in {"log", "logger"}
            ):
                held = any(isinstance(node, ast.Name) and node.id in texts for node in ast.walk(call))
                if held or any(_texts(call, names)):
                    yield call.lineno


@pytest.mark.parametrize(
    "line",
    [
        'log.error("e", extra={"reason": str(error)})', 'log.error("e", extra={"reason": f"{error}"[:300]})',
        'log.error("e: %s" % error)', 'text = f"{error}"; log.error("e", extra={"reason": text})',
        'log.error("e", extra={"reason": row.last_error})',
    ],
)  # fmt: skip
def test_a_text_in_a_logging_call_is_found(line: str) -> None:
    assert list(_logged_texts(ast.parse(f"def told(error):\n    {line}"))) == [2]


def test_exceptions_are_logged_themselves_for_their_texts_pass_uncovered() -> None:
    sources = Path(motcua.__file__).parent.rglob("*.py")
    found = {path.name: lines for path in sources if (lines := list(_logged_texts(ast.parse(path.read_text()))))}
    assert not found


@pytest.mark.parametrize(
    "kept",
    [
        "H99.1-261128-0001", "000.00.16.H40-210101-0001", "N261128-000001", "PA-261128-0001", "NV26-00001",
        "01936f2e-7c1a-7b44-8123-123456789012", "2026-11-28T14:05:56.277+00:00", "/desk/dossiers/H99.1-261128-0001/",
        str(date(2026, 11, 28)), "5.000.000 đồng",
    ],
)  # fmt: skip
def test_codes_keys_and_times_are_readable(kept: str) -> None:
    assert covered(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        f"CCCD-{IDENTITY}.pdf", f"{IDENTITY}-mat-truoc.jpg", f"so{IDENTITY}a", f"f{IDENTITY}f", f"KH_{IDENTITY}",
        f"01936f2e-7c1a-7b44-8123-123456789012-{IDENTITY}",
    ],
)  # fmt: skip
def test_a_number_is_covered_whatever_stands_beside_it(text: str) -> None:
    assert covered(text) == text.replace(IDENTITY, "***")


@pytest.mark.parametrize(
    "address",
    [
        "/track/H99.1-261128-0001?k=SECRETSECRET", "/rate/0193/SECRETSECRET/", "/shared/0193/SECRETSECRET/file/",
        "/petitions/PA-261128-0001/SECRETSECRET/", "/calendars/SECRETSECRET/work.ics", "/verify/H99/SECRETSECRET",
        "/together/0193/SECRETSECRET/", "/signing/files/SECRETSECRET/return/", "/desk/search/?q=SECRETSECRET",
    ],
)  # fmt: skip
def test_an_address_is_logged_without_what_opens_it(address: str) -> None:
    assert "SECRET" not in covered(f"Internal Server Error: {address}")
