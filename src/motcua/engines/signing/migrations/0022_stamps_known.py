from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("signing", "0021_start_again")]

    operations = [
        migrations.AddField(
            "signedfile", "stamp_key", models.CharField(blank=True, db_default="", default="", max_length=12)
        ),
        migrations.AddField("signedfile", "stamp_at", models.DateTimeField(null=True)),
        migrations.AddField("signedfile", "stamp_ends", models.DateTimeField(null=True)),
        AddIndexConcurrently(
            "signedfile",
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state="reached", tries__gt=0),
                name="signed_file_overdue",
            ),
        ),
    ]
