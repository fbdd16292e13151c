"""Pages of saved views, of many cases at once, and of one's calendar."""

import re
from contextlib import suppress
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.accounts.models import User
from luodi.web.accounts.queries import colleagues_of
from luodi.web.core.bulk import Outcome, pairs
from luodi.web.core.errors import NotFound
from luodi.web.core.guards import only
from luodi.web.core.keys import key_sent, new_key
from luodi.web.core.lists import day_asked
from luodi.web.core.pages import page, url
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, submit
from luodi.web.core.words import say
from luodi.web.workbench import actions, bulk, forms
from luodi.web.workbench.exports.calendars import calendar_of
from luodi.web.workbench.lists import LISTS
from luodi.web.workbench.models import About, CalendarFeed, Following, SavedView
from luodi.web.workbench.views.desk import user_of
from luodi.web.workbench.views.exports import own_units

_staff = only(Role.OFFICER, Role.LEADER)
_officers = only(Role.OFFICER)
_KEY: Final = re.compile(r"[0-9A-Za-z_-]{16,40}")


# ---- saved views


@require_http_methods(["GET", "HEAD", "POST"])
@_staff
def views(request: HttpRequest) -> HttpResponse:
    """One's own views and those of one's units; a form saves the filters that were asked for."""
    given = (request.POST or request.GET).dict()
    about = given["about"] if given.get("about") in LISTS else About.CASES
    units = own_units(request.user, timezone.localdate())
    posted = {**given, "about": about} if request.method == "POST" else None
    form, tried = forms.SaveView(posted, units=units), Attempt()
    if request.method == "POST":
        tried = submit(request, actions.save_view, form, own="workbench.refused")
        if tried.done is not None:
            messages.success(request, say("workbench.said_saved"))
            return redirect("workbench:views")
    views = visible(request.user, SavedView.objects.select_related("owner", "unit"))[:200]
    return page(
        request,
        "workbench/views",
        tried.status,
        views=[(one, _place(one)) for one in views],
        asked=LISTS[about].read(given),
        about=about,
        units=units,
        follows=set(Following.objects.filter(user=user_of(request)).values_list("view_id", flat=True)),
        problem=tried.problem or _problem(form),
        name=given.get("name", ""),
        key=new_key(),
    )


def _problem(form: forms.SaveView) -> str:
    if "name" in form.errors:
        return say("workbench.refused_no_name")
    return next((str(texts[0]) for texts in form.errors.values()), "")


def _place(view: SavedView) -> str:
    of = LISTS[view.about]
    return f"{url(of.address)}?{of.query(view.asked)}"


@require_POST
@_staff
def on_view(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Follow it, stop, or remove it."""
    found = visible(request.user, SavedView.objects.all()).filter(pk=pk).first()
    if found is None:
        raise Http404
    do = {"follow": actions.follow, "stop": actions.stop_following, "remove": actions.remove_view}[act]
    with suppress(NotFound):  # the first of two clicks has removed it
        do(found, by=user_of(request), at=timezone.now())
    messages.success(request, say(f"workbench.said_{act}"))
    return redirect("workbench:views")


# ---- many at once


@require_POST
@_staff
def many(request: HttpRequest) -> HttpResponse:
    """First what will and will not change, and why; once that was confirmed, what became of each."""
    now, given, user = timezone.now(), request.POST, user_of(request)
    versions = pairs(given.getlist("case"))
    wanted, problem = _wanted(request)
    cases = bulk.chosen(user, versions)
    if wanted is None or not cases:
        problem = problem or say("workbench.refused_none_chosen")
        return _many_page(request, 422, wanted=None, outcomes=[Outcome(case) for case in cases], problem=problem)
    if given.get("confirmed") and _KEY.fullmatch(given.get("key", "")):
        by_row = {case.pk: versions[case.reference] for case in cases}
        done = bulk.BULK.do(user, cases, by_row, wanted, key=key_sent(request), at=now)
        return _many_page(request, 200, wanted=wanted, outcomes=done, done=True)
    return _many_page(request, 200, wanted=wanted, outcomes=bulk.BULK.foreseen(user, cases, wanted, at=now))


def _many_page(request: HttpRequest, status: int, **more: object) -> HttpResponse:
    whole = {"problem": "", "done": False, "key": new_key(), "officers": _colleagues(request), **more}
    acts = ("hand_over",) if request.POST.get("act") == "hand_over" else bulk.ACTS
    return page(request, "workbench/many", status, acts=acts, **whole)


def _wanted(request: HttpRequest) -> tuple[bulk.Wanted | None, str]:
    act, given = request.POST.get("act", ""), request.POST
    reason = given.get("reason", "").strip()[:2000]
    if act in ("pause", "hand_over", "next_step") and not reason:
        return None, say("workbench.refused_missing_key")
    if act == "pause":
        return bulk.Wanted(act, reason=reason), ""
    if act == "next_step":
        return _next_step(request, reason)
    if act in ("assign", "hand_over"):
        chosen = next((one for one in _colleagues(request) if str(one.pk) == given.get("officer", "")), None)
        return (bulk.Wanted(act, chosen, reason), "") if chosen else (None, say("workbench.refused_no_officer"))
    return None, say("workbench.refused_no_act")


def _next_step(request: HttpRequest, what: str) -> tuple[bulk.Wanted | None, str]:
    """By an officer that was chosen, else by whoever asks."""
    due, given = day_asked(request.POST.get("due", "")), request.POST.get("officer", "")
    if due is None:
        return None, say("workbench.refused_no_day")
    user = user_of(request)
    owner = next((one for one in _colleagues(request) if str(one.pk) == given), None) if given else user
    return (bulk.Wanted("next_step", owner, what, due), "") if owner else (None, say("workbench.refused_no_officer"))


def _colleagues(request: HttpRequest) -> list[User]:
    return colleagues_of(user_of(request), on=timezone.localdate())


# ---- calendars


@require_http_methods(["GET", "HEAD", "POST"])
@_officers
def calendar(request: HttpRequest) -> HttpResponse:
    """A secret address for one's calendar, shown once; a new one ends the one before."""
    user, now = user_of(request), timezone.now()
    feed, secret = CalendarFeed.objects.filter(user=user, revoked=None).first(), ""
    if request.method == "POST" and request.POST.get("act") == "revoke":
        if feed is not None:
            actions.revoke_calendar(feed, by=user, at=now)
        messages.success(request, say("workbench.said_revoked"))
        return redirect("workbench:calendar")
    if request.method == "POST":
        feed = actions.make_calendar(by=user, at=now)
        secret = feed.secret
    places = {lang: request.build_absolute_uri(url("calendar_feed", lang, secret)) for lang in ("zh", "en") if secret}
    return page(request, "workbench/calendar", feed=feed, addresses=places)


@require_safe
def feed(request: HttpRequest, lang: str, secret: str) -> HttpResponse:
    """For calendars, which sign in nowhere: the address is the key. What its owner may not see now is not in it."""
    found = (
        CalendarFeed.objects.select_related("user").filter(secret_hash=actions.hash_of(secret), revoked=None).first()
    )
    if found is None or not found.user.is_active or lang not in ("zh", "en"):
        raise Http404
    answer = HttpResponse(calendar_of(found.user, lang, at=timezone.now()), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = f"private, max-age={int(timedelta(minutes=15).total_seconds())}"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
