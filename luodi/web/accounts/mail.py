"""Letters with a secret that is stored nowhere. Everything else is a notice: see `notices.making`."""

from functools import partial

from django.core.mail import EmailMessage
from django.db import transaction

from luodi.web.core.words import say


def send_letter(email: str, key: str, lang: str | None = None, **values: str) -> None:
    """Send `key_subject` and `key_text` of the words after the transaction; nothing is sent if it is undone."""
    subject, text = (say(f"{key}_{part}", lang, **values) for part in ("subject", "text"))
    signed = f"{text}\n\n{say('accounts.letter_end', lang)}\n"
    transaction.on_commit(partial(EmailMessage(subject, signed, None, [email]).send))
