from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('families', '0001_parents'),
    ]

    operations = [
        migrations.AddField(
            model_name='statement',
            name='other_parent',
            field=models.CharField(blank=True, db_default='', max_length=12),
        ),
    ]
