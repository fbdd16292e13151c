from django.urls import path

from luodi.web.site import views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("contact/", views.contact, name="contact"),
    path("help/", views.how, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
