from django.urls import path

from luodi.web.notices.views import own, subscriptions

app_name = "notices"
urlpatterns = [
    path("notices/asked/", subscriptions.asked, name="asked"),
    path("notices/confirm/<str:token>/", subscriptions.confirm, name="confirm"),
    path("notices/stop/<str:token>/", subscriptions.stop, name="stop"),
    # ---- of one who has an account
    path("notices/", own.own, name="own"),
    path("notices/<int:pk>/", own.go, name="go"),
    path("notices/read/", own.read, name="read"),
    path("notices/settings/", own.settings, name="settings"),
    path("notices/no-more/<str:token>/", own.stop_kind, name="stop_kind"),
]
