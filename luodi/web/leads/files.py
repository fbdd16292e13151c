"""What a row of a file says of a lead: which columns there may be, and whether each cell can be what it says."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from luodi.casework.plans import check_part
from luodi.company_files import tables
from luodi.company_files.feeds import FEED, TooMuch, entries, text_of
from luodi.errors import BadInput, LuodiError, MissingKey, UnknownValue
from luodi.han import folded
from luodi.message import Message
from luodi.places import country_named
from luodi.web.core.types import Json
from luodi.web.leads.actions import From, Heard
from luodi.web.leads.models import Lead, Signal

MOST_ROWS: Final = 20_000
#: What a column may say, with the heads by which it is guessed, beside the name itself.
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("标题", "线索", "线索名称", "subject"),
    "company": ("企业", "企业名称", "公司", "公司名称", "company name", "company_name"),
    "country": ("国家", "国别", "国家地区", "国家或地区"),
    "summary": ("摘要", "说明", "内容", "简介"),
    "contact": ("联系人",),
    "email": ("邮箱", "电子邮箱", "电子邮件", "e-mail"),
    "technology": ("技术", "技术领域"),
    "service": ("业务", "业务代码"),
    "place": ("地点", "拟落地地点"),
    "share": ("外资比例", "外资股比"),
    "id": ("编号",),
}
_TARGETS: Final = {folded(head): name for name, heads in HEADS.items() for head in (name, *heads)}
_FIELDS: Final = {"company": "company_name"}  # of a lead, where a column is called otherwise


def form_of(raw: bytes, name: str) -> str:
    """A feed, or which table it is. Raises `BadInput` for what is neither."""
    form = FEED if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else tables.form_of(name, raw[:8192])
    if form == "bods":
        raise BadInput("leads.file-neither-feed-nor-table")
    return form


def rows(raw: bytes, form: str, name: str) -> Iterator[tables.RawRow]:
    """Raises `BadInput` for a file that cannot be read at all, or that has too many rows."""
    found = entries(raw) if form == FEED else tables.rows(raw, form, name)
    for number, row in enumerate(found, 1):
        if number > MOST_ROWS:
            raise TooMuch("leads.file-more-than-entries", most_rows=MOST_ROWS)
        yield row


def guessed(columns: list[str]) -> dict[str, str]:
    """Column to what it says, each thing by the first column that looks like it."""
    found: dict[str, str] = {}
    for column in columns:
        target = _TARGETS.get(folded(re.sub(r"\s+", " ", column)).strip())
        if target and target not in found.values():
            found[column] = target
    return found


def checked_mapping(mapping: Mapping[str, str], columns: list[str]) -> dict[str, str]:
    """Raises `UnknownValue` for what a column cannot say, `BadInput` where none says a title or a company."""
    for column, target in mapping.items():
        if target not in HEADS:
            raise UnknownValue("companies.no-column-says", target=target, at=Message("place.the-column", column=column))
    kept = {column: target for column, target in mapping.items() if column in columns}
    if not {"title", "company"} & set(kept.values()):
        raise MissingKey("leads.column-says-title-or-company")
    twice = {target for target in kept.values() if list(kept.values()).count(target) > 1}
    if twice:
        raise BadInput("companies.two-columns-say", twice=sorted(twice)[0])
    return kept


def read_row(cells: Mapping[str, str], mapping: Mapping[str, str], form: str) -> Json:
    """What a row says of a lead, checked: its fields, and `id` and `raw` of where it comes from. Raises `LuodiError`
    for the first cell that cannot be what its column says."""
    given = {target: cells.get(column, "").strip() for column, target in mapping.items()}
    for column, target in mapping.items():
        try:
            given[target] = _checked(target, given[target])
        except LuodiError as problem:
            problem.at = Message("place.the-column", column=column)
            raise
    title = given.get("title") or given.get("company", "")
    if not title:
        raise MissingKey("leads.row-title")
    fields = given.keys() - {"id", "service", "share"}
    said: Json = {_FIELDS.get(name, name): given[name] for name in sorted(fields)}
    if given.get("service"):
        said["plans"] = [{name: given.get(name) or None for name in ("service", "place", "share")}]
    if form == FEED:
        said["summary"] = text_of(cells)
    raw = dict(cells) if form == FEED else {target: cells.get(column, "") for column, target in mapping.items()}
    external = given.get("id", "") or (cells.get("id", "") if form == FEED else "")
    return {**said, "title": title, "id": external, "raw": raw}


def signal_of(said: Json, source: str, form: str) -> tuple[Heard, From]:
    """What a row says, as `receive` takes it."""
    heard = Heard(**{name: value for name, value in said.items() if name not in ("id", "raw")})
    kind = Signal.Kind.FEED if form == FEED else Signal.Kind.FILE
    return heard, From(kind, source, said["raw"], said["id"])


def _checked(target: str, text: str) -> str:
    return _CHECKS.get(target, partial(_fitting, target))(text) if text else ""


def _fitting(target: str, text: str) -> str:
    model, name = (Signal, "external") if target == "id" else (Lead, _FIELDS.get(target, target))
    most = getattr(model._meta.get_field(name), "max_length", None)
    if most is not None and len(text) > most:
        raise BadInput("leads.cell-more-than", most=most)
    return text


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise BadInput("leads.no-email", text=text[:100]) from None
    return _fitting("email", text)


def _part(name: str) -> Callable[[str], str]:
    return lambda text: check_part(name, text)


_CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    "country": lambda text: country_named(text).code,
    "email": _email,
    **{name: _part(name) for name in ("service", "place", "share")},
}
