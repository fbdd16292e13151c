"""The field of a form that takes files: what comes out of it may be kept."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings

from luodi.message import Message
from luodi.uploads.checking import Checked, checked, clean_name
from luodi.uploads.kinds import ACCEPT, RefusedFile
from luodi.web.core.forms import ActionForm
from luodi.web.core.words import language


class _Chooser(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to `most` files, together no larger than one may be. Cleaned it is a list of `Checked`."""

    def __init__(self, *, most: int = 1, **more: Any) -> None:
        super().__init__(widget=_Chooser(attrs={"accept": ACCEPT, "multiple": most > 1}), **more)
        self.most = most

    @property
    def megabytes(self) -> str:
        return f"{settings.FILE_LIMIT / 1_000_000:g}"

    def clean(self, data: Any, initial: Any = None) -> object:
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not given:
            if self.required:
                raise forms.ValidationError(Message("files.refused-none").said(language()))
            return []
        if len(given) > self.most:
            raise forms.ValidationError(Message("files.refused-many", most=self.most).said(language()))
        if sum(one.size for one in given) > settings.FILE_LIMIT and len(given) > 1:
            raise forms.ValidationError(Message("files.refused-together", most=self.megabytes).said(language()))
        return list(self._checked(given))

    def _checked(self, given: Iterable[Any]) -> Iterable[Checked]:
        for one in given:
            try:
                yield checked(one.file, one.name, limit=settings.FILE_LIMIT)
            except RefusedFile as problem:
                raise forms.ValidationError(told(problem, one.name)) from None


class Store(ActionForm):
    """One file. Where it belongs to another record, the form of that record has a field of this kind."""

    looked = FilesField()

    def arguments(self) -> dict[str, Any]:
        return {"looked": self.cleaned_data["looked"][0]}


def told(problem: RefusedFile, name: str) -> str:
    """Why a file is not taken, in the language of the reader."""
    return of_file(problem, name).said(language())


def of_file(problem: RefusedFile, name: str) -> Message:
    """With the name of the file before it."""
    return Message("files.named", name=clean_name(name), problem=problem.message)
