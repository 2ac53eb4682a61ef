"""Who says how long a paper is valid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_results_of_all_who_applied")]

    operations = [
        migrations.AddField(
            model_name="keptpaper",
            name="validity_by",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
    ]
