from django.urls import path, re_path

from luodi.web.cases import views, views_calendars, views_open
from luodi.web.cases.showing import PARTS
from luodi.web.core.roles import Role

app_name = "cases"
_FURTHER = [part for part in PARTS if part != "overview"]
staff_entrances = [
    ("cases:list", "cases.name", {Role.OFFICER, Role.LEADER}),
    ("cases:calendars", "cases.calendar_title", {Role.OFFICER, Role.LEADER}),
    ("cases:own", "cases.own_title", {Role.REPRESENTATIVE}),
]
urlpatterns = [
    path("desk/cases/", views.listed, name="list"),
    path("desk/cases/new/", views_open.new, name="new"),
    path("desk/cases/<str:reference>/", views.case, name="case"),
    re_path(rf"^desk/cases/(?P<reference>[^/]+)/(?P<part>{'|'.join(_FURTHER)})/$", views.case, name="part"),
    path("desk/working-days/", views_calendars.calendars, name="calendars"),
    path("desk/working-days/<int:unit>/", views_calendars.calendar, name="calendar"),
    path("cases/", views.own, name="own"),
    path("cases/<str:reference>/", views.own_case, name="own_case"),
    re_path(r"^cases/(?P<reference>[^/]+)/schedule\.(?P<form>svg|csv)$", views.schedule, name="schedule"),
    re_path(r"^cases/(?P<reference>[^/]+)/course\.(?P<form>svg|csv)$", views.course, name="course"),
    path("cases/<str:reference>/act/<str:act>/", views.act, name="act"),
    path("cases/<str:reference>/proof/<int:pk>/", views.download, name="proof"),
]
