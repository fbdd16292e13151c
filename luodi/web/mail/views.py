"""Pages of mail: the threads of a case, one message among them, writing, and what belongs to no case yet."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.mail.threads import quoted, subject_of_answer, threads_of
from luodi.web.accounts.queries import user_of
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.cases import case_of
from luodi.web.core.actions import Action
from luodi.web.core.forms import ActionForm, Data
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import may, require, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, RecordView, list_context, submit
from luodi.web.core.words import say
from luodi.web.files.downloads import deliver
from luodi.web.mail import queries
from luodi.web.mail.actions import write_mail
from luodi.web.mail.forms import PutOnCase, Write
from luodi.web.mail.models import OPENED, Attachment, Message

_staff = only(Role.OFFICER, Role.LEADER)


@require_safe
@_staff
def queue(request: HttpRequest) -> HttpResponse:
    """Mail of one's units that belongs to no case, or waits."""
    shown = list_context(request, queries.QUEUE)
    return page(request, "mail/queue", states=queries.STATES, domain=settings.MAIL_DOMAIN, **shown)


@require_safe
@_staff
def of_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Every thread of a case."""
    case = _case(request, reference)
    shown = {**_about(request, case), "threads": list(threads_of(queries.mail_of(request.user, case)))}
    return page(request, "mail/of_case", 200, **shown)


def _case(request: HttpRequest, reference: str, permission: str = "see") -> LandingCase:
    found = case_of(request.user, reference)
    if found is None:
        raise Http404
    require(request.user, permission, found)
    return found


def _about(request: HttpRequest, case: LandingCase) -> dict[str, object]:
    """The address of a case, and whether the reader may write."""
    address = queries.address_of(case)
    return {"case": case, "address_of_case": address, "may_write": bool(address) and may(request.user, "work", case)}


# ---- writing


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER)
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """A message of its own, by a template, or an answer."""
    case, asked = _case(request, reference, "work"), request.GET.get("reply", "")
    reply = Message.objects.filter(case=case, pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    form = Write(request.POST or None, files=request.FILES or None, case=case, initial=_first(request, case, reply))
    tried = Attempt()
    if request.method == "POST":
        tried = submit(request, write_mail, form, case)
        if tried.done is not None:
            messages.success(request, say("mail.said_written"))
            return redirect("mail:message", tried.done.pk)
    lang = next((one.language for one in form.people.values()), "zh")
    more = {"signature": queries.signature(user_of(request), case, lang), "templates": queries.TEMPLATES}
    return page(
        request, "mail/write", tried.status, form=form, tried=tried, reply=reply, **more, **_about(request, case)
    )


def _first(request: HttpRequest, case: LandingCase, reply: Message | None) -> dict[str, object]:
    """What stands in the form at first: of an answer to whom and on what; of a template its words, in the language of
    the first contact."""
    people, name = queries.contacts_of(case), request.GET.get("template", "")
    if reply is not None:
        to = reply.recipients if reply.is_outgoing else [reply.sender]
        chosen = [str(one.pk) for one in people if one.email.casefold() in to]
        subject = subject_of_answer(reply.subject, 200)
        return {"reply": reply.pk, "to": chosen, "subject": subject, "text": quoted(reply.text)}
    first: dict[str, object] = {"to": [str(people[0].pk)] if len(people) == 1 else []}
    if name not in queries.TEMPLATES or not people:
        return first
    lang, names = people[0].language, (case.company.name_zh, case.company.name_en)
    company = (names[0] or names[1]) if lang == "zh" else (names[1] or names[0])
    values = {"company": company, "reference": case.reference, "person": people[0].name}
    return {**first, **{part: say(f"mail.template_{name}_{part}", lang, **values) for part in ("subject", "text")}}


# ---- one message, and what can be done with it


class MessagePage(RecordView[Message]):
    app = "mail"

    def find(self) -> Message:
        rows = Message.objects.select_related("case__company", "case__unit", "unit", "thread")
        return get_object_or_404(visible(self.request.user, rows), pk=self.kwargs["pk"])

    def form(self, action: Action, record: Message, data: Data) -> ActionForm:
        made = super().form(action, record, data)
        if action.form is PutOnCase:
            made.initial["case"] = next((one.reference for one in queries.suggested(self.request.user, record)), "")
        return made

    def address(self, record: Message, name: str) -> str:
        return reverse("mail:act", args=[record.pk, name])

    def show(self, record: Message, status: int, **more: object) -> HttpResponse:
        user, none = self.request.user, {"case": None, "may_write": False}
        shown = {"thread": queries.whole_thread(user, record), "suggested": queries.suggested(user, record)}
        about = none if record.case is None else _about(self.request, record.case)
        return page(self.request, "mail/message", status, **shown, **about, **more)


message = require_safe(_staff(MessagePage.as_view()))
act = require_POST(signed_in(MessagePage.as_view()))


@require_POST
@_staff
def attachment(request: HttpRequest, pk: int, number: int) -> HttpResponse | StreamingHttpResponse:
    """A file of a message that is part of its case."""
    rows = visible(request.user, Attachment.objects.filter(message=pk, message__state__in=OPENED))
    return deliver(request, get_object_or_404(rows.select_related("file"), pk=number).file)
