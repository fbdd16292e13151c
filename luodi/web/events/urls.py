from django.urls import path, re_path

from luodi.web.core.roles import Role
from luodi.web.events import views

app_name = "events"
staff_entrances = [
    ("events:events", "events.name", {Role.OFFICER, Role.LEADER}),
    ("events:own", "events.own_title", {Role.REPRESENTATIVE}),
]
_REFERENCE = "(?P<reference>EV-[0-9]{4}-[0-9]{4,9})"
urlpatterns = [
    path("desk/events/", views.events, name="events"),
    path("desk/events/new/", views.new, name="new"),
    path("desk/events/export/", views.exported, name="export"),
    re_path(rf"^desk/events/{_REFERENCE}/$", views.event, name="event"),
    re_path(rf"^desk/events/{_REFERENCE}/invite/$", views.invite, name="invite"),
    re_path(rf"^desk/events/{_REFERENCE}/guests/$", views.many, name="many"),
    re_path(rf"^desk/events/{_REFERENCE}/guests/export/$", views.exported_guests, name="export_guests"),
    re_path(rf"^desk/events/{_REFERENCE}/(?P<act>[a-z_]{{2,20}})/$", views.act, name="act"),
    re_path(r"^invitations/(?P<pk>[0-9]{1,18})/$", views.invitation, name="invitation"),
    re_path(
        r"^invitations/(?P<pk>[0-9]{1,18})/(?P<act>[a-z_]{2,20})/$", views.act_on_invitation, name="act_on_invitation"
    ),
    path("invitations/", views.own, name="own"),
    path("invited/<str:token>/", views.reply, name="reply"),
]
