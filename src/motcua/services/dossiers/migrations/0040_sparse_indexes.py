"""Indexes of what most rows have not hold only the others; they are made while the house works."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

SPAWNED_ONCE = models.UniqueConstraint(
    condition=models.Q(("parent_token__isnull", False)),
    fields=("parent_token",),
    name="dossier_spawned_once",
    violation_error_message="The interlinked dossier has been opened already.",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("dossiers", "0039_told_of_appointments"),
        ("citizens", "0004_parents"),
    ]

    operations = [
        AddIndexConcurrently(
            "dossier",
            models.Index(condition=models.Q(("parent__isnull", False)), fields=["parent"], name="dossier_child"),
        ),
        AddIndexConcurrently(
            "dossier",
            models.Index(
                condition=models.Q(("representative__isnull", False)),
                fields=["representative"],
                name="dossier_represented",
            ),
        ),
        AddIndexConcurrently(
            "paper",
            models.Index(
                condition=models.Q(("supplement__isnull", False)), fields=["supplement"], name="paper_supplementing"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY dossier_spawned_sparse ON dossiers_dossier (parent_token)"
                    " WHERE parent_token IS NOT NULL",
                    "DROP INDEX IF EXISTS dossier_spawned_sparse",
                ),
                migrations.RunSQL(
                    "ALTER TABLE dossiers_dossier DROP CONSTRAINT dossier_spawned_once",
                    "ALTER TABLE dossiers_dossier ADD CONSTRAINT dossier_spawned_once UNIQUE (parent_token)",
                ),
                migrations.RunSQL(
                    "ALTER INDEX dossier_spawned_sparse RENAME TO dossier_spawned_once",
                    "ALTER INDEX dossier_spawned_once RENAME TO dossier_spawned_sparse",
                ),
            ],
            [
                migrations.RemoveConstraint("dossier", "dossier_spawned_once"),
                migrations.AddConstraint("dossier", SPAWNED_ONCE),
            ],
        ),
        migrations.AlterField(
            "dossier",
            "parent",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="dossiers.dossier",
            ),
        ),
        migrations.AlterField(
            "dossier",
            "representative",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dossiers_for_others",
                to="citizens.party",
            ),
        ),
        migrations.AlterField(
            "paper",
            "supplement",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="papers",
                to="dossiers.supplement",
            ),
        ),
    ]
