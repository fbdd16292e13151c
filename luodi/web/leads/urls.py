from django.urls import path, re_path

from luodi.web.core.roles import Role
from luodi.web.leads import views

app_name = "leads"
staff_entrances = [("leads:inbox", "leads.name", {Role.OFFICER, Role.LEADER})]
urlpatterns = [
    path("interest/", views.interest, name="interest"),
    path("interest/sent/", views.thanks, name="thanks"),
    path("desk/leads/", views.inbox, name="inbox"),
    path("desk/leads/new/", views.new, name="new"),
    path("desk/leads/file/", views.file, name="file"),
    path("desk/leads/export/", views.exported, name="export"),
    path("desk/leads/many/", views.many, name="many"),
    path("desk/leads/<int:lead>/", views.lead, name="lead"),
    re_path(r"^desk/leads/(?P<lead>[0-9]{1,18})/(?P<act>[a-z_]+)/$", views.act, name="act"),
]
