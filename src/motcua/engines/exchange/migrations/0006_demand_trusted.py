from django.db import migrations, models


def say_what_held(apps, schema_editor):
    """Partners without a known certificate were taken with any that an authority vouches for: now they say so."""
    partners = apps.get_model("exchange", "Partner").objects.filter(demands="known", signers=[])
    partners.update(demands="trusted")


def say_it_no_more(apps, schema_editor):
    apps.get_model("exchange", "Partner").objects.filter(demands="trusted").update(demands="known")


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_erasable_messages")]
    operations = [
        migrations.AlterField(
            model_name="partner",
            name="demands",
            field=models.CharField(
                choices=[
                    ("known", "A signature of a known certificate"),
                    ("trusted", "A signature that a trusted authority vouches for, of whomever it is"),
                    ("whole", "A signature, whoever vouches for it"),
                    ("nothing", "No signature"),
                ],
                default="known",
                max_length=8,
            ),
        ),
        migrations.RunPython(say_what_held, say_it_no_more),
    ]
