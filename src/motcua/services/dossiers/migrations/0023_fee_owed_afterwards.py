"""The few fees that are collected after the result find their dossiers by an index of their own."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0022_overdue_index")]

    operations = [
        AddIndexConcurrently(
            model_name="feeline",
            index=models.Index(
                condition=models.Q(("after_return", True), ("amount__gt", 0), ("state", "due")),
                fields=["dossier"],
                name="fee_owed_afterwards",
            ),
        ),
    ]
