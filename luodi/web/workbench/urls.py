from django.urls import path, re_path

from luodi.web.core.roles import Role
from luodi.web.workbench.views import desk, exports, figures, hand_over, saved

_STAFF = {Role.OFFICER, Role.LEADER}

app_name = "workbench"
staff_entrances = [
    ("workbench:day", "workbench.day", {Role.OFFICER}),
    ("workbench:queue", "workbench.queue", _STAFF),
    ("workbench:team", "workbench.team", {Role.LEADER}),
    ("workbench:figures", "workbench.figures", {Role.LEADER}),
]
urlpatterns = [
    path("desk/", desk.day, name="day"),
    path("desk/team/", desk.team_page, name="team"),
    path("desk/team/<int:officer>/", desk.team_day, name="team_day"),
    path("desk/team/<int:officer>/hand-over/", hand_over.choose, name="hand_over"),
    path("desk/queue/", desk.queue, name="queue"),
    path("desk/board/", desk.board, name="board"),
    path("desk/move/<str:reference>/", desk.move, name="move"),
    path("desk/queue/export/", exports.cases, name="export"),
    path("desk/bulletin/", exports.bulletin, name="bulletin"),
    path("desk/figures/", figures.board, name="figures"),
    re_path(r"^desk/figures/(?P<chart>funnel|clocks|odds)\.(?P<form>svg|csv)$", figures.chart, name="chart"),
    path("desk/views/", saved.views, name="views"),
    re_path(r"^desk/views/(?P<pk>[0-9]{1,18})/(?P<act>follow|stop|remove)/$", saved.on_view, name="on_view"),
    path("desk/queue/many/", saved.many, name="many"),
    path("desk/calendar/", saved.calendar, name="calendar"),
]
#: Read by calendars, which follow no language of a page.
without_language = [path("calendar/<str:lang>/<str:secret>.ics", saved.feed, name="calendar_feed")]
