"""The Chinese font: where it lies, what it holds, what is said where it is missing."""

import pytest

from luodi.documents import fonts


def test_the_package_holds_the_face_we_set_chinese_in():
    assert fonts.TEXT in fonts.families()
    assert fonts.font_file().parent == fonts.font_folder()


def test_typst_finds_both_faces():
    assert {fonts.TEXT, fonts.DISPLAY} <= set(fonts.typst_fonts().families())


def test_chinese_latin_figures_and_signs_can_be_drawn():
    assert fonts.missing_glyphs("落地 准条否待默 “拟” Lin-gang 38 % → ✓ ● — … é\n\u200b") == ""


def test_a_character_without_a_picture_is_named_once():
    assert fonts.missing_glyphs("a \N{GRINNING FACE} b \N{GRINNING FACE} \N{HEBREW LETTER ALEF}") == "\u05d0\U0001f600"


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr(fonts, "_PACKAGE", "no_such_package_of_fonts")
    fonts.font_file.cache_clear()
    try:
        with pytest.raises(fonts.NoFont, match="pip install manimgx-fonts-cjk") as caught:
            fonts.font_folder()
    finally:
        fonts.font_file.cache_clear()
    assert caught.value.code == "no-font"


def test_a_package_without_our_face_is_no_font(monkeypatch):
    monkeypatch.setattr(fonts, "_PACKAGE", "luodi")
    fonts.font_file.cache_clear()
    try:
        with pytest.raises(fonts.NoFont, match="no longer holds"):
            fonts.font_folder()
    finally:
        fonts.font_file.cache_clear()
