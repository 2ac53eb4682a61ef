"""A sum has its reference beside its key: what comes under it again with other words is found."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AT_ONCE = 10_000
# What stands before the digest.
_REFERENCES = """
    UPDATE payments_incoming SET reference = left(regexp_replace(key, '#[^#]*$', ''), 60)
    WHERE id IN (SELECT id FROM payments_incoming WHERE reference = '' AND source <> 'gateway' AND key !~ '^#'
                 LIMIT %s)
"""


def say_reference(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute(_REFERENCES, [AT_ONCE])
        while cursor.rowcount:
            cursor.execute(_REFERENCES, [AT_ONCE])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0010_till")]

    operations = [
        migrations.AddField("incoming", "reference", models.CharField(blank=True, default="", max_length=60), preserve_default=False),
        migrations.AlterField(
            "incoming",
            "cause",
            models.CharField(
                blank=True,
                choices=[
                    ("no_text", "No transfer text of a dossier"),
                    ("several", "Transfer texts of several dossiers"),
                    ("other_account", "The dossier is paid into another account"),
                    ("nothing_open", "Nothing is to be paid any more"),
                    ("wrong_sum", "Not the sum that is to be paid"),
                    ("perhaps_known", "Perhaps the same as a sum that was taken in already"),
                ],
                max_length=13,
            ),
        ),
        migrations.RunPython(say_reference, migrations.RunPython.noop, elidable=True),
        AddIndexConcurrently(
            model_name="incoming",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True), fields=["number", "reference"], name="incoming_alike"
            ),
        ),
    ]
