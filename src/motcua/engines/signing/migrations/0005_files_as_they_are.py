from django.db import migrations

_STORED = "ALTER TABLE signing_signingdocument ALTER COLUMN prepared SET STORAGE {0}, ALTER COLUMN signed SET STORAGE {0}"


class Migration(migrations.Migration):
    """PDF files are compressed already: PostgreSQL shall not try it again, at 2 ms of CPU for each 100 KB."""

    dependencies = [("signing", "0004_levels")]

    operations = [migrations.RunSQL(_STORED.format("EXTERNAL"), _STORED.format("EXTENDED"))]
