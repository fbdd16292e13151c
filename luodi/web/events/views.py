"""Pages of events: the list, one event with its guests, an invitation, and the page that a letter leads to."""

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.casework.events import EventState, InvitationAct
from luodi.errors import LuodiError
from luodi.web.accounts.queries import user_of
from luodi.web.core.actions import Action
from luodi.web.core.bulk import Outcome, pairs
from luodi.web.core.error_words import in_words
from luodi.web.core.exports import file_form, file_of
from luodi.web.core.forms import ActionForm, Data
from luodi.web.core.guards import only, signed_in
from luodi.web.core.keys import key_sent, new_key
from luodi.web.core.lists import Asked
from luodi.web.core.pages import page
from luodi.web.core.permissions import has_role, may, require
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, RecordView, attempt, list_context, page_context, submit
from luodi.web.core.words import language, say
from luodi.web.events import actions, bulk, forms, notices, queries
from luodi.web.events.guests import Guest
from luodi.web.events.models import Event, Invitation
from luodi.web.journal.actions import record_export

_staff = only(Role.OFFICER, Role.LEADER)
_officers = only(Role.OFFICER)
_MOST_AT_ONCE = 50


# ---- the list


@require_safe
@_staff
def events(request: HttpRequest) -> HttpResponse:
    """Those of one's units, the latest first."""
    shown = page_context(request, queries.EVENTS, request.user)
    works = has_role(request.user, {Role.OFFICER})
    return page(request, "events/events", filters=queries.EVENTS.filters[:2], works=works, when=notices.when, **shown)


