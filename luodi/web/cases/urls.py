from django.urls import path, re_path

from luodi.web.accounts.roles import Role
from luodi.web.cases import views

app_name = "cases"
staff_entrances = [
    ("cases:list", "cases.name", {Role.OFFICER, Role.LEADER}),
    ("cases:own", "cases.own_title", {Role.REPRESENTATIVE}),
]
urlpatterns = [
    path("desk/cases/", views.listed, name="list"),
    path("desk/cases/<str:reference>/", views.case, name="case"),
    path("cases/", views.own, name="own"),
    path("cases/<str:reference>/", views.own_case, name="own_case"),
    re_path(r"^cases/(?P<reference>[^/]+)/schedule\.(?P<form>svg|csv)$", views.schedule, name="schedule"),
    path("cases/<str:reference>/act/<str:act>/", views.act, name="act"),
    path("cases/<str:reference>/proof/<int:pk>/", views.download, name="proof"),
]
