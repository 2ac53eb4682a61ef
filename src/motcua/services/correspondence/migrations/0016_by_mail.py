"""Documents are sent by e-mail: how far each recipient's is."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("correspondence", "0015_answer_wanted")]

    operations = [
        migrations.AddField(
            "recipient",
            "mailing",
            models.CharField(
                blank=True,
                choices=[("", "–"), ("queued", "Being sent"), ("sent", "Sent"), ("failed", "Not sent")],
                db_default="",
                max_length=6,
            ),
        ),
        migrations.AddField("recipient", "fault", models.CharField(blank=True, db_default="", max_length=300)),
        AddIndexConcurrently(
            "recipient",
            models.Index(condition=models.Q(("mailing", "queued")), fields=["id"], name="recipient_to_mail"),
        ),
    ]
