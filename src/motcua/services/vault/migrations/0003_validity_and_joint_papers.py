"""Who says how long a paper is valid; a paper of everyone who applied stands in the store of each."""

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
_BUILD = """
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS kept_paper_once_an_owner ON vault_keptpaper (paper_id, owner_id)
"""
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
        ("vault", "0002_results_of_all_who_applied"),
    ]

    operations = [
        migrations.AddField(
            model_name="keptpaper",
            name="validity_by",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_BUILD, migrations.RunSQL.noop), migrations.RunSQL(_USE, _BACK)],
            [migrations.AlterField("keptpaper", "paper", _PAPER), migrations.AddConstraint("keptpaper", _ONCE)],
        ),
    ]
