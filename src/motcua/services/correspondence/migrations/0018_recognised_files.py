"""What is recognised of a scanned file stands beside it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0017_register_of_copies")]

    operations = [
        migrations.AlterField(
            "incomingfile",
            "part",
            models.CharField(
                choices=[("main", "Document"), ("annex", "Annex"), ("text", "With recognised text (PDF/A)")],
                max_length=5,
            ),
        ),
        migrations.AddField("incomingfile", "source", models.UUIDField(blank=True, null=True)),
    ]
