from typing import Any

from django.db import migrations

from luodi.profiles.initials import INITIALS
from luodi.profiles.names import words_of


def index(apps: Any, schema_editor: Any) -> None:
    """The words of every record that is there, and the initials of companies."""
    from luodi.web.search.index import words_for
    from luodi.web.search.texts import TEXTS

    word_row = apps.get_model("search", "RecordWord")
    for texts in TEXTS:
        rows = apps.get_model(*texts.model._meta.label.split(".")).objects.all()
        if texts.related:
            rows = rows.select_related(*texts.related)
        for row in rows.iterator(chunk_size=500):
            words = sorted(words_for(texts, row))
            word_row.objects.bulk_create(word_row(kind=texts.kind, record=row.pk, word=word) for word in words)
    company_word = apps.get_model("accounts", "CompanyWord")
    names: dict[tuple[int, bool], set[str]] = {}
    for pk, zh, en, into in (
        apps.get_model("accounts", "Company")
        .objects.values_list("pk", "name_zh", "name_en", "merged_into_id")
        .iterator()
    ):
        _add(names, pk, True, zh, en)
        if into is not None:
            _add(names, into, False, zh, en)
    for pk, text in apps.get_model("companies", "CompanyName").objects.values_list("company_id", "text").iterator():
        _add(names, pk, False, text)
    made = (company_word(company_id=pk, own=own, word=word) for (pk, own), words in names.items() for word in words)
    company_word.objects.bulk_create(made, batch_size=2000)


def _add(names: dict[tuple[int, bool], set[str]], company: int, own: bool, *texts: str) -> None:
    found = {word for word in words_of(filter(None, texts)) if word.startswith(INITIALS)}
    if found:
        names.setdefault((company, own), set()).update(found)


class Migration(migrations.Migration):
    dependencies = (
        ("search", "0001_initial"),
        ("accounts", "0001_initial"),
        ("advisor", "0001_initial"),
        ("cases", "0001_initial"),
        ("companies", "0002_words_in_simplified_characters"),
        ("docking", "0001_initial"),
        ("files", "0001_initial"),
        ("leads", "0001_initial"),
    )
    operations = (migrations.RunPython(index, migrations.RunPython.noop),)
