"""No page of any example says what is not meant for readers, or an article in the other language."""

import re
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.plan import advise
from luodi.documents.plan_html import plan_html
from luodi.profiles.profile import read_profile
from luodi.rules.library import company_vocabulary

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
HIDDEN = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
GONE = re.compile(
    "|".join(
        (
            r"Know what is open before you come|off_negative_list|\.yaml\b|own label|unknown must be treated",
            r"regularly; regularly|from memory|could be told with|Three links hold|decide the length",
            r"The rest fits beside|took the place of|\b1 (?:policies|platforms|steps|working days|questions)\b",
            r"background knowledge|said to take|\brecalled\b|\bas_of\b|\bC-[A-Z]{2,}|\bC- codes|C-代码",
            r"后可再判定|仅在收到|逐项存储|凭记忆|背景知识|不得持有100%|书中没有规定|把握较高",
            r"尚未告知所需的步骤|没有涉及本计划的已宣布方案|据称|许可证 / ",
        )
    )
)
#: An article of a text, as a citation writes it, in the language that the page is not in.
OTHER = {
    "en": re.compile(r"第[一二三四五六七八九十百零0-9、]+条|^[\u4e00-\u9fff]{2,6}(?:条款|行)$"),
    "zh": re.compile(r"\bArts? \d+|\brows? \d+"),
}


@cache
def plan(file: Path) -> LandingPlan:
    return advise(read_profile(file, company_vocabulary()), on=date(2026, 12, 1))


def words(page: str) -> list[str]:
    """The texts that a reader meets on a page."""
    return [text for part in TAG.split(HIDDEN.sub("", page)) if (text := unescape(part).strip())]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_plan_speaks_to_its_reader(file: Path, lang: str) -> None:
    shown = words(plan_html(plan(file), lang))
    assert len(shown) > 200
    assert [text for text in shown if GONE.search(text)] == []
    assert [text for text in shown if OTHER[lang].search(text)] == []
