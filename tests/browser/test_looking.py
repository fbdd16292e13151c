"""Looking at one text for each way in which texts stand finds what looking at every text finds."""

import pytest

from tests.browser.looking import Eye

pytestmark = pytest.mark.django_db(transaction=True)
_WEAR = "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }"
FAINT = {
    "paragraphs": "main p { color: rgb(119 119 119) !important; background: rgb(102 102 102) !important }",
    "one link": "main p a:nth-of-type(1) { color: rgb(136 136 136) !important; background: gray !important }",
    "on another ground": "main { background: rgb(118 118 118) !important }",
    "nearly transparent": "main h2, main li { opacity: 0.2 !important }",
    "last cells": "td:last-child, .tag { color: rgb(102 102 102) !important; background: rgb(85 85 85) !important }",
    "fields": "label, legend, input { color: rgb(119 119 119) !important; background: rgb(102 102 102) !important }",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_faint_texts_are_found(eye: Eye, scheme: str) -> None:
    eye.page.emulate_media(color_scheme=scheme)
    eye.page.goto("/zh/advisor/ask/?investor=SG&service=B11&q=place")
    assert eye.every_faint() == eye.faint() == []
    met = set()
    for name, css in FAINT.items():
        eye.page.evaluate(_WEAR, css)
        every, one = eye.every_faint(), eye.faint()
        assert bool(every) == bool(one), (name, every)
        met |= {name} if one else set()
    assert len(met) >= 4
