"""What a record and a permission are called inside a sentence, in both languages (`record.yaml`, `act.yaml`).

A file of its own, since permissions and actions both name records, and models know only their English name.
"""

from django.db.models import Model

from luodi.message import Message, is_reason


def record_name(record: Model | type[Model]) -> Message:
    """Such as "case"; "record" for a model that has no name of its own."""
    reason = f"record.{record._meta.label_lower.replace('.', '_')}"
    return Message(reason if is_reason(reason) else "record.record")


def permission_name(permission: str) -> str:
    """Such as "export"; the key itself for a permission without words."""
    return Message(f"act.{permission}") if is_reason(f"act.{permission}") else permission.replace("_", " ")
