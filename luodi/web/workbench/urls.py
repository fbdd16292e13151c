from django.urls import path

from luodi.web.accounts.roles import Role
from luodi.web.workbench import views, views_export

_STAFF = {Role.OFFICER, Role.LEADER}

app_name = "workbench"
staff_entrances = [("workbench:day", "workbench.day", {Role.OFFICER}), ("workbench:queue", "workbench.queue", _STAFF)]
urlpatterns = [
    path("desk/", views.day, name="day"),
    path("desk/queue/", views.queue, name="queue"),
    path("desk/board/", views.board, name="board"),
    path("desk/move/<str:reference>/", views.move, name="move"),
    path("desk/queue/export/", views_export.cases, name="export"),
    path("desk/bulletin/", views_export.bulletin, name="bulletin"),
]