@require_POST
@_staff
def exported(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What the list shows, all pages of it, written down as an export."""
    asked, form = queries.EVENTS.read(request.POST.dict()), file_form(request)
    found = queries.EVENTS.found(request.user, asked)
    record_export(found, form, by=request.user, asked=asked)
    return file_of(queries.EVENTS, found, form, "events", language())


@require_http_methods(["GET", "HEAD", "POST"])
@_officers
def new(request: HttpRequest) -> HttpResponse:
    """An event of one of one's units."""
    on = timezone.localdate()
    units = queries.units_of(request.user, on)
    first = {"host": str(request.user.pk)}
    form = forms.EventForm(request.POST or None, units=units, hosts=queries.hosts_of(units, on), initial=first)
    tried = submit(request, actions.arrange, form, own="events.refused") if request.method == "POST" else Attempt()
    if tried.done is not None:
        return redirect("events:event", tried.done.reference)
    return page(request, "events/new", tried.status, form=form, tried=tried)


# ---- one event


def _event(request: HttpRequest, reference: str) -> Event:
    found = queries.event_of(request.user, reference)
    if found is None:
        raise Http404
    return found


class EventPage(RecordView[Event]):
    """An event, its guests, and what came of it."""

    app = "events"

    def find(self) -> Event:
        return _event(self.request, self.kwargs["reference"])

    def form(self, action: Action, record: Event, data: Data) -> ActionForm:
        return forms.form_of(action, record, data, queries.hosts_of([record.unit], timezone.localdate()))

    def names(self, record: Event) -> list[str]:
        """Inviting has a page of its own."""
        return [name for name in super().names(record) if name != "invite"]

    def address(self, record: Event, name: str) -> str:
        return reverse("events:act", args=[record.reference, name])

    def after(self, record: Event) -> str:
        return reverse("events:event", args=[record.reference])

    def show(self, record: Event, status: int, **more: object) -> HttpResponse:
        rows = queries.INVITATIONS.narrowed(queries.invited_of(record), _asked(self.request))
        shown = list_context(self.request, queries.INVITATIONS, queries.INVITATIONS.complete(rows))
        ahead = not EventState(record.state).is_over
        return page(
            self.request,
            "events/event",
            status,
            event=record,
            ahead=ahead,
            busy=queries.busy_then(self.request.user, record, timezone.localdate()) if ahead else (),
            meetings=queries.meetings_then(self.request.user, record) if ahead else (),
            figures=queries.figures_of(record),
            standings=queries.INVITATIONS.filters[0].choices,
            works=may(self.request.user, "work", record),
            offered=bulk.ACTS,
            key=new_key(),
            when=notices.when,
            **shown,
            **{name: value for name, value in more.items() if name not in shown},
        )


def _asked(request: HttpRequest) -> Asked:
    criteria = queries.INVITATIONS.read(request.GET.dict() if request.method != "POST" else request.POST.dict())
    return Asked(request.user, timezone.localdate(), criteria)


event = require_safe(_staff(EventPage.as_view()))
act = require_POST(_staff(EventPage.as_view()))


@require_http_methods(["GET", "HEAD", "POST"])
@_officers
def invite(request: HttpRequest, reference: str) -> HttpResponse:
    """People who are known here, found by words; or somebody by name."""
    found = _event(request, reference)
    require(request.user, "work", found)
    form = forms.InvitationForm(request.POST if "name" in request.POST else None)
    words, tried = request.GET.get("q", "")[:200], Attempt()
    if request.method == "POST" and "name" in request.POST:
        tried = submit(request, actions.invite, form, found, own="events.refused")
        if tried.done is not None:
            messages.success(request, say("events.said_invited", number=1))
            return redirect("events:invite", reference)
    elif request.method == "POST":
        done, refused = _invite_known(request, found)
        messages.success(request, say("events.said_invited", number=done))
        for one in refused:
            messages.warning(request, one)
        return redirect("events:event", reference)
    people = queries.guests_found(request.user, found, words)
    return page(
        request,
        "events/invite",
        tried.status,
        event=found,
        form=form,
        tried=tried,
        words=words,
        people=people,
        key=new_key(),
    )


def _invite_known(request: HttpRequest, found: Event) -> tuple[int, list[str]]:
    """How many of those that were chosen are invited, and why others are not."""
    done, refused, key = 0, [], key_sent(request)
    for name in request.POST.getlist("guest")[:_MOST_AT_ONCE]:
        known = queries.guest_named(request.user, name)
        if known is None:
            continue
        guest = Guest.of(known)
        try:
            actions.invite(found, guest, by=request.user, at=timezone.now(), key=f"{key}-{name}")
            done += 1
        except LuodiError as problem:
            refused.append(f"{guest.name}: {in_words(problem, 'events.refused')}")
    return done, refused


@require_POST
@_staff
def many(request: HttpRequest, reference: str) -> HttpResponse:
    """Who came, what they answered, or leads, for all who were chosen; each by itself."""
    found, given = _event(request, reference), request.POST
    require(request.user, "work", found)
    versions, name = pairs(given.getlist("guest")), given.get("act", "")
    if name not in bulk.ACTS:
        raise Http404
    user = user_of(request)
    rows = bulk.chosen(user, found, versions)
    by_row = {row.pk: versions[str(row.pk)] for row in rows}
    done = bulk.BULK.do(user, rows, by_row, bulk.Wanted(name), key=key_sent(request), at=timezone.now())
    _say_many(request, done)
    return redirect("events:event", reference)


def _say_many(request: HttpRequest, done: list[Outcome[Invitation]]) -> None:
    counts = Counter(one.why for one in done)
    messages.success(request, say("events.said_many", number=counts.pop("", 0)))
    for why, number in counts.items():
        messages.warning(request, say(f"events.why_{why}", number=number))


@require_POST
@_staff
def exported_guests(request: HttpRequest, reference: str) -> HttpResponse | StreamingHttpResponse:
    """The list of guests as the page shows it, written down as an export."""
    found, form, asked = _event(request, reference), file_form(request), _asked(request)
    rows = queries.INVITATIONS.complete(queries.INVITATIONS.narrowed(queries.invited_of(found), asked))
    record_export(rows, form, by=request.user, asked={**asked.criteria, "event": reference})
    return file_of(queries.INVITATIONS, rows, form, f"guests-{reference}", language())


# ---- one invitation


class InvitationPage(RecordView[Invitation]):
    """An invitation, for whoever arranges the event and for the company."""

    app = "events"

    def find(self) -> Invitation:
        found = queries.invitation_of(self.request.user, int(self.kwargs["pk"]))
        if found is None:
            raise Http404
        return found

    def names(self, record: Invitation) -> list[str]:
        """A task needs a case to stand in."""
        found = list(super().names(record))
        if "follow_up" in found and not queries.cases_of(self.request.user, record).exists():
            found.remove("follow_up")
        return found

    def form(self, action: Action, record: Invitation, data: Data) -> ActionForm:
        return forms.form_of(action, record, data, cases=queries.cases_of(self.request.user, record))

    def address(self, record: Invitation, name: str) -> str:
        return reverse("events:act_on_invitation", args=[record.pk, name])

    def after(self, record: Invitation) -> str:
        if not Invitation.objects.filter(pk=record.pk).exists():
            return reverse("events:event", args=[record.event.reference])
        return reverse("events:invitation", args=[record.pk])

    def show(self, record: Invitation, status: int, **more: object) -> HttpResponse:
        works = may(self.request.user, "see", record.event)
        task = queries.task_of(self.request.user, record)
        return page(
            self.request,
            "events/invitation",
            status,
            event=record.event,
            works=works,
            task=task,
            when=notices.when,
            **more,
        )


invitation = require_safe(signed_in(InvitationPage.as_view()))
act_on_invitation = require_POST(signed_in(InvitationPage.as_view()))


@require_safe
@only(Role.REPRESENTATIVE)
def own(request: HttpRequest) -> HttpResponse:
    """To what people of one's companies are invited."""
    rows = queries.own_invitations(request.user, timezone.localdate())[:100]
    return page(request, "events/own", rows=rows, when=notices.when)


# ---- for those without an account


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a letter's secret link: reading it changes nothing, since mail programs read links ahead of people.
    A link is for one person, and over once the event is."""
    found = notices.invited_by(token)
    if found is None:
        raise Http404
    acts = {one: actions.note[one] for one in (InvitationAct.ACCEPT, InvitationAct.DECLINE)}
    now = timezone.now()
    if not found.event.hours.allow(InvitationAct.ACCEPT, now):
        return _secret(page(request, "events/reply_over", 410, event=found.event))
    wanted = next((one for one in acts if request.POST.get("act") == one), None)
    form, tried = forms.Plain(request.POST or None, row=found), Attempt(422 if request.method == "POST" else 200)
    if wanted is not None:
        action = acts[wanted]
        tried = attempt(form, lambda _: action.submit(form, found, by=None, at=now, via="link"), "events.refused")
    if tried.done is not None:
        return redirect("events:reply", token)
    shown = forms.Plain(row=found) if tried.status == 200 else form
    more = {"acts": [one for one in acts if acts[one].fits(found)], "when": notices.when}
    return _secret(
        page(request, "events/reply", tried.status, row=found, event=found.event, form=shown, tried=tried, **more)
    )


def _secret(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
