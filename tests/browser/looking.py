"""What must hold on every page, seen in one visit: barriers in the light and in the dark, width, weight, the policy."""

import gzip
from functools import cache
from pathlib import Path
from typing import Any, Final

STANDARD: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW: Final = 320  # px, WCAG 1.4.10
HEAVY: Final = 120_000  # bytes, packed, of a first visit
_RUN = "what => axe.run(document, {...what, resultTypes: ['violations']}).then(found => found.violations.map(\
v => `${v.id}: ${v.nodes.slice(0, 3).map(node => node.target).join(' | ')}`))"
_WIDE = (
    "() => { const all = [...document.body.querySelectorAll('*')]; const width = document.documentElement.scrollWidth;\
 return width <= innerWidth ? [] : [`${width} px wide`, ...all.filter(e => e.getBoundingClientRect().right > innerWidth\
 && !e.closest('[tabindex]')).slice(0, 3).map(e => `${e.tagName} ${e.className}`)] }"
)
_PARTS = "() => [...performance.getEntriesByType('resource').map(part => part.name),\
 ...[...document.querySelectorAll('link[rel~=icon]')].map(icon => icon.href)]"


class Eye:
    """Looks at pages in one window. `wrong` gathers what the browser itself complains of."""

    def __init__(self, page: Any, wrong: list[str]) -> None:
        self.page = page
        self.wrong = wrong
        self._weights: dict[str, int] = {}

    def faults(self, path: str) -> list[str]:
        """Everything that is wrong with a page, each as a line; empty where all is well."""
        page, begun = self.page, len(self.wrong)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        response = page.goto(path)
        page.evaluate(_axe())
        found = page.evaluate(_RUN, {"runOnly": {"type": "tag", "values": STANDARD}})
        page.emulate_media(color_scheme="dark")
        found += [f"in the dark, {line}" for line in page.evaluate(_RUN, {"runOnly": ["color-contrast"]})]
        page.set_viewport_size({"width": NARROW, "height": 900})
        found += page.evaluate(_WIDE)
        weight = len(gzip.compress(response.body())) + sum(map(self._weight, set(page.evaluate(_PARTS))))
        if weight >= HEAVY:
            found.append(f"{weight} bytes at the first visit")
        return [f"{path}: {line}" for line in [*found, *self.wrong[begun:]]]

    def _weight(self, address: str) -> int:
        """Of a part, packed; parts are the same on many pages."""
        if address not in self._weights:
            self._weights[address] = len(gzip.compress(self.page.request.get(address).body()))
        return self._weights[address]


@cache
def _axe() -> str:
    import axe_playwright_python

    found = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js"))
    return found.read_text(encoding="utf-8")
