"""The list of overdue dossiers finds its rows by an index without those whose clock stands still."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0021_paused_steps")]

    operations = [
        AddIndexConcurrently(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(
                    ("closed_at", None),
                    ("decided_at", None),
                    models.Q(("state__in", ("waiting_supplement", "waiting_payment")), _negated=True),
                ),
                fields=["-submitted_at", "-id"],
                include=["due_at"],
                name="dossier_clock_runs",
            ),
        ),
        RemoveIndexConcurrently(model_name="dossier", name="dossier_undecided"),
    ]
