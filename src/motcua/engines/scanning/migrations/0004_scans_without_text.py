from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scanning', '0003_pages_of_a_file'),
    ]

    operations = [
        migrations.AddField(
            model_name='scan',
            name='plain',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
