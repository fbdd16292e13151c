from django.urls import path, re_path

from luodi.web.core.roles import Role
from luodi.web.scorecard.views import board, editions

app_name = "scorecard"
staff_entrances = [
    ("scorecard:board", "scorecard.title", {Role.OFFICER, Role.LEADER}),
    ("scorecard:claims", "scorecard.claims", {Role.OFFICER}),
]
urlpatterns = [
    path("plan/", board.plan_page, name="plan"),
    path("desk/plan/", board.board, name="board"),
    path("desk/plan/claims/", board.claims, name="claims"),
    path("desk/plan/indicators/new/", board.new_indicator, name="new"),
    path("desk/plan/indicators/<slug:code>/", board.indicator, name="indicator"),
    path("desk/plan/contributions/<str:reference>/", board.contribution, name="contribution"),
    path("desk/plan/tasks/<str:name>/", board.task, name="task"),
    path("desk/plan/editions/", editions.editions, name="editions"),
    path("desk/plan/editions/<int:pk>/", editions.edition, name="edition"),
    path("desk/plan/export/", editions.export, name="export"),
    re_path(r"^desk/plan/bars\.(?P<form>svg|csv)$", editions.bars, name="bars"),
]
