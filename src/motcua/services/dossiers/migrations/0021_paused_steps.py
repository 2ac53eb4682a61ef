"""Steps know whether their clock stands still; those of dossiers that are in a pause now are marked."""

from django.db import migrations, models

_MARK = """
    UPDATE dossiers_workitem w SET paused = true FROM dossiers_pause p
    WHERE p.dossier_id = w.dossier_id AND p.ended_at IS NULL AND w.state = 'open' AND w.kind = 'step'
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0020_redundant_indexes")]

    operations = [
        migrations.AddField(
            model_name="workitem",
            name="paused",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(_MARK, migrations.RunSQL.noop, elidable=True),
    ]
