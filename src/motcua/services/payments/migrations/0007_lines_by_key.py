"""Which orders ask for a line, and which has paid it, is found by an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0006_attempt_asked")]

    operations = [AddIndexConcurrently("orderline", models.Index(fields=["key"], name="order_line_key"))]
