"""Several services of one company: one shareholding for all of them, so they are decided together.

For each place of the plans: which services are open there at the share asked for, the highest share at which one
company may do all, and which services must go into another company. Every figure is asked of the access engine.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from luodi.access import AccessBook, what_is_open
from luodi.access.question import AccessQuestion
from luodi.access.resolve import Access, as_json
from luodi.advice.landing_plan.answers import MIXED, Cell, Column, Whole
from luodi.advice.landing_plan.common import Cite, Named, Text
from luodi.terms.figures import listed
from luodi.values import Number, as_json_number, exact, plain


def whole(questions: Sequence[AccessQuestion], book: AccessBook, on: date) -> Whole | None:
    """The company as a whole, or None where the plans name one service at one place, or one has no service, place or
    share yet."""
    services = list(dict.fromkeys(q.service for q in questions))
    places = list(dict.fromkeys(q.place for q in questions))
    if len(services) * len(places) < 2 or None in services or None in places or any(q.share is None for q in questions):
        return None
    if any(q.is_domestic for q in questions):
        return None
    asked = {str(s): _asked_of(str(s), questions) for s in services}
    table = {
        (service, str(place)): what_is_open(question.having(place=str(place)), book, on=on)
        for place in places
        for service, question in asked.items()
    }
    columns = [_column(str(place), asked, table, book, on) for place in places]
    take = next((column.place for column in columns if column.takes_all), None)
    return Whole(
        answer=_answer(columns, table, take),
        says=_says(columns, take, {s: Text.of(book.services[s].name) for s in asked}),
        take=take,
        services=[Named(id=s, name=Text.of(book.services[s].name)) for s in asked],
        columns=columns,
        cells=[_cell(service, place, answer, book) for (service, place), answer in table.items()],
    )


def _asked_of(service: str, questions: Sequence[AccessQuestion]) -> AccessQuestion:
    """The question for a service; of several shares the highest, since the others are open where that is."""
    found = [q for q in questions if q.service == service]
    return max(found, key=lambda q: q.share or 0)


Asked = dict[str, AccessQuestion]
Table = dict[tuple[str, str], Access]


def _column(place: str, asked: Asked, table: Table, book: AccessBook, on: date) -> Column:
    closed = [service for service in asked if not table[service, place].is_open]
    together = _together(place, asked, table, book, on)
    names = {service: Text.of(book.services[service].name) for service in asked}
    wish = max(q.share or 0 for q in asked.values())
    apart = [s for s in closed if _opens_at_some_share(table[s, place])]
    shut = [s for s in closed if s not in apart]
    return Column(
        place=place,
        name=Text.of(book.zones[place].name),
        takes_all=not closed,
        one_company=None if together is None else as_json_number(together),
        open=[s for s in asked if s not in closed],
        apart=apart,
        shut=shut,
        says=_column_says(wish, together, [names[s] for s in apart], [names[s] for s in shut], len(asked) == 1),
    )


def _opens_at_some_share(answer: Access) -> bool:
    """Whether a lower share is open: the cap of a no is above zero."""
    return bool(answer.cap)


def _together(place: str, asked: Asked, table: Table, book: AccessBook, on: date) -> Number | None:
    """The highest share at which one company may do all of it here. Asked again at each cap, the highest first."""
    wish = exact(max(q.share or 0 for q in asked.values()))
    caps = {exact(a.cap) for (_, at), a in table.items() if at == place and a.cap}
    for share in sorted({wish, *(c for c in caps if c < wish)}, reverse=True):
        questions = (q.having(place=place, share=share) for q in asked.values())
        if all(what_is_open(q, book, on=on).is_open for q in questions):
            return share
    return None


def _column_says(
    wish: Number, together: Number | None, apart: Sequence[Text], shut: Sequence[Text], alone: bool
) -> Text:
    if together is not None and not apart and not shut:
        if together < wish:
            return Text(f"一家公司，外资不超过{plain(together)}%", f"One company, at most {plain(together)} %")
        return Text(f"一家公司，外资{plain(wish)}%", f"One company, {plain(wish)} %")
    if shut:
        zh, en = _names(shut)
        return Text(f"无论股比多少，{zh}都不对外资开放", f"{en}: closed at every share")
    zh, en = _names(apart)
    if alone and together is not None:
        return Text(f"外资不超过{plain(together)}%", f"At most {plain(together)} %")
    if together is None:
        return Text(f"须设两家公司：{zh}另设", f"Two companies: {en} in another")
    return Text(
        f"两家公司（{zh}另设），或一家公司、外资不超过{plain(together)}%",
        f"Two companies ({en} in another), or one at {plain(together)} %",
    )


def _names(names: Sequence[Text]) -> tuple[str, str]:
    return "、".join(name.zh for name in names), listed([name.en for name in names], "en", "and")


def _answer(columns: Sequence[Column], table: Table, take: str | None) -> str:
    """The answer where the company takes the place that opens all; `mixed` where no place does and answers differ."""
    places = [take] if take else [column.place for column in columns]
    found = {answer.verdict for (_, place), answer in table.items() if place in places}
    if take is not None:
        return min(found, key=lambda v: v.openness).value
    return next(iter(found)).value if len(found) == 1 else MIXED


def _says(columns: Sequence[Column], take: str | None, names: Mapping[str, Text]) -> Text:
    """The sentence for the company as a whole: the place to take, or what is open and what is not."""
    where = Text("", "")
    if len(columns) > 1:
        best = next((c for c in columns if c.place == take), None) or max(columns, key=_openness)
        where = best.name
    else:
        best = columns[0]
    if take is not None:
        return _take(where, len(names))
    parts = [part for part in _parts(best, names) if part is not None]
    zh, en = "；".join(part.zh for part in parts), "; ".join(part.en for part in parts)
    if where.zh:
        return Text(f"在{where.zh}，{zh}。", f"In {where.en}: {en}.")
    return Text(f"{zh}。", f"{en[:1].upper()}{en[1:]}.")


def _openness(column: Column) -> tuple[bool, float, bool]:
    return column.one_company is not None, column.one_company or 0, bool(column.apart)


def _take(where: Text, services: int) -> Text:
    zh = {1: "即可经营", 2: "一家公司即可经营两项业务"}.get(services, f"一家公司即可经营{services}项业务")
    en = {1: "it is open there", 2: "one company may do both there"}.get(services, "one company may do all of it there")
    if where.zh:
        return Text(f"落户{where.zh}，{zh}。" if services > 1 else f"落户{where.zh}{zh}。", f"Choose {where.en}: {en}.")
    return Text(f"{zh}。", f"One company may do {'both' if services == 2 else 'all of it'}.")


def _parts(column: Column, names: Mapping[str, Text]) -> Iterator[Text | None]:
    """What one company may do at the share asked for, what goes into another, what is closed at every share."""
    if column.open:
        zh, en = _names([names[i] for i in column.open])
        yield Text(f"{zh}可以经营", f"{_inside(en)}: yes")
    if column.apart:
        zh, en = _names([names[i] for i in column.apart])
        lower = "" if column.one_company is None else _share(column.one_company)
        yield Text(
            f"{zh}要另设公司" + (f"，或者全部不超过{lower}%" if lower else "，且股比更低"),
            f"{_inside(en)}: in another company" + (f", or all of it at {lower} %" if lower else " with a lower share"),
        )
    if column.shut:
        zh, en = _names([names[i] for i in column.shut])
        yield Text(f"无论股比多少，{zh}都不对外资开放", f"{_inside(en)}: no, at any share")


def _inside(name: str) -> str:
    """A name inside a sentence."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _share(value: int | float) -> str:
    return plain(exact(str(value)))


def _cell(service: str, place: str, answer: Access, book: AccessBook) -> Cell:
    document = as_json(answer, book)
    return Cell(
        service=service,
        place=place,
        answer=document["answer"],
        cap=document["cap"],
        basis=[Cite(**entry) for entry in document["basis"]],
    )
