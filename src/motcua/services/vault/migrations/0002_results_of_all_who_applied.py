"""A result stands in the store of each who applied for it."""

import django.db.models.deletion
from django.db import migrations, models

_RESULT = models.ForeignKey(
    "dossiers.resultdocument",
    blank=True,
    db_index=False,
    null=True,
    on_delete=django.db.models.deletion.SET_NULL,
    related_name="+",
)
_ONCE = models.UniqueConstraint(
    fields=("result", "owner"),
    name="kept_result_once_an_owner",
    violation_error_message="This result is in the store already.",
)
# Built while the house works; the foreign key stays as it is.
_BUILD = """
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS kept_result_once_an_owner ON vault_keptpaper (result_id, owner_id)
"""
_USE = """
    ALTER TABLE vault_keptpaper ADD CONSTRAINT kept_result_once_an_owner UNIQUE USING INDEX kept_result_once_an_owner,
        DROP CONSTRAINT vault_keptpaper_result_id_key
"""
_BACK = """
    ALTER TABLE vault_keptpaper DROP CONSTRAINT kept_result_once_an_owner,
        ADD CONSTRAINT vault_keptpaper_result_id_key UNIQUE (result_id)
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("dossiers", "0039_told_of_appointments"),
        ("vault", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_BUILD, migrations.RunSQL.noop), migrations.RunSQL(_USE, _BACK)],
            [migrations.AlterField("keptpaper", "result", _RESULT), migrations.AddConstraint("keptpaper", _ONCE)],
        ),
    ]
