from django.urls import path

from luodi.web.journal import views

app_name = "journal"
urlpatterns = [
    path("journal/", views.entries, name="entries"),
    path("journal/export/", views.export, name="export"),
]
