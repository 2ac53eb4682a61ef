from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0002_notices'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='supplement',
            name='supplement_again_needs_approval',
        ),
        migrations.AddConstraint(
            model_name='supplement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approval_reason', ''), ('approver__isnull', True)), models.Q(('approver__isnull', False), models.Q(('approval_reason', ''), _negated=True)), _connector='OR'), name='supplement_approved_with_reason', violation_error_message='A further request for a supplement needs an approver and a reason.'),
        ),
        migrations.AddConstraint(
            model_name='dossier',
            constraint=models.UniqueConstraint(fields=('parent_token',), name='dossier_spawned_once', violation_error_message='The interlinked dossier has been opened already.'),
        ),
    ]
