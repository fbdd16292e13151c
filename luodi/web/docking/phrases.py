"""Refusals of docking in the language of the page."""

import re

from luodi.errors import LuodiError
from luodi.web.words import say, words


def in_words(refused: LuodiError) -> str:
    """In the language of the page where it has words of ours for what was said or for its code, else as it was said."""
    key = told_key(refused.message) or f"docking.refused_{refused.code.replace('-', '_')}"
    return say(key, message=refused.message) if key in words() else refused.message


def told_key(message: str) -> str:
    """Of its first words: all that tells it from others, or those before what differs each time. "" without words."""
    first = re.findall("[a-z0-9]+", message.lower())
    keys = (f"docking.told_{'_'.join(first[:count])}" for count in (9, 4, 3, 2))
    return next((key for key in keys if key in words()), "")
