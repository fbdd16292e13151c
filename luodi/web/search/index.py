"""Keeping the words of records, as they are saved and deleted. No word is left of a record that is gone."""

from functools import partial

from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from luodi.profiles.names import words_of
from luodi.web.search.models import RecordWord
from luodi.web.search.texts import TEXTS, AnyTexts


def follow() -> None:
    """Connect every kind with words of its own to what happens to its records."""
    for texts in TEXTS:
        saved, deleted = partial(_saved, texts), partial(_deleted, texts)
        post_save.connect(saved, sender=texts.model, weak=False, dispatch_uid=f"search.{texts.kind}.saved")
        post_delete.connect(deleted, sender=texts.model, weak=False, dispatch_uid=f"search.{texts.kind}.deleted")


def words_for(texts: AnyTexts, row: Model) -> set[str]:
    return words_of(text for text in texts.of(row) if text)


def index_record(texts: AnyTexts, row: Model) -> None:
    """Put the words of a record in the place of those that were there."""
    wanted = words_for(texts, row)
    rows = RecordWord.objects.filter(kind=texts.kind, record=row.pk)
    there = set(rows.values_list("word", flat=True))
    if there - wanted:
        rows.filter(word__in=there - wanted).delete()
    RecordWord.objects.bulk_create(
        (RecordWord(kind=texts.kind, record=row.pk, word=word) for word in sorted(wanted - there)),
        ignore_conflicts=True,
    )


def _saved(texts: AnyTexts, sender: type[Model], *, instance: Model, raw: bool = False, **_: object) -> None:
    if not raw:
        index_record(texts, instance)


def _deleted(texts: AnyTexts, sender: type[Model], *, instance: Model, **_: object) -> None:
    RecordWord.objects.filter(kind=texts.kind, record=instance.pk).delete()
