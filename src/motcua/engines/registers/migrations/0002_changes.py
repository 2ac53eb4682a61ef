from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("registers", "0001_initial"),
    ]

    operations = [
        migrations.AddField("numberseries", "revision", models.PositiveIntegerField(default=0)),
        migrations.AddField("numberseries", "floor", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("numberseries", "changed_on", models.DateField(blank=True, null=True)),
    ]
