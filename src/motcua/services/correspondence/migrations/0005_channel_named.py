from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('correspondence', '0004_partners'),
    ]

    operations = [
        migrations.AlterField(
            model_name='incomingdocument',
            name='channel',
            field=models.CharField(choices=[('axis', 'Axis, or another installation directly'), ('inside', 'From an office of this system'), ('mail', 'By e-mail'), ('scan', 'On paper, scanned'), ('hand', 'Handed over as a file')], max_length=6),
        ),
    ]
