"""Forms that are sent after somebody else has done something that they do not show."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connection
from django.test import Client

Sent = dict[str, Any]
HIDDEN = r'name="{name}" value="(\d+)"'


def overtaken(
    client: Client,
    page: str,
    meanwhile: Callable[[], object],
    *,
    wrong: Sent,
    right: Sent,
    to: str = "",
    name: str = "seen",
    reading: str = "",
) -> None:
    """A form that is sent wrong and then right does not do its work over what it has not shown.

    ``meanwhile`` is done as soon as the page has made the statement that holds ``reading``, else once it is drawn.
    """

    def after_reading(execute: Any, sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if reading in sql and not done:
            done.append(sql)
            meanwhile()
        return found

    done: list[str] = []
    with ExitStack() as stack:
        if reading:
            stack.enter_context(connection.execute_wrapper(after_reading))
        opened = client.get(page)
    if reading:
        assert done
    else:
        meanwhile()
    seen = _version(opened, name)
    refused = client.post(to or page, wrong | {name: seen})
    assert (refused.status_code, _version(refused, name)) == (422, seen)
    late = client.post(to or page, right | {name: seen})
    assert late.status_code == 409
    assert "Việc gần nhất: " in late.content.decode()
    assert int(_version(late, name)) > int(seen)
    assert client.post(to or page, right | {name: _version(late, name)}).status_code == 302


def _version(response: Any, name: str) -> str:
    found = re.search(HIDDEN.format(name=name), response.content.decode())
    assert found is not None, response.status_code
    return found[1]
