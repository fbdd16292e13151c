"""Looking at one text for each way in which texts stand finds what looking at every text finds."""

import pytest

from tests.browser.looking import Eye

pytestmark = pytest.mark.django_db(transaction=True)
_WEAR = "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }"
FAINT = {
    "paragraphs": "main p { color: #777 !important; background: #666 !important }",
    "one link": "main p a:nth-of-type(1) { color: #888 !important; background: #777 !important }",
    "on another ground": "main { background: #767676 !important }",
    "nearly transparent": "main h2, main li { opacity: 0.2 !important }",
    "last cells": "td:last-child, .tag { color: #666 !important; background: #555 !important }",
    "fields": "label, legend, input { color: #777 !important; background: #666 !important }",
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
