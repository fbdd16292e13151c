"""The colours have one home, the stylesheet: whatever is drawn or set is made from it, and no other file names one."""

import os
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from luodi.colours import coloured, colours
from tests.test_repository import lines_with

ROOT = Path(__file__).parents[1]
HOME = "luodi/documents/styles/tokens.css"
NEW = "#0a7b3c"
#: Draws one of each from the code of the folder it runs in.
DRAW = """
from pathlib import Path
from luodi.colours import seal_svg
from luodi.documents.charts import Bullet, bullets, standing
Path("chart.svg").write_text(standing(bullets([Bullet("a", 1, 2, None, "")], "a", "a"), [], "en"))
Path("seal.svg").write_text(seal_svg())
from luodi.cli import main
main(["advise", "examples/lantern-isle-cloud.yaml", "--on", "2024-12-02", "--html", "plan.html", "--pdf", "plan.pdf"])
"""
A_COLOUR = re.compile(
    r"#[0-9a-f]{6}\b|#[0-9a-f]{8}\b|colou?r\(0x"
    r"|(?:colou?r|background|fill|stroke|border|outline)\b[^;\n]{0,30}[ :\"'(]#[0-9a-f]{3,4}\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """The project with one line of the stylesheet changed, and what it draws: the red of the seal is green there."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(ROOT / "luodi", folder / "luodi", ignore=shutil.ignore_patterns("__pycache__", "web"))
    shutil.copytree(ROOT / "examples", folder / "examples")
    tokens = (folder / HOME).read_text()
    for name in ("seal", "seal-mark"):
        tokens = tokens.replace(f"--{name}: light-dark({colours()[name]}", f"--{name}: light-dark({NEW}")
    (folder / HOME).write_text(tokens)
    here = {**os.environ, "PYTHONPATH": str(folder), "LUODI_HOME": str(folder / "home")}
    done = subprocess.run([sys.executable, "-c", DRAW], cwd=folder, env=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def painted(pdf):
    """The colours that a PDF sets, as six digits."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    text = b"\n".join(zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"\x78")
    found = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:scn?|SCN?|rg|RG)\b", text)
    return {"#" + "".join(f"{round(float(part) * 255):02x}" for part in parts) for parts in found}


@pytest.mark.parametrize("name", ["plan.html", "chart.svg", "seal.svg"])
def test_a_colour_that_is_changed_in_the_stylesheet_changes_in_pages_charts_and_the_seal(name, changed):
    text = (changed / name).read_text(encoding="utf-8")
    assert NEW in text and colours()["seal"] not in text


def test_it_changes_in_the_pdf_and_in_the_chart_inside(changed):
    found = painted((changed / "plan.pdf").read_bytes())
    assert NEW in found and colours()["seal"] not in found and colours()["blue"] in found


def test_no_other_file_names_a_colour():
    own = ("tests/test_colours.py", HOME)
    found = [line for line in lines_with(A_COLOUR) if not line.startswith(own)]
    assert found == []


@pytest.mark.parametrize(
    "text", ['fill="#bd3220"', "color: #FFF;", "border: 1px solid #abc", "RGBColor(0x18, 0x20, 0x2B)", '"#18202b"']
)
def test_a_colour_would_be_seen(text):
    assert A_COLOUR.search(text)


@pytest.mark.parametrize("text", ["an index keeps `#2024/107` and `#107`", "see #12", "#anchor", "color: white"])
def test_what_is_no_colour_is_not_taken_for_one(text):
    assert not A_COLOUR.search(text)


def test_every_colour_of_the_stylesheet_is_read_and_a_name_that_is_none_is_refused():
    named = re.findall(r"--([\w-]+):[^;]*#[0-9a-f]", (ROOT / HOME).read_text(encoding="utf-8"))
    assert list(colours()) == named
    assert coloured('fill="var(--ink)"') == f'fill="{colours()["ink"]}"'
    with pytest.raises(KeyError):
        coloured("var(--inc)")
