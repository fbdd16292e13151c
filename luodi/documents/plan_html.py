"""The landing plan as one page that needs nothing else: no script, no request, a policy that allows only its style.

The templates place a `PlanView`. Every text is escaped; a piece in the other language carries its `lang`, so that a
screen reader and a font choose well.
"""

import base64
import hashlib
import re
from datetime import date
from functools import cache
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup, escape

from luodi.advice.landing_plan import LandingPlan
from luodi.documents import labels
from luodi.documents.frame import HOW, STYLES, TEMPLATES
from luodi.documents.gantt import chart_svg
from luodi.documents.plan_view import plan_view
from luodi.documents.view import Chart, Items, Para, PlanView, Ref, SourceList, SourceView, StepTable

_HAN: Final = "\u2e80-\u2fdf\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
#: A run of Chinese, with the digits and letters inside it: 工信部通信函〔2024〕107号.
_CHINESE: Final = re.compile(f"[{_HAN}](?:[{_HAN}0-9A-Za-z·—-]*[{_HAN}])?")
#: In a Chinese page four English words on end are more than a name: Apostille Convention, in force for China.
_ENGLISH: Final = re.compile(r"[A-Za-z][A-Za-z.’-]*,?(?: [A-Za-z0-9][A-Za-z0-9.’/-]*,?){3,}")
_KEPT_TOGETHER: Final = re.compile(r"(?<=\d) (?=%)|(?<=CNY) (?=\d)|(?<=USD) (?=\d)")
_SHEETS: Final = ("tokens", "luodi", "page")
_LINK_SHOWN: Final = 90  # characters


def plan_html(plan: LandingPlan, lang: str) -> str:
    """The plan as HTML in one language."""
    style, digest = _style()
    return _template().render(plan_context(plan_view(plan, lang)), style=style, style_hash=digest)


class Links(Protocol):
    """Where a site lets a reader go on from a plan; each gives an address, blank where there is none."""

    def of(self, ref: Ref) -> str:
        """To what a line is about: a question, a step, a policy, a rule, a route, a change to the plan."""

    def change(self) -> str:
        """To give other answers."""

    def wrong(self, ref: Ref) -> str:
        """To report a line as wrong, or a whole section."""

    def simpler(self, ref: Ref) -> str:
        """To say how a step could be made simpler."""


def plan_context(view: PlanView, links: Links | None = None) -> dict[str, Any]:
    """What the templates of a plan place; a site gives `links`, a document has none."""
    return {"v": view, "lang": view.lang, "page": _Page(view), "links": links, "Ref": Ref}


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), **HOW)
    return environment.get_template("plan.html.j2")


@cache
def _style() -> tuple[Markup, str]:
    """The stylesheets as one text, and its SHA-256 for the content security policy."""
    sheets = [(STYLES / f"{name}.css").read_text(encoding="utf-8") for name in _SHEETS]
    text = "\n" + "\n".join(re.sub(r"/\*.*?\*/\n?", "", sheet, flags=re.DOTALL) for sheet in sheets)
    text = re.sub(r"\n\s*", "\n", text)
    digest = hashlib.sha256(text.encode()).digest()
    return Markup(text), base64.b64encode(digest).decode()


class _Page:
    """What the templates ask for: marked-up text, pictures, the kind of a block."""

    def __init__(self, view: PlanView) -> None:
        self.view, self.lang = view, view.lang
        self.html_lang = "zh-Hans" if view.lang == "zh" else "en"
        self.other_lang = "en" if view.lang == "zh" else "zh-Hans"
        self.colon = "：" if view.lang == "zh" else ": "
        self._marked: dict[str, Markup] = {}

    def both(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def t(self, text: str) -> Markup:
        """Escaped text; pieces in the other language are marked."""
        found = self._marked.get(text)
        if found is None:
            found = self._marked[text] = self._mark(text)
        return found

    def _mark(self, text: str) -> Markup:
        safe = escape(text)
        if self.lang == "zh":
            return Markup(_ENGLISH.sub(lambda m: f'<span lang="en">{m.group()}</span>', safe))
        safe = Markup(_KEPT_TOGETHER.sub("\u00a0", safe))
        return Markup(_CHINESE.sub(lambda m: f'<span lang="zh-Hans">{m.group()}</span>', safe))

    def chart(self, chart: Chart, prefix: str) -> Markup:
        return Markup(chart_svg(chart, date.fromisoformat(self.view.on), self.lang, prefix=prefix))

    def kind(self, block: object) -> str:
        """Which part of the template places a block."""
        kinds = {Items: "items", Para: "para", StepTable: "steps", SourceList: "sources"}
        return kinds[type(block)]

    def sources(self) -> list[SourceView]:
        """The list behind the citations."""
        blocks = (block for section in self.view.sections for block in section.blocks)
        return [row for block in blocks if isinstance(block, SourceList) for row in block.rows]

    def label(self, name: str) -> str:
        return labels.label(name, self.lang)

    def more(self, n: int) -> str:
        return self.both(f"另有{n}项", f"{n} more")

    def host(self, url: str) -> str:
        return urlsplit(url).netloc.removeprefix("www.")

    def link_shown(self, url: str) -> str:
        """The address without its scheme, cut where it is very long."""
        text = re.sub(r"^https?://(www\.)?", "", url)
        return text if len(text) <= _LINK_SHOWN else text[: _LINK_SHOWN - 1] + "…"
