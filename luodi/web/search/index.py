"""Keeping the words of records, as they are saved and deleted. No word is left of a record that is gone."""

from collections.abc import Iterable
from functools import partial

from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from luodi.profiles.names import words_of
from luodi.web.search.kinds import KINDS, AnyKind
from luodi.web.search.models import RecordWord


def follow() -> None:
    """Connect every kind with words of its own to what happens to its records."""
    for kind in indexed():
        saved, gone = partial(_saved, kind), partial(_gone, kind)
        post_save.connect(saved, sender=kind.model, weak=False, dispatch_uid=f"search.{kind.name}.saved")
        post_delete.connect(gone, sender=kind.model, weak=False, dispatch_uid=f"search.{kind.name}.gone")


def indexed() -> list[AnyKind]:
    return [kind for kind in KINDS if kind.texts is not None]


def words_for(kind: AnyKind, row: Model) -> set[str]:
    assert kind.texts is not None
    return words_of(text for text in kind.texts(row) if text)


def index_record(kind: AnyKind, row: Model) -> None:
    """Put the words of a record in the place of those that were there."""
    wanted = words_for(kind, row)
    rows = RecordWord.objects.filter(kind=kind.name, record=row.pk)
    there = set(rows.values_list("word", flat=True))
    if there - wanted:
        rows.filter(word__in=there - wanted).delete()
    RecordWord.objects.bulk_create(
        (RecordWord(kind=kind.name, record=row.pk, word=word) for word in sorted(wanted - there)), ignore_conflicts=True
    )


def index_all(kinds: Iterable[AnyKind]) -> int:
    """Every record of some kinds anew, for operators; how many there were."""
    number = 0
    for kind in kinds:
        for row in kind.model._default_manager.select_related(*kind.related).iterator(chunk_size=500):
            index_record(kind, row)
            number += 1
    return number


def _saved(kind: AnyKind, sender: type[Model], *, instance: Model, raw: bool = False, **_: object) -> None:
    if not raw:
        index_record(kind, instance)


def _gone(kind: AnyKind, sender: type[Model], *, instance: Model, **_: object) -> None:
    RecordWord.objects.filter(kind=kind.name, record=instance.pk).delete()
