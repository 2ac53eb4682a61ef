"""A paper of everyone who applied stands in the store of each. An index that was broken off is built anew."""

import django.db.models.deletion
from django.db import migrations, models

_PAPER = models.ForeignKey(
    "dossiers.paper",
    blank=True,
    db_index=False,
    null=True,
    on_delete=django.db.models.deletion.SET_NULL,
    related_name="+",
)
_ONCE = models.UniqueConstraint(
    fields=("paper", "owner"),
    name="kept_paper_once_an_owner",
    violation_error_message="This paper is in the store already.",
)
# Built while the house works; the foreign key stays as it is.
_CLEAR = "DROP INDEX CONCURRENTLY IF EXISTS kept_paper_once_an_owner"
_BUILD = "CREATE UNIQUE INDEX CONCURRENTLY kept_paper_once_an_owner ON vault_keptpaper (paper_id, owner_id)"
_USE = """
    ALTER TABLE vault_keptpaper ADD CONSTRAINT kept_paper_once_an_owner UNIQUE USING INDEX kept_paper_once_an_owner,
        DROP CONSTRAINT vault_keptpaper_paper_id_key
"""
_BACK = """
    ALTER TABLE vault_keptpaper DROP CONSTRAINT kept_paper_once_an_owner,
        ADD CONSTRAINT vault_keptpaper_paper_id_key UNIQUE (paper_id)
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("dossiers", "0041_paper_validity"),
        ("vault", "0003_who_states_validity"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(_CLEAR, migrations.RunSQL.noop),
                migrations.RunSQL(_BUILD, migrations.RunSQL.noop),
                migrations.RunSQL(_USE, _BACK),
            ],
            [migrations.AlterField("keptpaper", "paper", _PAPER), migrations.AddConstraint("keptpaper", _ONCE)],
        ),
    ]
