"""What the virus scanner finds infected is kept in quarantine."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blobs", "0001_initial")]

    operations = [
        migrations.AlterField(
            "blob",
            "scan_state",
            models.CharField(
                choices=[
                    ("not_scanned", "Not scanned for viruses"),
                    ("held", "Held until it has been scanned"),
                    ("clean", "Scanned, nothing found"),
                    ("infected", "Infected: locked in quarantine"),
                ],
                max_length=12,
            ),
        ),
    ]
