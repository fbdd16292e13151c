"""What lies above a company, drawn as SVG: holders at the top, the company at the bottom, each link with its share.

Plain shapes and text in one file, with title and description for those who hear it, patterns beside colour, and no
script. Up to forty nodes are drawn; of more, those that carry least are left out and counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from html import escape
from typing import Final

from luodi.colours import coloured
from luodi.ownership.definitions import definitions
from luodi.ownership.figures import capital
from luodi.ownership.interval import ONE, ZERO, Interval
from luodi.ownership.layout import BOX, MARGIN, Layout, Spot, laid_out
from luodi.ownership.look import Look
from luodi.ownership.stakes import FOREIGN_AND_HMT, Edge, Kind, View

LIMIT: Final = 40
_FILLS: Final = {
    Kind.COMPANY: ("white", "var(--ink)", ""),
    Kind.DOMESTIC: ("var(--wash)", "var(--ink-2)", ""),
    Kind.FOREIGN: ("var(--seal-wash)", "var(--seal)", "dots"),
    Kind.HMT: ("var(--if-wash)", "var(--if)", "lines"),
    Kind.STATE: ("var(--blue-wash)", "var(--blue)", ""),
    Kind.UNKNOWN: ("white", "var(--mute)", "cross"),
}
_QUIET: Final = coloured("var(--ink-2)")
_STYLE: Final = coloured(
    "font-family=\"system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif\" "
    'font-size="13" fill="var(--ink)"'
)
_SMALL: Final = 'width="8" height="8" patternUnits="userSpaceOnUse"'
_PATTERNS: Final = coloured(
    f'<pattern id="dots" {_SMALL}><circle cx="2" cy="2" r="1" fill="var(--seal)" fill-opacity="0.35"/></pattern>'
    f'<pattern id="lines" {_SMALL}><path d="M0 8 L8 0" stroke="var(--if)" stroke-opacity="0.3"/></pattern>'
    f'<pattern id="cross" {_SMALL}><path d="M0 8 L8 0 M0 0 L8 8" stroke="var(--mute)" stroke-opacity="0.3"/></pattern>'
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 L8 4 L0 8 z" fill="var(--ink-2)"/></marker>'
)


Words = Mapping[str, str]


def _words(table: str, lang: str) -> Words:
    return {key: says[lang] for key, says in definitions().words[table].items()}


@dataclass(frozen=True, slots=True)
class _Link:
    owner: str
    company: str
    text: str
    contract: bool = False


def draw(view: View, company: str, *, lang: str = "en", on: date) -> str:
    """The picture of what lies above `company` as one SVG document, its words in `lang`."""
    look = capital(view, company)
    shown = _weightiest(look, view)
    links = _links(view, shown, lang)
    place = laid_out(company, [(link.owner, link.company) for link in links])
    left = len(view.nodes) - len(shown)
    return "\n".join(_document(view, company, place, links, left, look.of(FOREIGN_AND_HMT), lang, on)) + "\n"


def _weightiest(look: Look, view: View) -> set[str]:
    """The company and the nodes that carry most of it, at most forty, each with a way down to it."""
    best = {look.target: ONE}
    waiting = {look.target}
    while waiting and len(best) <= 4 * LIMIT:
        company = max(waiting, key=lambda n: (best[n], n))
        waiting.discard(company)
        held = [*view.capital.get(company, ()), *(Edge(c, ONE, ONE) for c in view.control.get(company, ()))]
        for edge in held:
            if edge.owner not in best:
                best[edge.owner] = best[company] * edge.high
                waiting.add(edge.owner)
    chosen = {look.target}
    for node in sorted(best, key=lambda n: (-best[n], n)):
        below = {e for e in chosen if any(x.owner == node for x in view.capital.get(e, ()))}
        below |= {e for e in chosen if node in view.control.get(e, ())}
        if below and len(chosen) < LIMIT:
            chosen.add(node)
    return chosen


def _links(view: View, shown: set[str], lang: str) -> list[_Link]:
    found = []
    for company in sorted(shown):
        for edge in view.capital.get(company, ()):
            if edge.owner in shown:
                found.append(_Link(edge.owner, company, percent(Interval(edge.low, edge.high))))
        for owner in view.control.get(company, ()):
            if owner in shown:
                found.append(_Link(owner, company, _words("picture", lang)["contract"], contract=True))
    return found


def percent(share: Interval) -> str:
    """`26.01 %`, `25..50 %` or `? %`; more than four digits are rounded, with a sign that says so."""
    if share == Interval(ZERO, ONE):
        return "? %"
    if not share.determined:
        return f"{_digits(share.low)}..{_digits(share.high)} %"
    return f"{_digits(share.low)} %"


def _digits(share: Fraction) -> str:
    text = f"{float(100 * share):.4g}"
    return text if Fraction(text) == 100 * share else f"≈{text}"


def _document(
    view: View,
    company: str,
    place: Layout,
    links: list[_Link],
    left: int,
    equity: Interval,
    lang: str,
    on: date,
) -> Iterable[str]:
    words, kinds = _words("picture", lang), _words("kinds", lang)
    spots, width, height = place.spots, f"{place.width:.0f}", f"{place.height:.0f}"
    title = words["title"].format(company=company, day=on.isoformat())
    rest = words["left"].format(n=left) if left else words["all"]
    desc = words["desc"].format(equity=percent(equity), shown=len(spots), links=len(links), left=rest)
    tag = "zh-Hans" if lang == "zh" else "en"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="t d" lang="{tag}" {_STYLE}>'
    )
    yield f'<title id="t">{escape(title)}</title><desc id="d">{escape(desc)}</desc><defs>{_PATTERNS}</defs>'
    yield f'<rect width="{width}" height="{height}" fill="white"/>'
    yield f'<text x="{MARGIN}" y="30" font-size="17" font-weight="600">{escape(title)}</text>'
    yield from _key(kinds, {view.kind(node) for node in spots})
    names = {node: words["unrecorded"] if not row.recorded else row.name or node for node, row in view.nodes.items()}
    yield from (line for link, path, spot in _ways(links, place) for line in _link(link, path, spot, words, names))
    yield from (
        line for node, spot in spots.items() for line in _box(view, names[node], node, spot, node == company, kinds)
    )
    yield "</svg>"


def _key(kinds: Words, present: set[Kind]) -> Iterable[str]:
    x = MARGIN
    for kind in Kind:
        if kind in present:
            yield _shape(kind, x, 46, 18, 14, 1)
            yield f'<text x="{x + 24}" y="58">{escape(kinds[kind.value])}</text>'
            x += 40 + 9 * max(len(kinds[kind.value]), 4)


def _shape(kind: Kind, x: float, y: float, width: float, height: float, line: float) -> str:
    fill, stroke, pattern = _FILLS[kind]
    round_ = 2 if kind is Kind.COMPANY else min(height / 2, 14)
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width}" height="{height}" rx="{round_}"'
    plain = coloured(f'<rect {place} fill="{fill}" stroke="{stroke}" stroke-width="{line}"/>')
    return plain + (f'<rect {place} fill="url(#{pattern})"/>' if pattern else "")


def _link(link: _Link, path: str, spot: Spot, words: Words, names: Words) -> Iterable[str]:
    told = words["controls" if link.contract else "holds"]
    owner = names[link.owner] if names[link.owner] == words["unrecorded"] else link.owner
    title = told.format(owner=owner, company=link.company, share=link.text)
    dash = ' stroke-dasharray="5 4"' if link.contract else ""
    yield (
        f'<g><title>{escape(title)}</title><path d="{path}" fill="none" stroke="{_QUIET}"{dash} '
        f'marker-end="url(#tip)"/>'
        f'<text x="{spot[0]:.1f}" y="{spot[1]:.1f}" text-anchor="middle" font-size="12" stroke="white" '
        f'stroke-width="4" paint-order="stroke">{escape(link.text)}</text></g>'
    )


def _ways(links: list[_Link], place: Layout) -> Iterable[tuple[_Link, str, Spot]]:
    """The line of each link, and the first place along it where its label meets no other label."""
    taken: list[tuple[float, float, float]] = []
    for link in links:
        path, spots = _way(link, place)
        room = 8.0 * len(link.text)
        free = [s for s in spots if not any(abs(s[0] - x) < (room + w) / 2 and abs(s[1] - y) < 14 for x, y, w in taken)]
        spot = (free or spots)[0]
        taken.append((*spot, room))
        yield link, path, spot


def _way(link: _Link, place: Layout) -> tuple[str, list[Spot]]:
    """The line of a link and where its label may stand."""
    half = BOX[1] / 2
    x, y = place.spots[link.owner]
    if link.owner == link.company:
        return f"M{x + BOX[0] / 2:.1f} {y - 8:.1f} c26 -10 26 26 2 18", [(x + BOX[0] / 2 + 18, y - 16)]
    points = place.ways.get((link.owner, link.company))
    if points is None:
        return _back(place.spots[link.owner], place.spots[link.company])
    line = [f"M{x:.1f} {y + half:.1f}"]
    for a, b in points[1:-1]:
        line.append(f"L{a:.1f} {b - half:.1f} L{a:.1f} {b + half:.1f}")
    end = points[-1]
    line.append(f"L{end[0]:.1f} {end[1] - half - 1:.1f}")
    run = points[1][1] - y - BOX[1]
    spots = [(x + t * (points[1][0] - x), y + half + t * run + 4) for t in (0.45, 0.3, 0.6, 0.2, 0.75, 0.85)]
    return " ".join(line), spots


def _back(owner: Spot, company: Spot) -> tuple[str, list[Spot]]:
    """Upwards, against the rows: the link that closes a loop, round the side."""
    (x1, y1), (x2, y2) = owner, company
    half = BOX[1] / 2
    bend = max(x1, x2) + BOX[0] / 2 + 30
    if y1 == y2:
        middle = (x1 + x2) / 2
        path = f"M{x1:.1f} {y1 + half:.1f} Q{middle:.1f} {y1 + half + 50:.1f} {x2:.1f} {y2 + half + 1:.1f}"
        return path, [(middle, y1 + half + 30)]
    path = f"M{x1 + 40:.1f} {y1 - half:.1f} Q{bend:.1f} {(y1 + y2) / 2:.1f} {x2 + 40:.1f} {y2 + half + 1:.1f}"
    return path, [((x1 + x2 + 80 + 2 * bend) / 4, (y1 + y2) / 2)]


def _box(view: View, name: str, node: str, spot: Spot, asked: bool, kinds: Words) -> Iterable[str]:
    row = view.nodes[node]
    x, y = spot
    yield f"<g><title>{escape(name)} ({escape(kinds[row.kind.value])})</title>"
    yield _shape(row.kind, x - BOX[0] / 2, y - BOX[1] / 2, BOX[0], BOX[1], 3 if asked else 1.2)
    weight = ' font-weight="700"' if asked else ""
    yield f'<text x="{x:.1f}" y="{y - 2:.1f}" text-anchor="middle"{weight}>{escape(_short(name))}</text>'
    yield (
        f'<text x="{x:.1f}" y="{y + 14:.1f}" text-anchor="middle" font-size="11" fill="{_QUIET}">'
        f"{escape(kinds[row.kind.value])}</text></g>"
    )


def _short(name: str) -> str:
    """As much of a name as fits: a Chinese character takes the room of two letters."""
    room, kept = 20, ""
    for letter in name:
        room -= 2 if ord(letter) > 0x2E80 else 1
        if room < 1:
            return kept + "…"
        kept += letter
    return kept
