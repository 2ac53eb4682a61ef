"""Fees that are paid so many times."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0005_guides")]

    operations = [
        migrations.AddField("feeitem", "quantity", models.CharField(blank=True, db_default="", max_length=100)),
    ]
