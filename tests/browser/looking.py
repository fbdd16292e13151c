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
#: A text for each way in which one stands: its colour, size and weight, on its grounds. Texts that stand alike come out
#: alike, and axe takes seconds over a long list of them.
_CONTRAST = """() => {
  const grounds = new Map()
  const ground = e => {
    if (!e) return ''
    if (!grounds.has(e)) {
      const s = getComputedStyle(e)
      grounds.set(e, `${ground(e.parentElement)}/${s.backgroundColor} ${s.backgroundImage} ${s.opacity} ${s.position}`)
    }
    return grounds.get(e)
  }
  const ways = new Map()
  const says = e => e.matches('input, select, textarea')
    || [...e.childNodes].some(one => one.nodeType === Node.TEXT_NODE && one.data.trim())
  for (const e of document.body.querySelectorAll('*')) {
    if (!says(e) || !e.checkVisibility()) continue
    const s = getComputedStyle(e)
    const way = [s.color, s.fontSize, s.fontWeight, s.textShadow, s.display, ground(e)].join()
    if (!ways.has(way)) ways.set(way, e)
  }
  if (!ways.size) return []
  return axe.run({include: [...ways.values()]}, {runOnly: ['color-contrast'], resultTypes: ['violations']}).then(
    found => found.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(node => node.target).join(' | ')}`))
}"""
_WIDE = (
    "() => { const all = [...document.body.querySelectorAll('*')]; const width = document.documentElement.scrollWidth;\
 return width <= innerWidth ? [] : [`${width} px wide`, ...all.filter(e => e.getBoundingClientRect().right > innerWidth\
 && !e.closest('[tabindex]')).slice(0, 3).map(e => `${e.tagName} ${e.className}`)] }"
)
#: What a page loads beside itself; an icon that is written in the page is weighed with it.
_PARTS = "() => [...performance.getEntriesByType('resource').map(part => part.name),\
 ...[...document.querySelectorAll('link[rel~=icon]')].map(icon => icon.href)].filter(one => !one.startsWith('data:'))"


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
        apart = {"rules": {"color-contrast": {"enabled": False}}}
        found = page.evaluate(_RUN, {"runOnly": {"type": "tag", "values": STANDARD}, **apart}) + self.faint()
        page.emulate_media(color_scheme="dark")
        found += [f"in the dark, {line}" for line in self.faint()]
        page.set_viewport_size({"width": NARROW, "height": 900})
        found += page.evaluate(_WIDE)
        weight = len(gzip.compress(response.body())) + sum(map(self._weight, set(page.evaluate(_PARTS))))
        if weight >= HEAVY:
            found.append(f"{weight} bytes at the first visit")
        return [f"{path}: {line}" for line in [*found, *self.wrong[begun:]]]

    def faint(self) -> list[str]:
        """Texts of the page there is that do not stand out, one for each way in which texts stand."""
        found: list[str] = self.page.evaluate(_CONTRAST)
        return found

    def every_faint(self) -> list[str]:
        """The same of every single text, on a page that may have been opened otherwise."""
        self.page.evaluate(_axe())
        found: list[str] = self.page.evaluate(_RUN, {"runOnly": ["color-contrast"]})
        return found

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
