"""Three more reasons for which a scan can fail."""

from django.db import migrations, models
from django.db.models import Q

PROBLEMS = [
    "damaged",
    "locked",
    "signed",
    "too_large",
    "too_many_pages",
    "too_slow",
    "moving",
    "infected",
    "broken_off",
]


class Migration(migrations.Migration):
    dependencies = [("scanning", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="scan", name="scan_failed_with_problem"),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.CheckConstraint(
                condition=Q(state="failed", problem__in=PROBLEMS) | (~Q(state="failed") & Q(problem="")),
                name="scan_failed_with_problem",
                violation_error_message="A scan that could not be made says why.",
            ),
        ),
    ]
