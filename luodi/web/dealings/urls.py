from django.urls import path, re_path

from luodi.web.core.roles import Role
from luodi.web.dealings import views

app_name = "dealings"
staff_entrances = [
    ("dealings:referrals", "dealings.referrals_title", {Role.OFFICER, Role.LEADER}),
    ("dealings:own", "dealings.own_title", {Role.REPRESENTATIVE}),
]
_KIND = "(?P<kind>referral|promise|proposition|task)"
urlpatterns = [
    path("desk/referrals/", views.referrals, name="referrals"),
    path("desk/cases/<str:reference>/new/<str:kind>/", views.new, name="new"),
    re_path(rf"^dealings/{_KIND}/(?P<pk>[0-9]{{1,18}})/$", views.record, name="record"),
    re_path(rf"^dealings/{_KIND}/(?P<pk>[0-9]{{1,18}})/(?P<act>[a-z_]{{2,20}})/$", views.act, name="act"),
    path("desk/talks/<int:pk>/", views.talk, name="talk"),
    path("promises/", views.own, name="own"),
]
