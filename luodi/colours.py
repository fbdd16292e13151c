"""The colours for what has no stylesheet: charts as files, PDF, Word documents, the seal.

Their one home is the stylesheet `documents/styles/tokens.css`, which pages load as it stands. Its light values are read
here, so that a colour that is changed there changes everywhere.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_TOKENS: Final = Path(__file__).parent / "documents" / "styles" / "tokens.css"
_COLOUR: Final = re.compile(r"--([\w-]+): (?:light-dark\()?(#[0-9a-f]{6})[,;]")
_USE: Final = re.compile(r"var\(--([\w-]+)\)")


@cache
def colours() -> Mapping[str, str]:
    """The colour of each name of the stylesheet, without its two dashes, such as `{"ink": "#...", ..}`."""
    return dict(_COLOUR.findall(_TOKENS.read_text(encoding="utf-8")))


def coloured(text: str) -> str:
    """A text of ours with the colour itself for each `var(--name)`. Raises `KeyError` for a name that is none."""
    return _USE.sub(lambda use: colours()[use[1]], text)


@cache
def seal_svg() -> str:
    """The seal of the house as a picture: 落地 on its red ground."""
    letters = "".join(
        f'<text x="18" y="{y}" fill="var(--on-seal-mark)" font-family="serif" font-weight="700" font-size="15" '
        f'text-anchor="middle">{letter}</text>'
        for letter, y in (("落", 16.5), ("地", 31.5))
    )
    return coloured(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36">'
        f'<rect x="1" y="1" width="34" height="34" rx="3" fill="var(--seal-mark)"/>{letters}</svg>'
    )
