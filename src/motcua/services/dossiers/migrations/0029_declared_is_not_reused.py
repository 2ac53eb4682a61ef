"""What only its owner vouches for is used again, too, but counts as no reuse of what an office has."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0028_fee_quantities")]

    operations = [migrations.RemoveConstraint(model_name="paper", name="paper_with_source_is_reused")]
