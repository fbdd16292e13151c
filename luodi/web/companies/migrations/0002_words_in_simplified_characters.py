from typing import Any

from django.db import migrations

from luodi.han import simplified
from luodi.profiles.names import words_of


def index(apps: Any, schema_editor: Any) -> None:
    """Names in traditional characters are found by simplified ones from now on, so their words are made anew."""
    company_row, word_row = apps.get_model("accounts", "Company"), apps.get_model("accounts", "CompanyWord")
    names: dict[tuple[int, bool], list[str]] = {}
    for pk, zh, en, into in company_row.objects.values_list("pk", "name_zh", "name_en", "merged_into_id").iterator():
        names[pk, True] = [zh, en]
        if into is not None:
            names.setdefault((into, False), []).extend((zh, en))
    for pk, text in apps.get_model("companies", "CompanyName").objects.values_list("company_id", "text").iterator():
        names.setdefault((pk, False), []).append(text)
    for (pk, own), texts in names.items():
        if any(simplified(text) != text for text in texts):
            word_row.objects.filter(company_id=pk, own=own).delete()
            word_row.objects.bulk_create(
                word_row(company_id=pk, word=word, own=own) for word in sorted(words_of(filter(None, texts)))
            )


class Migration(migrations.Migration):
    dependencies = (("companies", "0001_initial"), ("accounts", "0001_initial"))
    operations = (migrations.RunPython(index, migrations.RunPython.noop),)
