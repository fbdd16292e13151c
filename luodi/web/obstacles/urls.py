from django.urls import path

from luodi.web.core.roles import Role
from luodi.web.obstacles import views

app_name = "obstacles"
staff_entrances = [
    ("obstacles:obstacles", "obstacles.title", {Role.OFFICER, Role.LEADER, Role.POLICY_OFFICER}),
    ("obstacles:own", "obstacles.own_title", {Role.REPRESENTATIVE}),
]
urlpatterns = [
    path("desk/obstacles/", views.obstacles, name="obstacles"),
    path("desk/obstacles/by-rule/", views.by_rule, name="by_rule"),
    path("desk/cases/<str:reference>/obstacle/", views.raised_for, name="raise_for"),
    path("desk/issues/", views.issues, name="issues"),
    path("desk/issues/<int:pk>/", views.issue, name="issue"),
    path("desk/obstacles/<int:pk>/issue/", views.new_issue, name="new_issue"),
    path("obstacles/", views.own, name="own"),
    path("obstacles/new/", views.raised, name="raise"),
    path("obstacles/<int:pk>/", views.obstacle, name="obstacle"),
    path("obstacles/<int:pk>/<str:act>/", views.act, name="act"),
]
