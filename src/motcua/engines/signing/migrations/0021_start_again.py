from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

_STARTED_ONCE = models.CheckConstraint(
    condition=models.Q(start_again_at=None) | models.Q(state="waiting", provider_reference=""),
    name="signing_transaction_started_once",
    violation_error_message="Only a request that nobody was asked yet is handed over again.",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("signing", "0020_no_filing_level")]

    operations = [
        migrations.AddField("signingtransaction", "start_again_at", models.DateTimeField(null=True)),
        AddConstraintNotValid("signingtransaction", _STARTED_ONCE),
        ValidateConstraint("signingtransaction", "signing_transaction_started_once"),
    ]
