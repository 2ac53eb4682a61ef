"""The personal store: papers, links to them, and their openings."""

import django.db.models.deletion
import motcua.kernel.identifiers.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('blobs', '0001_initial'),
        ('citizens', '0002_name_words'),
        ('dossiers', '0026_paper_by_source'),
        ('procedures', '0003_paper_takes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptPaper',
            fields=[
                ('id', models.UUIDField(default=motcua.kernel.identifiers.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('origin', models.CharField(choices=[('result', 'Result of a procedure'), ('paper', 'Paper of an accepted dossier'), ('own', 'Uploaded by myself')], max_length=6)),
                ('assurance', models.CharField(choices=[('issued', 'Issued by this system'), ('digitised', 'Scanned and checked by an officer'), ('accepted', 'Accepted with a dossier, sent in by the applicant'), ('declared', 'Stated by yourself, not verified')], max_length=9)),
                ('state', models.CharField(choices=[('held', 'Kept'), ('revoked', 'Revoked'), ('removed', 'Removed')], default='held', max_length=7)),
                ('kind_code', models.CharField(blank=True, max_length=60)),
                ('paper_code', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(max_length=1000)),
                ('name_fold', models.CharField(max_length=1000)),
                ('issuer', models.CharField(blank=True, max_length=300)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('issued_on', models.DateField(blank=True, null=True)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('form', models.CharField(blank=True, choices=[('original', 'Original'), ('copy', 'Copy'), ('shown', 'Shown for comparison')], max_length=10)),
                ('added_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_reason', models.CharField(blank=True, max_length=500)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dossier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='dossiers.dossier')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='blobs.storedfile')),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='kept_papers', to='citizens.party')),
                ('paper', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='dossiers.paper')),
                ('procedure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='procedures.procedure')),
                ('result', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='dossiers.resultdocument')),
            ],
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.UUIDField(default=motcua.kernel.identifiers.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('recipient', models.CharField(blank=True, max_length=200)),
                ('expires_at', models.DateTimeField()),
                ('pin_hash', models.CharField(blank=True, max_length=128)),
                ('most_openings', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('openings_count', models.PositiveIntegerField(default=0)),
                ('wrong_pins', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='vault.keptpaper')),
            ],
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.UUIDField(default=motcua.kernel.identifiers.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='openings', to='vault.share')),
            ],
        ),
        migrations.AddIndex(
            model_name='keptpaper',
            index=models.Index(condition=models.Q(('state', 'removed'), _negated=True), fields=['owner', '-added_at', '-id'], name='kept_paper_of_owner'),
        ),
        migrations.AddIndex(
            model_name='keptpaper',
            index=models.Index(condition=models.Q(('dossier__isnull', False)), fields=['dossier'], name='kept_paper_of_dossier'),
        ),
        migrations.AddConstraint(
            model_name='keptpaper',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('removed_at__isnull', False), ('state', 'removed')), models.Q(models.Q(('state', 'removed'), _negated=True), ('file__isnull', False), ('removed_at__isnull', True)), _connector='OR'), name='kept_paper_has_file_until_removed', violation_error_message='A paper has its file exactly until it is removed.'),
        ),
        migrations.AddConstraint(
            model_name='keptpaper',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'revoked'), _negated=True), models.Q(('revoked_at__isnull', False), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='kept_paper_revoked_with_reason', violation_error_message='A revoked paper has the reason.'),
        ),
        migrations.AddConstraint(
            model_name='keptpaper',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='kept_paper_validity', violation_error_message='The last day must not be before the first day.'),
        ),
        migrations.AddConstraint(
            model_name='keptpaper',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('added_by__isnull', False), ('assurance', 'declared'), ('origin', 'own')), models.Q(models.Q(('origin', 'own'), _negated=True), models.Q(('assurance', 'declared'), _negated=True)), _connector='OR'), name='kept_paper_own_is_declared', violation_error_message='What somebody uploads is stated by themselves.'),
        ),
        migrations.AddIndex(
            model_name='share',
            index=models.Index(fields=['kept', '-created_at', '-id'], name='share_of_paper'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='share_expires_later', violation_error_message='A link ends after it begins.'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(('most_openings', None), ('openings_count__lte', models.F('most_openings')), _connector='OR'), name='share_opened_at_most', violation_error_message='A link is opened no more often than was allowed.'),
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(fields=['share', '-at', '-id'], name='opening_of_share'),
        ),
    ]
