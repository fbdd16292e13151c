"""What went wrong, in words: the one place where a page, a list or a stored row turns an error into a language.

The words are those of `luodi/messages`, by reason. A page may say a kind of problem in its own way, in its file of
words: `refused_not_now`.
"""

import json

from luodi.errors import LuodiError
from luodi.message import Message, in_key, message_of, said, sentence
from luodi.rules.library import company_vocabulary
from luodi.web.core.words import language, say, words

_LONGEST = 200  # characters of a parameter that is stored


def in_words(problem: LuodiError, own: str = "") -> str:
    """For a page. `own` begins the keys of its own words, such as `leads.refused`: those of the reason come first, then
    those of the code, with the parameters of the problem."""
    for name in (problem.reason.partition(".")[2], problem.code) if own else ():
        key = f"{own}_{name.replace('-', '_')}"
        if key in words():
            params = {name: said(value, language()) for name, value in problem.params.items() if isinstance(value, str)}
            return say(key, **params | {"message": problem.message.said(language())})
    return sentence(problem.message, language())


def in_full(problem: LuodiError | str, lang: str = "") -> str:
    """With its place; also of a problem that `stored` kept. Attributes are named as people know them."""
    lang = lang or language()
    if isinstance(problem, LuodiError):
        return said(_whole(problem.message, problem.at, lang), lang)
    return said(restored(problem, lang), lang)


def stored(problem: LuodiError | Message) -> str:
    """As text from which `restored` makes the message again, in any language."""
    message, at = (problem.message, problem.at) if isinstance(problem, LuodiError) else (problem, None)
    document = {**message.as_json(), "at": at.as_json() if isinstance(at, Message) else at}
    return json.dumps(_short(document), ensure_ascii=False)


def restored(text: str, lang: str = "en") -> str:
    """The message that was stored. What was stored as a sentence, by earlier versions, stays that sentence."""
    if not text.startswith('{"reason"'):
        return text
    document = json.loads(text)
    at = document["at"]
    return _whole(message_of(document), message_of(at) if isinstance(at, dict) else at, lang)


def _whole(message: Message, at: str | None, lang: str) -> Message:
    return message if not at else Message("place.said", at=_named(at, lang), problem=message)


def _named(at: str, lang: str) -> str:
    """The place; the key of an attribute by its label, for people who read Chinese."""
    if lang != "zh" or not isinstance(at, Message) or at.reason != in_key("x").reason:
        return at
    attribute = company_vocabulary().attributes.get(at.params["key"])
    label = attribute.label.get("zh") if attribute else None
    return Message("place.attribute", label=label) if label else at


def _short(value: object) -> object:
    if isinstance(value, dict):
        return {name: _short(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value[:20]]
    return value[:_LONGEST] if isinstance(value, str) else value
