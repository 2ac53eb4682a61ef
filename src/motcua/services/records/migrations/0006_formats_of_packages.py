from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0005_destruction_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='transferredfile',
            name='formats',
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
