"""Forms of acts as HTML, made once for every case: the page of a case holds some forty, and each takes a millisecond.

What differs from row to row, the key, the version, the row and the ids, is put into the kept text. Forms whose fields
begin with something of the case are made anew.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

from markupsafe import Markup

from luodi.editions import with_books
from luodi.web.cases.actions.cases import actions_of_case
from luodi.web.cases.forms import CaseForm
from luodi.web.cases.models import LandingCase
from luodi.web.core.keys import new_key
from luodi.web.core.pages import jinja
from luodi.web.core.words import language

_KEY, _VERSION, _ROW = "~key~", "~version~", "~row~"
_TEMPLATE: Final = "cases/act.html.j2"


def form_of(act: str, case: LandingCase, target: Any = None, **more: object) -> CaseForm:
    """A fresh form of an act."""
    ids = f"{act}_{target.pk}_%s" if target is not None else f"{act}_%s"
    made: CaseForm = actions_of_case()[act].form(case=case, target=target, auto_id=ids, **more)
    return made


def fields_of(act: str, case: LandingCase, target: Any = None) -> tuple[Markup, bool]:
    """The fields of a fresh form in the language of the page, and whether there is anything to fill in."""
    needs = actions_of_case()[act].form.made_of
    if needs is None:
        form = form_of(act, case, target)
        return _drawn(form, language()), bool(form.visible_fields())
    row = case if target is None else target
    text, asks = _kept(act, language(), target is None, tuple((name, getattr(row, name)) for name in needs))
    version = getattr(row, "version", None)
    text = text.replace(_KEY, new_key()).replace(_VERSION, "" if version is None else str(version))
    return Markup(text.replace(_ROW, str(row.pk))), asks  # drawn by the template; what is put in are numbers


@with_books()
def _kept(act: str, lang: str, of_case: bool, made_of: tuple[tuple[str, Any], ...]) -> tuple[str, bool]:
    """With marks where a row has something of its own."""
    case: Any = SimpleNamespace(pk=_ROW, version=_VERSION)
    row: object = case if of_case else SimpleNamespace(pk=_ROW, version=_VERSION, **dict(made_of))
    form = form_of(act, case, None if of_case else row)
    form.initial["key"] = _KEY
    return str(_drawn(form, lang)), bool(form.visible_fields())


def _drawn(form: CaseForm, lang: str) -> Markup:
    template = jinja().get_template(_TEMPLATE)
    draw: Callable[..., Markup] = vars(template.make_module({"lang": lang}))["fields"]
    return draw(form, "cases")
