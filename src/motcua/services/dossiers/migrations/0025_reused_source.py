"""A paper used again says what it was taken from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0024_counted_steps")]

    operations = [
        migrations.AddField(
            model_name="draftfile",
            name="source",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
        migrations.AddField(
            model_name="paper",
            name="source",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), ("reused", True), _connector="OR"),
                name="paper_with_source_is_reused",
                violation_error_message="A paper that was taken from another place is one used again.",
            ),
        ),
    ]
