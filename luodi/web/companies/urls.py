from django.urls import path, re_path

from luodi.web.accounts.roles import Role
from luodi.web.companies import views
from luodi.web.companies.acts import DEEDS

app_name = "companies"
staff_entrances = [("companies:companies", "companies.name", {Role.OFFICER, Role.LEADER})]
urlpatterns = [
    path("desk/companies/", views.companies, name="companies"),
    path("desk/companies/new/", views.new, name="new"),
    path("desk/companies/<int:company>/", views.company, name="company"),
    re_path(rf"^desk/companies/(?P<company>[0-9]{{1,18}})/(?P<act>{'|'.join(DEEDS)})/$", views.act, name="act"),
    path("desk/companies/merges/<int:merge>/", views.merged, name="merged"),
]
