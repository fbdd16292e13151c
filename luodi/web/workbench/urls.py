from django.urls import path, re_path

from luodi.web.core.roles import Role
from luodi.web.workbench import views, views_export, views_figures, views_kept

_STAFF = {Role.OFFICER, Role.LEADER}

app_name = "workbench"
staff_entrances = [
    ("workbench:day", "workbench.day", {Role.OFFICER}),
    ("workbench:queue", "workbench.queue", _STAFF),
    ("workbench:figures", "workbench.figures", {Role.LEADER}),
]
urlpatterns = [
    path("desk/", views.day, name="day"),
    path("desk/queue/", views.queue, name="queue"),
    path("desk/board/", views.board, name="board"),
    path("desk/move/<str:reference>/", views.move, name="move"),
    path("desk/queue/export/", views_export.cases, name="export"),
    path("desk/bulletin/", views_export.bulletin, name="bulletin"),
    path("desk/figures/", views_figures.board, name="figures"),
    re_path(r"^desk/figures/(?P<chart>funnel|clocks|odds)\.(?P<form>svg|csv)$", views_figures.chart, name="chart"),
    path("desk/views/", views_kept.kept, name="views"),
    re_path(r"^desk/views/(?P<pk>[0-9]{1,18})/(?P<act>follow|stop|remove)/$", views_kept.on_view, name="on_view"),
    path("desk/queue/many/", views_kept.many, name="many"),
    path("desk/calendar/", views_kept.calendar, name="calendar"),
]
#: Read by calendars, which follow no language of a page.
without_language = [path("calendar/<str:lang>/<str:secret>.ics", views_kept.feed, name="calendar_feed")]
