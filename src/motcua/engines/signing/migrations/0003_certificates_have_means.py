import django.db.models.deletion
from django.db import migrations, models


def write_means(apps, schema_editor):
    """Every certificate that was known before came from one way of signing for each holder and provider."""
    Certificate = apps.get_model("signing", "SigningCertificate")
    Means = apps.get_model("signing", "SigningMeans")
    for certificate in Certificate.objects.filter(means=None).order_by("id").iterator():
        means, _created = Means.objects.get_or_create(
            holder_kind=certificate.holder_kind,
            holder_id=certificate.holder_id,
            provider=certificate.provider,
            withdrawn_at=None,
            defaults={"registered_at": certificate.valid_from},
        )
        Certificate.objects.filter(pk=certificate.pk).update(means=means)


class Migration(migrations.Migration):
    dependencies = [("signing", "0002_ways_of_signing")]

    operations = [
        migrations.RunPython(write_means, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="signingcertificate",
            name="means",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="signing.signingmeans",
            ),
        ),
    ]
