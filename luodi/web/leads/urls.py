from django.urls import path, re_path

from luodi.web.core.roles import Role
from luodi.web.leads import views, views_imports

app_name = "leads"
staff_entrances = [("leads:inbox", "leads.name", {Role.OFFICER, Role.LEADER})]
urlpatterns = [
    path("interest/", views.interest, name="interest"),
    path("interest/sent/", views.thanks, name="thanks"),
    path("desk/leads/", views.inbox, name="inbox"),
    path("desk/leads/new/", views.new, name="new"),
    path("desk/leads/imports/", views_imports.imports, name="imports"),
    path("desk/leads/imports/<int:run>/", views_imports.one_import, name="import"),
    re_path(
        r"^desk/leads/imports/(?P<run>[0-9]{1,18})/(?P<act>begin|go_on|new)/$",
        views_imports.act,
        name="act_on_import",
    ),
    re_path(
        r"^desk/leads/imports/(?P<run>[0-9]{1,18})/(?P<record>[0-9]{1,18})/(?P<act>confirm|reject)/$",
        views_imports.decide,
        name="decide",
    ),
    path("desk/leads/imports/<int:run>/skipped/", views_imports.skipped, name="skipped"),
    path("desk/leads/export/", views.exported, name="export"),
    path("desk/leads/many/", views.many, name="many"),
    path("desk/leads/<int:lead>/", views.lead, name="lead"),
    re_path(r"^desk/leads/(?P<lead>[0-9]{1,18})/(?P<act>[a-z_]+)/$", views.act, name="act"),
]
