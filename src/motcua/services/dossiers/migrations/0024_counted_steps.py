"""Counts of open steps read an index that holds all they ask, and no row of the table.

That holds for pages of the table that vacuum has seen since they changed. Left alone it comes when a fifth of the table
has changed, which takes a year's table weeks, and what is open stands in what changed last.
"""

from datetime import UTC, datetime

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Coalesce

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
TABLES = ("dossiers_workitem", "dossiers_dossier", "dossiers_involvement")
OFTEN = "autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01"
AS_OTHERS = "autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0023_fee_owed_afterwards")]

    operations = [
        AddIndexConcurrently(
            model_name="workitem",
            index=models.Index(
                models.F("office"),
                Coalesce("due_at", models.Value(NEVER)),
                models.F("id"),
                condition=models.Q(("kind", "step"), ("state", "open")),
                include=["role", "assignee", "due_at", "paused"],
                name="work_open_of_office",
            ),
        ),
        RemoveIndexConcurrently(model_name="workitem", name="work_open_in_office"),
        migrations.RunSQL(
            [f"ALTER TABLE {table} SET ({OFTEN})" for table in TABLES],
            [f"ALTER TABLE {table} RESET ({AS_OTHERS})" for table in TABLES],
        ),
    ]
