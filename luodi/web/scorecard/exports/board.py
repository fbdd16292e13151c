"""The board, or a frozen edition, as a file with its definitions. Each file is an export record."""

from datetime import datetime
from fractions import Fraction
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from luodi.documents.report import Cell, Report, Section, Table
from luodi.scorecard.editions import Edition
from luodi.scorecard.plan import plan, thresholds
from luodi.web.accounts.models import Unit, User
from luodi.web.core.exports import cells_of, definitions, made_by, table, written
from luodi.web.core.permissions import require
from luodi.web.core.types import Json
from luodi.web.core.words import say
from luodi.web.journal.actions import record_export
from luodi.web.scorecard.models import Contribution, FrozenEdition
from luodi.web.scorecard.queries.board import CONTRIBUTIONS, Board, Standing, TaskRow, board
from luodi.web.scorecard.queries.editions import Cut
from luodi.web.scorecard.views.figures import band_shown, bands_shown, rate_shown, takes_shown

FORMS: Final = ("xlsx", "pdf")
_TERMS: Final = (
    "value",
    "claimed",
    "gap",
    "attained",
    "index",
    "bands",
    "statuses",
    "quantified",
    "assigned",
    "public",
)


@transaction.atomic
def export_board(user: User, form: str, lang: str, *, at: datetime) -> bytes:
    """What the reader sees of the board, with the contributions that they may see. Raises `TooManyRows`."""
    on = timezone.localdate(at)
    rows, found = CONTRIBUTIONS.found(user, {}), board(user, on)
    made = written(_report(user, found, rows, lang, at), form)
    record_export(rows, form, by=user, asked={"board": on.isoformat()})
    return made


@transaction.atomic
def export_edition(user: User, edition: FrozenEdition, form: str, lang: str, *, at: datetime) -> bytes:
    """What the edition says; nothing of today is in it. Raises `NotPermitted`."""
    require(user, "export", edition)
    made = written(edition_report(user, edition, lang, at), form)
    record_export(FrozenEdition.objects.filter(pk=edition.pk), form, by=user, asked={"edition": edition.number})
    return made


def _sections(tables: tuple[Table, ...], *first: str) -> tuple[Section, ...]:
    """One for each table; `first` are the words before all of them."""
    return tuple(Section(one.title, () if number else first, (one,)) for number, one in enumerate(tables))


def _definitions(lang: str, bands: str) -> tuple[tuple[str, str], ...]:
    return (*definitions("scorecard", _TERMS, lang), (say("scorecard.term_thresholds", lang), bands))


# ---- the board

_INDICATOR: Final = (
    "of",
    "indicator",
    "unit",
    "counted",
    "open",
    "rejected",
    "baseline",
    "target",
    "gap",
    "starts",
    "due",
    "attained",
    "band",
    "takes",
    "source",
)
_TASK: Final = ("task", "title", "unit", "due", "declared", "evidenced", "schedule", "late")


def _report(user: User, found: Board, rows: QuerySet[Contribution], lang: str, at: datetime) -> Report:
    tasks = [_task(one, lang) for _, given in found.measures for one in given]
    claims = cells_of(CONTRIBUTIONS, rows, user, lang)
    tables = (
        table("scorecard", "sheet_indicators", _INDICATOR, [_indicator(one, lang) for one in found.standings], lang),
        table("scorecard", "sheet_tasks", _TASK, tasks, lang),
        table("scorecard", "sheet_contributions", CONTRIBUTIONS.heads, claims, lang),
    )
    about = (
        *made_by(user, lang, at),
        (say("scorecard.about_book", lang), f"{found.plan.title[lang]} {found.plan.version} {found.plan.hash[:12]}"),
        *(
            (say(f"scorecard.term_{name}", lang), rate_shown(rate, lang))
            for name, rate in zip(("quantified", "assigned"), found.rates, strict=True)
        ),
    )
    return Report(
        say("scorecard.title", lang),
        lang,
        at,
        about,
        _sections(tables, say("scorecard.no_public", lang)),
        _definitions(lang, bands_shown(thresholds(), lang)),
    )


