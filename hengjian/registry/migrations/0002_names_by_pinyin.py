"""Names sort by pinyin, by a key in digits that stands beside them."""

from django.db import migrations, models

from hengjian.base.sorting import pinyin_key

OF_PERSONS = {"Person": True, "Institution": False, "Enterprise": False}
BATCH = 2000


def fill(apps, schema_editor):
    """Give the rows that are there their keys."""
    for name, is_person in OF_PERSONS.items():
        model = apps.get_model("registry", name)
        rows = []
        for row in model.objects.only("id", "name").iterator(chunk_size=BATCH):
            row.name_key = pinyin_key(row.name, is_person=is_person)
            rows.append(row)
            if len(rows) == BATCH:
                model.objects.bulk_update(rows, ["name_key"])
                rows = []
        model.objects.bulk_update(rows, ["name_key"])


def _key():
    return models.CharField(blank=True, db_index=True, default="", editable=False, max_length=120, verbose_name="排序")


class Migration(migrations.Migration):

    dependencies = [
        ("registry", "0001_initial"),
    ]

    operations = [
        *(migrations.AddField(model_name=name.lower(), name="name_key", field=_key()) for name in OF_PERSONS),
        migrations.AlterModelOptions(name="person", options={"ordering": ["name_key", "id"], "verbose_name": "人员"}),
        migrations.AlterModelOptions(name="institution", options={"ordering": ["name_key", "id"], "verbose_name": "机构"}),
        migrations.AlterModelOptions(name="enterprise", options={"ordering": ["name_key", "id"], "verbose_name": "使用单位"}),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
