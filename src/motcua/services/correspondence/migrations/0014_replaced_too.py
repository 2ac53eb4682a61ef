from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('correspondence', '0013_whole_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='also',
            field=models.ManyToManyField(blank=True, related_name='+', to='correspondence.incomingdocument'),
        ),
    ]
