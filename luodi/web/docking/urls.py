from django.urls import path, re_path

from luodi.web.core.roles import Role
from luodi.web.docking.views import capabilities as views_capabilities
from luodi.web.docking.views import exports as views_exports
from luodi.web.docking.views import market as views
from luodi.web.docking.views import matches as views_matches
from luodi.web.docking.views import meetings as views_meetings

app_name = "docking"
entrances = [("docking:market", "docking.name")]
staff_entrances = [
    ("docking:desk", "docking.desk_title", {Role.OFFICER, Role.LEADER}),
    ("docking:matches", "docking.matches_title", {Role.OFFICER, Role.LEADER, Role.REPRESENTATIVE}),
]
_ONE = r"(?P<reference>(?:DM|CN|IV|PK)-[0-9]{4}-[0-9]{4,9})"
_MATCH = r"(?P<reference>MT-[0-9]{4}-[0-9]{4,9})"
_MEETING = r"(?P<reference>MD-[0-9]{4}-[0-9]{4,9})"
_WHAT = "(?P<what>demands|capital|investors|parks)"
urlpatterns = [
    path("market/", views.market, name="market"),
    re_path(rf"^market/{_WHAT}/$", views.market, name="market_of"),
    re_path(rf"^market/{_WHAT}/new/$", views.new, name="new"),
    re_path(rf"^market/{_ONE}/$", views.posted, name="posted"),
    re_path(rf"^market/{_ONE}/edit/$", views.edit, name="edit"),
    re_path(
        rf"^market/{_ONE}/(?P<act>screen|return|publish|close|withdraw|seek|propose|offer)/$", views.act, name="act"
    ),
    path("market/capabilities/", views_capabilities.capabilities, name="capabilities"),
    path("market/capabilities/<int:number>/check/", views_capabilities.check, name="check"),
    path("desk/market/", views.desk, name="desk"),
    re_path(rf"^desk/market/{_WHAT}/$", views.desk, name="desk_of"),
    path("matches/", views_matches.listed, name="matches"),
    path("matches/export/", views_exports.export, name="export"),
    re_path(rf"^matches/{_MATCH}/$", views_matches.match, name="match"),
    re_path(
        rf"^matches/{_MATCH}/(?P<act>consent|take_back|introduce|talk|deal|none|outcome|pilot_plan|pilot_start|pilot_judge|pilot_stop|pilot_result"
        r"|pilot_answer|pilot_take_back|pilot_show)/$",
        views_matches.act,
        name="act_on_match",
    ),
    path("meetings/", views_meetings.meetings, name="meetings"),
    path("meetings/new/", views_meetings.new, name="new_meeting"),
    re_path(rf"^meetings/{_MEETING}/$", views_meetings.meeting, name="meeting"),
    re_path(
        rf"^meetings/{_MEETING}/(?P<act>announce|hold|cancel|add_session|pair|step)/$",
        views_meetings.act,
        name="act_on_meeting",
    ),
    path("projects/", views_meetings.projects, name="projects"),
    path("projects/repeat/", views_meetings.repeat, name="repeat"),
]
