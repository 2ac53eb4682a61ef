from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0038_accepted_office_known")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name=name,
            field=models.DateTimeField(blank=True, null=True),
        )
        for name in ("told_due_soon_of", "told_overdue_of")
    ]
