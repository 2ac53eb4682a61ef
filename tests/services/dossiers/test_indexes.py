"""An index that another one contains costs every write and serves no read."""

import pytest
from django.db import connection

CONTAINED = """
    SELECT small.indexrelid::regclass::text, large.indexrelid::regclass::text
    FROM pg_index small JOIN pg_index large ON large.indrelid = small.indrelid AND large.indexrelid <> small.indexrelid
    JOIN pg_class told ON told.oid = small.indexrelid JOIN pg_am way ON way.oid = told.relam AND way.amname = 'btree'
    JOIN pg_class others ON others.oid = large.indexrelid AND others.relam = told.relam
    WHERE small.indrelid = 'dossiers_dossier'::regclass AND NOT small.indisunique
        AND small.indpred IS NULL AND large.indpred IS NULL
        AND large.indnkeyatts > small.indnkeyatts
        AND (large.indkey::int2[])[0:small.indnkeyatts - 1] = (small.indkey::int2[])[0:small.indnkeyatts - 1]
        AND (large.indclass::oid[])[0:small.indnkeyatts - 1] = (small.indclass::oid[])[0:small.indnkeyatts - 1]
"""
OF_KEYS = """
    SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
    WHERE indrelid = 'dossiers_dossier'::regclass AND indpred IS NULL AND indisvalid
"""


@pytest.mark.django_db
def test_no_index_of_dossiers_is_the_beginning_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(CONTAINED)
        assert cursor.fetchall() == []
        cursor.execute(OF_KEYS)
        leading = {name for (name,) in cursor.fetchall()}
    assert {"applicant_id", "receiving_office_id", "resolving_office_id"} <= leading
