from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('correspondence', '0005_channel_named'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='outgoingdocument',
            index=models.Index(
                condition=models.Q(('notation', ''), _negated=True), fields=['notation'], name='outgoing_notation'
            ),
        ),
    ]
