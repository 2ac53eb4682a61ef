"""Where a paper of the personal store was used is found by an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0025_reused_source")]

    operations = [
        AddIndexConcurrently(
            model_name="paper",
            index=models.Index(
                condition=models.Q(("source", ""), _negated=True), fields=["source", "id"], name="paper_by_source"
            ),
        ),
    ]
