import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('correspondence', '0013_whole_texts'),
        ('diary', '0002_attendees_by_time'),
    ]

    operations = [
        migrations.AddField(
            model_name='appointment',
            name='outgoing',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondence.outgoingdocument'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='series',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=Q(document=None) | Q(outgoing=None), name='diary_one_document', violation_error_message='It comes from one document.'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(condition=Q(series__isnull=False), fields=['series', 'starts_at'], name='diary_of_series'),
        ),
    ]
