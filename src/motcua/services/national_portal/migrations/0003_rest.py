from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("national_portal", "0002_exchange_known_as")]

    operations = [
        migrations.AddField("exchange", "quiet_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("link", "at_once", models.PositiveSmallIntegerField(default=50)),
    ]