def _indicator(one: Standing, lang: str) -> tuple[Cell, ...]:
    row, line = one.indicator, one.line
    attained = float(one.found.attained * 100) if one.found.attained is not None else None
    return (
        row.of,
        row.titles[lang],
        unit_name(row.unit, lang),
        one.counted,
        one.open,
        one.rejected,
        line.baseline if line else None,
        line.target if line else None,
        one.gap,
        line.starts if line else None,
        line.due if line else None,
        attained,
        band_shown(one.found, lang) if one.whole else say("scorecard.partly", lang),
        takes_shown(line.takes, lang) if line else None,
        say(f"scorecard.source_{line.source}", lang) if line else None,
    )


def _task(row: TaskRow, lang: str) -> tuple[Cell, ...]:
    given = row.given
    return (
        row.task.id,
        row.task.title[lang],
        unit_name(given.unit, lang) if given else None,
        given.due if given else None,
        say(f"scorecard.declared_{given.declared}", lang) if given and given.declared else None,
        say(f"scorecard.evidenced_{given.evidenced}", lang) if given and given.evidenced else None,
        say(f"scorecard.timing_{row.timing.timing}", lang),
        row.timing.days,
    )


def unit_name(unit: Unit, lang: str) -> str:
    return unit.name_zh if lang == "zh" else unit.name_en


# ---- an edition

_FROZEN: Final = ("of", "indicator", "counted", "baseline", "target", "due", "attained", "band", "takes", "source")
_FROZEN_CONTRIBUTION: Final = ("reference", "indicator", "thing", "state", "claimed", "decided", "proofs", "reason")


def edition_report(user: User, edition: FrozenEdition, lang: str, at: datetime) -> Report:
    said = Edition(edition.content).document
    names = {row["code"]: row["title"][lang] for row in said["indicators"]}
    books = "; ".join(f"{book['name']} {book['version']} {book['hash'][:12]}" for book in said["books"])
    units = {one.pk: unit_name(one, lang) for one in Unit.objects.filter(pk__in=said["units"])}
    tasks = [_frozen_task(row, units, lang) for row in said["tasks"]]
    claims = [_frozen_contribution(row, names, lang) for row in said["contributions"]]
    tables = (
        table("scorecard", "sheet_indicators", _FROZEN, [_frozen(row, lang) for row in said["indicators"]], lang),
        table("scorecard", "sheet_tasks", ("task", "title", *_TASK[2:]), tasks, lang),
        table("scorecard", "sheet_contributions", _FROZEN_CONTRIBUTION, claims, lang),
    )
    about = (
        (say("scorecard.about_edition", lang), f"{unit_name(edition.unit, lang)} {edition.number}"),
        (say("scorecard.about_day", lang), said["day"]),
        (say("scorecard.about_hash", lang), edition.hash),
        (say("scorecard.about_book", lang), books),
        made_by(user, lang, at)[1],
    )
    title = say("scorecard.edition_of", lang, number=edition.number, day=said["day"])
    return Report(title, lang, at, about, _sections(tables), _definitions(lang, bands_shown(Cut.of(said).bands, lang)))


def _frozen(row: Json, lang: str) -> tuple[Cell, ...]:
    line, attained = row["definition"], row["attained"]
    band = say(f"scorecard.band_{row['band']}", lang) if row["index"] else say(f"scorecard.why_{row['why']}", lang)
    return (
        row["of"],
        row["title"][lang],
        row["value"],
        line and line["baseline"],
        row["target"],
        line and line["due"],
        float(100 * Fraction(attained)) if attained else None,
        band,
        takes_shown(line["takes"], lang) if line else None,
        say(f"scorecard.source_{line['source']}", lang) if line else None,
    )


def _frozen_task(row: Json, units: dict[int, str], lang: str) -> tuple[Cell, ...]:
    title = plan().title_of(row["id"])
    return (
        row["id"],
        title[lang] if title else None,
        units.get(row["unit"]),
        row["due"],
        say(f"scorecard.declared_{row['declared']}", lang) if row["declared"] else None,
        say(f"scorecard.evidenced_{row['evidenced']}", lang) if row["evidenced"] else None,
        say(f"scorecard.timing_{row['schedule']}", lang),
        row["late"],
    )


def _frozen_contribution(row: Json, names: dict[str, str], lang: str) -> tuple[Cell, ...]:
    return (
        row["reference"],
        names.get(row["indicator"], row["indicator"]),
        row["thing"],
        say(f"scorecard.state_{row['state']}", lang),
        row["claimed"],
        row["decided"],
        len(row["proofs"]),
        row["reason"],
    )
