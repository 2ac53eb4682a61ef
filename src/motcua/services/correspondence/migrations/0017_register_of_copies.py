"""The register of certified copies is read by office and day."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("correspondence", "0016_by_mail")]

    operations = [
        AddIndexConcurrently(
            "documentcopy", models.Index(fields=["office", "asked_at", "id"], name="document_copy_register")
        ),
    ]
