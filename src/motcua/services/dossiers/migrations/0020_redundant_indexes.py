"""Three foreign keys of the dossier need no index of their own: indexes of lists begin with the same column."""

import django.db.models.deletion
from django.db import migrations, models

# field → its automatic index, related name, what it refers to
KEYS = {
    "applicant": ("dossiers_dossier_applicant_id_3ba18564", "dossiers", "citizens.party"),
    "receiving_office": ("dossiers_dossier_receiving_office_id_16f42893", "received_dossiers", "organisations.office"),
    "resolving_office": ("dossiers_dossier_resolving_office_id_3df4e4da", "resolved_dossiers", "organisations.office"),
}


def without_index(field: str) -> migrations.SeparateDatabaseAndState:
    """The drop by itself: altering the field would lock the table."""
    index, related_name, to = KEYS[field]
    key = models.ForeignKey(
        to, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, db_index=False
    )
    drop = migrations.RunSQL(
        f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON dossiers_dossier ({field}_id)",
    )
    return migrations.SeparateDatabaseAndState([drop], [migrations.AlterField("dossier", field, key)])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0019_conversation")]

    operations = [without_index(field) for field in KEYS]
