from django.db import migrations, models

# Those told before had the name that their dossier had when it was last told.
NAME = """
    UPDATE national_portal_exchange e SET known_as =
        coalesce(nullif(d.code, ''), nullif(d.portal_code, ''), d.submission_number)
    FROM dossiers_dossier d WHERE d.id = e.dossier_id
"""


class Migration(migrations.Migration):
    dependencies = [("national_portal", "0001_initial")]

    operations = [
        migrations.AddField(
            "exchange", "known_as", models.CharField(max_length=60, default=""), preserve_default=False
        ),
        migrations.RunSQL(NAME, migrations.RunSQL.noop),
    ]
