from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0040_sparse_indexes")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="valid_to",
            field=models.DateField(blank=True, null=True),
        ),
    ]
