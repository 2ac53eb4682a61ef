"""Papers of a case say which results they take."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0002_fee_after_return'),
    ]

    operations = [
        migrations.AddField(
            model_name='casepaper',
            name='takes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, db_default=[], default=list, size=None),
        ),
    ]
