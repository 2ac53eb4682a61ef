"""What programs send has its own channel. Nothing changes in the database."""

from django.db import migrations, models

CHANNELS = [
    ("portal", "Portal"),
    ("counter", "At the counter, orally or in writing"),
    ("phone", "By telephone"),
    ("letter", "By letter or e-mail"),
    ("api", "By a program of another system"),
]


class Migration(migrations.Migration):
    dependencies = [("petitions", "0001_initial")]

    operations = [migrations.AlterField("petition", "channel", models.CharField(choices=CHANNELS, max_length=7))]
