"""What pages say: the words of terms come from their home, and counts agree with their nouns."""

import re

import pytest

from luodi.terms import FAMILIES
from luodi.web.core.words import Figure, say, words


@pytest.mark.parametrize(("n", "said"), [(0, "0 policies fit"), (1, "1 policy fits"), (2, "2 policies fit")])
def test_a_count_on_a_page_agrees_with_its_noun_and_verb(n: int, said: str) -> None:
    line = say("advisor.revised_line", "en", verdict="Allowed", cap="no cap", steps=n, policies=n)
    assert line.endswith(said)
    assert f"{n} step{'s' if n != 1 else ''};" in line


def test_chinese_shows_the_figure_and_no_more() -> None:
    assert say("books.rules", "zh", n=1) == "1条规则"
    assert say("books.rules", "en", n="1,200") == "1,200 rules"


def test_other_values_are_put_in_as_they_are() -> None:
    assert f"{Figure('Haidian')} {Figure(1234):,} {Figure(0.5):.2f}" == "Haidian 1,234 0.50"


def test_every_term_can_be_said_as_it_begins_a_line() -> None:
    for family, known in FAMILIES.items():
        for key, one in known.items():
            assert say(f"term.{family}_{key}", "en") == one.title("en")
    assert say("term.fit_match", "zh") == "符合"


def test_no_count_stands_before_a_plural_that_cannot_be_one() -> None:
    """A page that says "{n} rules" says "1 rules" one day; `{n:rule}` agrees."""
    ends = re.compile(rf"\{{(?:{FIGURES})(?::,)?\}} (?:[a-z-]+ ){{0,2}}?[a-z]+s\b")
    assert [key for key, texts in words().items() if ends.search(texts["en"])] == []


#: Placeholders that stand for a figure and never for a name or a day.
FIGURES = (
    "n|count|days|rows|steps|policies|rules|cases|minutes|longest|limit|most|total|new|known|few|now|of|tasks|proofs"
    "|services|whole|score|right|done|more|years|seconds"
)
