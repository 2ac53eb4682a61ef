from django.db import migrations, models

# What is open already counts like what comes.
SIZES = "UPDATE signing_partnerrequest SET size = octet_length(items::text) WHERE size = 0"


class Migration(migrations.Migration):
    dependencies = [("signing", "0011_settling_by_service")]

    operations = [
        migrations.AddField(
            model_name="partnerrequest",
            name="size",
            field=models.PositiveIntegerField(default=0, db_default=0),
        ),
        migrations.RunSQL(SIZES, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="partnerrequest",
            index=models.Index(
                condition=models.Q(("size__gt", 0)),
                fields=["service", "expires_at"],
                name="signing_partner_request_kept",
            ),
        ),
    ]
