"""What templates need of actions."""

from luodi.web.core.words import say, words


def entry_name(name: str) -> str:
    """What an entry of the journal says was done, in the language of the page; its name where it is no action's."""
    key = f"journal.entry_{name}"
    return say(key) if key in words() else name


GLOBALS = {"entry_name": entry_name}
