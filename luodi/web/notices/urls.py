from django.urls import path

from luodi.web.notices import views, views_own

app_name = "notices"
urlpatterns = [
    path("notices/asked/", views.asked, name="asked"),
    path("notices/confirm/<str:token>/", views.confirm, name="confirm"),
    path("notices/stop/<str:token>/", views.stop, name="stop"),
    # ---- of one who has an account
    path("notices/", views_own.own, name="own"),
    path("notices/<int:pk>/", views_own.go, name="go"),
    path("notices/read/", views_own.read, name="read"),
    path("notices/settings/", views_own.settings, name="settings"),
    path("notices/no-more/<str:token>/", views_own.stop_kind, name="stop_kind"),
]
