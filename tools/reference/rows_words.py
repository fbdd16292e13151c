"""Words of ai-services.yaml: what companies call their services, what is ambiguous, and what the book does not hold."""

import re
from collections.abc import Mapping
from typing import Any, Final

from reference.fields import Fields, by, rows
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles

_FILE: Final = FactFiles.WORDS
_BOOK: Final = "market-access"
_ID: Final = re.compile(r"(?<![A-Za-z0-9-])[a-z]+(?:-[a-z]+)+")
# An id is no word for a reader: the facts write it into the note, the book beside it, under `see`.
_REFERENCE: Final = re.compile(
    rf"(?:，|, )?(?:见|看|see |: )?(?:ai-services|AI rows|{_ID.pattern})(?: {_ID.pattern})?$"
)
_FACTS_THEMSELVES: Final = "ai-services"
_REWORDED: Final = {  # readers get the names of services, not our codes
    "不在账内": "不在规则库内",
    "音乐看C-MUSIC": "音乐看网络音乐",
    "music: C-MUSIC": "music: online music",
    "录制为C-AVPROD": "录制属音像制品制作",
    "recording: C-AVPROD": "recording: production of sound and video recordings",
    "互联网地图看C-MAP，导航图看C-NAVMAP": "网上地图看互联网地图服务，导航图看导航电子地图编制",
    "online maps C-MAP, navigation maps C-NAVMAP": (
        "online maps: internet map services; navigation maps: navigation e-map compilation"
    ),
}


def compare_words(ledger: Ledger, facts: FactFiles, books: BookFiles) -> None:
    """No word is lost, and each leads to the services to which it led in the facts."""
    words = facts.words
    rows(ledger, (_FILE, "synonyms"), words["synonyms"], books.table(_BOOK, "synonyms"), _synonyms, key="service")
    rows(
        ledger,
        (_FILE, "ambiguous"),
        words["ambiguous"],
        by(books.table(_BOOK, "ambiguous"), "word"),
        _ambiguous,
        key="word",
    )
    outside = {"、".join(row["words"]["zh"]): row for row in books.table(_BOOK, "outside")}
    rows(ledger, (_FILE, "outside_book"), words["outside_book"], outside, _outside, key="zh")


def _synonyms(fields: Fields, row: Mapping[str, Any]) -> None:
    """The book may know more words than the facts, which stand behind theirs."""
    for lang in ("zh", "en"):
        wanted = fields.take(lang)
        fields.ledger.count("words", len(wanted))
        fields.equal(lang, wanted, row[lang][: len(wanted)])
    fields.same("confidence", row.get("confidence"))


def _ambiguous(fields: Fields, row: Mapping[str, Any]) -> None:
    fields.same("candidates", row.get("candidates"))
    fields.same("prefer", row.get("prefer"))
    note, see = row.get("note") or {}, row.get("see") or []
    texts = {lang: fields.take(lang) or "" for lang in ("zh", "en")}
    named = [name for name in _ID.findall(texts["zh"]) if name != _FACTS_THEMSELVES]
    fields.equal("ids", named, [name for name in named if name in see])
    for lang, text in texts.items():
        _begins(fields, lang, text, str(note.get(lang) or ""))


def _begins(fields: Fields, lang: str, text: str, found: str) -> None:
    """The book's note says what the fact says, and may go on where the fact points to another row or has no text."""
    wanted = _REFERENCE.sub("", text)
    for here, there in _REWORDED.items():
        wanted = wanted.replace(here, there)
    fields.equal(lang, wanted, found if text and wanted == text else found[: len(wanted)])


def _outside(fields: Fields, row: Mapping[str, Any]) -> None:
    fields.same("en", ", ".join(row["words"]["en"]))
    fields.same("see", row.get("see"))
