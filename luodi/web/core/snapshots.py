"""A record as plain values: what the journal keeps of it before and after, the same from every database."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import models

from luodi.web.core.types import Json


def plain(value: object) -> Any:
    """A value as JSON that reads back the same from every database: no floats, no zero bytes, times in UTC."""
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case int():
            return value if abs(value) < 2**53 else str(value)
        case str():
            return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case Mapping():
            return {plain(str(key)): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case set() | frozenset():
            return sorted((plain(inner) for inner in value), key=str)
        case float() | Decimal() | Fraction() | UUID():
            return str(value)
        case date() | time():
            return value.isoformat()
        case bytes():
            return hashlib.sha256(value).hexdigest()
    return plain(str(value))


def snapshot(row: models.Model) -> Json:
    """The fields of a row for `before` and `after`, without those that the model keeps out (`not_in_journal`)."""
    hidden = set(getattr(row, "not_in_journal", ()))
    fields = [field for field in row._meta.concrete_fields if field.name not in hidden]
    return {field.name: plain(field.value_from_object(row)) for field in fields}
