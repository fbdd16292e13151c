"""What the checker says, in Chinese. The checker itself speaks English, as the commands do."""

from pathlib import Path
from typing import Final

from luodi.rules.finding import Finding
from luodi.web.phrases import Phrases

_PHRASES: Final = Phrases(Path(__file__).with_name("findings_zh.yaml"))


def in_chinese(finding: Finding) -> tuple[str, str] | None:
    """The message and what to do; None where nobody has translated the message."""
    message = _PHRASES.in_chinese(finding.message)
    return (
        None
        if message is None
        else (f"{message.rstrip('。')}。" if message[-1:] != "？" else message, _fix(finding.fix))
    )


def _fix(text: str) -> str:
    found = _PHRASES.in_chinese(text)
    return "" if found is None else found if found.endswith("？") else f"{found}。"
