from django.urls import path, re_path

from luodi.web.companies import views, views_imports, views_merging, views_representatives, views_timeline
from luodi.web.companies.actions import ON_COMPANY
from luodi.web.core.roles import Role

app_name = "companies"
staff_entrances = [("companies:companies", "companies.name", {Role.OFFICER, Role.LEADER})]
urlpatterns = [
    path("desk/companies/", views.companies, name="companies"),
    path("desk/companies/new/", views.new, name="new"),
    path("desk/companies/<int:company>/", views.company, name="company"),
    re_path(rf"^desk/companies/(?P<company>[0-9]{{1,18}})/(?P<act>{'|'.join(ON_COMPANY)})/$", views.act, name="act"),
    path("desk/companies/<int:company>/timeline/", views_timeline.timeline, name="timeline"),
    path("desk/companies/<int:company>/timeline/export/", views_timeline.exported, name="timeline_export"),
    path("desk/companies/imports/", views_imports.imports, name="imports"),
    path("desk/companies/imports/<int:run>/", views_imports.one_import, name="import"),
    re_path(
        r"^desk/companies/imports/(?P<run>[0-9]{1,18})/(?P<act>begin|go_on|number|new)/$",
        views_imports.act,
        name="act_on_import",
    ),
    re_path(
        r"^desk/companies/imports/(?P<run>[0-9]{1,18})/(?P<record>[0-9]{1,18})/(?P<act>confirm|reject|undo)/$",
        views_imports.decide,
        name="decide",
    ),
    path("desk/companies/imports/<int:run>/skipped/", views_imports.skipped, name="skipped"),
    path("desk/companies/export/", views.exported, name="export"),
    path("desk/companies/<int:company>/merging/", views_merging.compare, name="compare"),
    path("desk/companies/merge-proposals/<int:proposal>/", views_merging.proposal, name="proposal"),
    path("desk/companies/representatives/<int:proposal>/", views_representatives.representative, name="representative"),
    path("desk/companies/merges/<int:merge>/", views.merged, name="merged"),
]
