"""What the tests of the API share."""

import json
from typing import Any

import pytest
from django.test import Client

CLOUD = {"service": "B11", "place": "BJ", "share": 100, "investor": "DE", "on": "2024-10-23"}
STRANGER = "203.0.113.7"


class Program(Client):
    """A program that asks."""

    def ask(self, question: str, raw: Any, content_type: str = "application/json", **more: Any) -> Any:
        text = raw if isinstance(raw, str | bytes) else json.dumps(raw)
        return self.post(
            f"/api/v1/{question}", text, content_type=content_type, **{"CONTENT_TYPE": content_type, **more}
        )


@pytest.fixture
def program() -> Program:
    return Program()
