"""How figures of the plan are written: shares, what a definition takes, bullet bars, what must hold to count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from markupsafe import Markup

from luodi.access.treatments import access_book
from luodi.casework.book import proof_kinds
from luodi.documents.charts import Bullet, Picture
from luodi.documents.charts import bullets as drawn_bullets
from luodi.documents.labels import percent
from luodi.scorecard.attainment import Attainment, Band, Rate, Thresholds
from luodi.scorecard.contributions import Thing, fits
from luodi.scorecard.plan import thresholds
from luodi.web.core.types import Json
from luodi.web.core.words import say
from luodi.web.scorecard.models import Contribution, Definition
from luodi.web.scorecard.queries.board import Standing
from luodi.web.scorecard.queries.countable import Known, known
from luodi.web.scorecard.queries.definitions import filter_of, promise_of
from luodi.web.scorecard.queries.same import counted_before


def share_shown(share: Fraction | None, lang: str) -> str:
    """Percent with one decimal at most; a dash where there is none."""
    return "–" if share is None else percent(round(float(100 * share), 1), lang)


def rate_shown(rate: Rate, lang: str) -> str:
    """Both numbers with what they count, and the share."""
    return say(
        "scorecard.rate",
        lang,
        numerator=rate.numerator,
        denominator=rate.denominator,
        share=share_shown(rate.share, lang),
        counts=say(f"scorecard.counts_{rate.counts}", lang),
        of=say(f"scorecard.counts_{rate.of}", lang),
    )


def bands_shown(bands: Thresholds, lang: str) -> str:
    return say("scorecard.thresholds", lang, green=share_shown(bands.green, lang), amber=share_shown(bands.amber, lang))


def band_shown(found: Attainment, lang: str) -> str:
    """In words; where there is no index, why."""
    if found.index is None:
        return say(f"scorecard.why_{found.why}", lang)
    return f"{say(f'scorecard.band_{found.band}', lang)} {share_shown(found.index, lang)}"


def takes_shown(takes: Json, lang: str) -> str:
    """What a definition takes, in words."""
    book = access_book()
    parts = [say(f"scorecard.takes_{name}", lang, day=takes[name]) for name in ("first", "last") if takes.get(name)]
    if takes.get("foreign") is not None:
        parts.append(say(f"scorecard.foreign_{str(takes['foreign']).lower()}", lang))
    for name, known_ in (("places", book.zones), ("services", book.services)):
        found = [known_[code].name[lang] if code in known_ else code for code in takes.get(name, ())]
        if found:
            parts.append(say(f"scorecard.takes_{name}", lang, names=("、" if lang == "zh" else ", ").join(found)))
    return ("；" if lang == "zh" else "; ").join(parts) or say("scorecard.takes_all", lang)


def proof_name(kind: str, lang: str) -> str:
    found = proof_kinds().get(kind)
    return str(found.title[lang]) if found else kind


# ---- bullet bars


def bullets(found: Sequence[Standing], on: date, lang: str, name: str) -> Markup:
    """Those with a target whose figures are seen whole; empty where there is none."""
    if not with_bar(found):
        return Markup("")
    return Markup(bullets_picture(found, on, lang, bullets_about(lang)).inline(name))


def with_bar(found: Iterable[Standing]) -> list[Standing]:
    return [one for one in found if one.gap is not None]


def bullets_picture(found: Iterable[Standing], on: date, lang: str, describe: str) -> Picture:
    drawn = [_bullet(one, on, lang) for one in with_bar(found)]
    return drawn_bullets(drawn, say("scorecard.bullets", lang), describe)


def bullets_about(lang: str) -> str:
    return f"{say('scorecard.bullets_about', lang)} {bands_shown(thresholds(), lang)}"


def expected_on(one: Standing, on: date) -> float | None:
    """How much of the target the days that have passed ask for; None where no path was promised."""
    assert one.line is not None
    path = promise_of(one.line).path
    return float(path.on(on)) if path is not None else None


def _bullet(one: Standing, on: date, lang: str) -> Bullet:
    assert one.line is not None and one.line.target is not None
    expected = expected_on(one, on)
    says = say(
        "scorecard.of_target", lang, value=one.counted, target=one.line.target, measured=one.indicator.measured[lang]
    )
    return Bullet(
        one.indicator.titles[lang], one.counted, one.line.target, expected, f"{says} · {band_shown(one.found, lang)}"
    )


def finding(found: Iterable[Standing], lang: str) -> str:
    """What the bars say, as one sentence: how many are in which band."""
    whole = [one.found.band for one in found if one.whole]
    counts = {band.value: whole.count(band) for band in Band}
    return say("scorecard.finding", lang, **counts)


# ---- what stands in the way of counting


@dataclass(frozen=True)
class Condition:
    """One of what must hold before a contribution counts; `holds` None where it is not known."""

    words: str
    holds: bool | None


def conditions(row: Contribution, line: Definition, on: date, lang: str) -> tuple[Condition, ...]:
    about = known(row.thing, on)
    answer, part = fits(filter_of(line), about.facts)
    key = "fits" if answer else "fits_not" if answer is False else "fits_unknown"
    words = say(f"scorecard.condition_{key}", lang, part=say(f"scorecard.part_{part}", lang) if part else "")
    found = [
        Condition(say(f"scorecard.condition_verified_{about.kind}", lang), about.verified),
        Condition(words, answer),
    ]
    return (*found, *_proofs(about, line, lang), *_same(row, about, line, on, lang))


def _same(row: Contribution, about: Known, line: Definition, on: date, lang: str) -> list[Condition]:
    """That its company counts already is told before somebody counts it; it is for them to decide."""
    same = counted_before(row.indicator, line, about, on)
    return [Condition(say("scorecard.same_counted", lang, reference=same.reference), None)] if same else []


def _proofs(about: Known, line: Definition, lang: str) -> list[Condition]:
    asked = line.proofs if about.kind is Thing.LANDING else ()
    return [
        Condition(say("scorecard.condition_proof", lang, kind=proof_name(kind, lang)), kind in about.kinds)
        for kind in asked
    ]
