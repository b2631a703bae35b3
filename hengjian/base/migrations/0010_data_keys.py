"""Data keys and their proofs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See the docstrings of the models."""

    dependencies = [("base", "0009_budgets_of_tries")]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("key_id", models.CharField(max_length=8, unique=True, verbose_name="密钥编号")),
                ("proof", models.CharField(max_length=200, verbose_name="验证密文")),
                ("index_proof", models.CharField(max_length=64, verbose_name="索引验证值")),
                ("since", models.DateTimeField(verbose_name="启用时间")),
            ],
            options={"verbose_name": "数据密钥", "ordering": ["since", "id"]},
        ),
    ]
