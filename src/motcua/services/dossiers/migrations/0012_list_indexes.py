"""Lists of closed dossiers in one state and of what is late find their rows by an index of their own."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0011_signing_file_swept")]

    operations = [
        AddIndexConcurrently(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["state", "-submitted_at", "-id"],
                name="dossier_closed_state",
            ),
        ),
        AddIndexConcurrently(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("decided_at", None)),
                fields=["-submitted_at", "-id"],
                include=["due_at"],
                name="dossier_undecided",
            ),
        ),
    ]
