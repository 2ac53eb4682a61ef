"""The town that most tests of dossiers begin with is the same for the first of them and for all others."""

from collections import Counter

import pytest
from django.db import connection, transaction

from motcua.kernel.events.models import Event
from tests import replay
from tests.services.dossiers.factories import Town, make_town


def rows() -> Counter[tuple[str, str]]:
    """All that the database holds; of events not what the database itself counts."""
    selects = []
    for table in connection.introspection.table_names():
        row = "to_jsonb(whole)" + (" - 'position' - 'txid'" if table == Event._meta.db_table else "")
        name = connection.ops.quote_name(table)
        selects.append(f"SELECT '{table}', ({row})::text FROM {name} whole")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects))
        return Counter(cursor.fetchall())


@pytest.mark.django_db
def test_a_town_written_again_is_the_one_that_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "_kept", {})
    empty = rows()
    towns: list[Town] = []
    written: list[Counter[tuple[str, str]]] = []
    for _time in range(2):
        with transaction.atomic():
            towns.append(make_town())
            written.append(rows() - empty)
            transaction.set_rollback(True)
    made, again = towns
    assert made == again
    assert written[0] == written[1]
    assert any(table == Event._meta.db_table for table, _row in written[0])
