from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0003_errand'),
    ]

    operations = [
        migrations.AddField(
            model_name='channel',
            name='settled_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='incoming',
            index=models.Index(fields=['message_id'], name='incoming_letter_named'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(fields=['key'], name='outgoing_letter_key'),
        ),
    ]
