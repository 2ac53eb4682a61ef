"""Whoever issued the receipt accepted the dossier; one from another system has none, and stands where it is."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AT_ONCE = 10_000
_OFFICES = """
    UPDATE dossiers_dossier d SET accepted_office_id = coalesce(
        (SELECT f.office_id FROM dossiers_issuedform f WHERE f.dossier_id = d.id AND f.form = '01'
         ORDER BY f.issued_at, f.id LIMIT 1), d.receiving_office_id)
    WHERE d.id IN (SELECT id FROM dossiers_dossier WHERE accepted_at IS NOT NULL AND accepted_office_id IS NULL
                   LIMIT %s)
"""


def say_where(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute(_OFFICES, [AT_ONCE])
        while cursor.rowcount:
            cursor.execute(_OFFICES, [AT_ONCE])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0037_accepted_office")]

    operations = [
        migrations.RunPython(say_where, migrations.RunPython.noop, elidable=True),
        AddIndexConcurrently(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("accepted_office__isnull", False)),
                fields=["accepted_office", "accepted_at", "id"],
                name="dossier_booked",
            ),
        ),
    ]
