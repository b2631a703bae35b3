"""Budgets of tries."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See the docstrings of the models."""

    dependencies = [("base", "0008_ledger_epochs")]

    operations = [
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("key", models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="键")),
                ("left", models.FloatField(verbose_name="余数")),
                ("at", models.DateTimeField(db_index=True, verbose_name="时间")),
            ],
            options={"verbose_name": "尝试次数"},
        ),
    ]
