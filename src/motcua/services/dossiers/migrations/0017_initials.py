from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0016_fee_order")]

    operations = [
        migrations.AlterField(
            model_name="resultsigning",
            name="act",
            field=models.CharField(
                choices=[("initial", "Initial"), ("sign", "Sign"), ("seal", "Number and seal")], max_length=7
            ),
        ),
    ]
