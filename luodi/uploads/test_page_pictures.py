"""Pages of a PDF as pictures."""

import io

import pytest

from luodi.uploads.checking import checked
from luodi.uploads.conftest import pdf
from luodi.uploads.page_pictures import NoPage, page_picture


def test_a_page_becomes_a_picture_that_is_whole() -> None:
    made = page_picture(pdf(), 1)
    assert made.pages == 1
    assert checked(io.BytesIO(made.png), "page.png", limit=1_000_000).kind == "png"


@pytest.mark.parametrize(
    ("content", "page"), [(pdf(), 0), (pdf(), 2), (b"%PDF-1.4\n%%EOF", 1), (b"certificate!", 1), (b"", 1)]
)
def test_what_cannot_be_shown_is_said(content: bytes, page: int) -> None:
    with pytest.raises(NoPage):
        page_picture(content, page)
