from django.urls import path

from luodi.web.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/plan/", views.plan, name="plan"),
    path("notices/law/<kind:kind>/<str:name>/", views.entry, name="entry"),
    path("notices/table/<str:service>/<str:place>/", views.cell, name="cell"),
    path("notices/asked/", views.asked, name="asked"),
    path("notices/confirm/<str:token>/", views.confirm, name="confirm"),
    path("notices/stop/<str:token>/", views.stop, name="stop"),
]
