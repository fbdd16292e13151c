"""The words by which records are found, of every kind but companies, which have their own (`accounts.CompanyWord`)."""

from typing import ClassVar

from django.db import models

from luodi.web.core.personal_data import Kept
from luodi.web.core.policy import NOBODY


class RecordWord(models.Model):
    """A word of a record: see `luodi.profiles.names.words`. Kept and deleted with the record, by `index`."""

    kind = models.CharField(max_length=20)  # of `kinds.KINDS`
    record = models.BigIntegerField()
    word = models.CharField(max_length=201)

    policy = NOBODY
    personal = Kept("随所检索的记录保存和删除", "as long as the record that it finds, and goes with it")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "record", "word"], name="a_word_of_a_record_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            # for equal words, and on PostgreSQL for their beginnings too, whatever its collation
            models.Index(
                fields=["kind", "word", "record"],
                opclasses=["varchar_ops", "varchar_pattern_ops", "int8_ops"],
                name="record_by_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record} {self.word}"
