from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("signing", "0022_stamps_known")]

    operations = [
        AddIndexConcurrently(
            "signedfile",
            models.Index(
                fields=["id"],
                condition=models.Q(state="reached", level="B-LTA", stamp_key=""),
                name="signed_file_stamp_to_note",
            ),
        ),
    ]
