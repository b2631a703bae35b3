from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0006_storage_checks")]

    operations = [
        migrations.CreateModel(
            name="JobStanding",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="任务")),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="连续失败次数")),
                ("fault", models.CharField(blank=True, max_length=300, verbose_name="最近一次的差错")),
                ("failed_at", models.DateTimeField(verbose_name="最近一次失败的时间")),
            ],
            options={"verbose_name": "后台任务的失败", "db_table": "base_job_standing"},
        ),
    ]
