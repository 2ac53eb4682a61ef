import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0036_return_slip"), ("organisations", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="accepted_office",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.office",
            ),
        ),
    ]
