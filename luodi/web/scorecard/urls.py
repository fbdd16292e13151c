from django.urls import path, re_path

from luodi.web.core.roles import Role
from luodi.web.scorecard import views, views_editions

app_name = "scorecard"
staff_entrances = [
    ("scorecard:board", "scorecard.title", {Role.OFFICER, Role.LEADER}),
    ("scorecard:claims", "scorecard.claims", {Role.OFFICER}),
]
urlpatterns = [
    path("plan/", views.plan_page, name="plan"),
    path("desk/plan/", views.board, name="board"),
    path("desk/plan/claims/", views.claims, name="claims"),
    path("desk/plan/indicators/new/", views.new_indicator, name="new"),
    path("desk/plan/indicators/<slug:code>/", views.indicator, name="indicator"),
    path("desk/plan/contributions/<str:reference>/", views.contribution, name="contribution"),
    path("desk/plan/tasks/<str:name>/", views.task, name="task"),
    path("desk/plan/editions/", views_editions.editions, name="editions"),
    path("desk/plan/editions/<int:pk>/", views_editions.edition, name="edition"),
    path("desk/plan/export/", views_editions.export, name="export"),
    re_path(r"^desk/plan/bars\.(?P<form>svg|csv)$", views_editions.bars, name="bars"),
]
