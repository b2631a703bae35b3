from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0005_ledger_by_kind")]

    operations = [
        migrations.AlterField(
            model_name="ledgercheck",
            name="kind",
            field=models.CharField(
                choices=[("verify", "校验账本"), ("reconcile", "业务数据与账本对账"), ("storage", "核对存储：数据库文件与留存文件")], max_length=10, verbose_name="核对事项"
            ),
        ),
    ]
