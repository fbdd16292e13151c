from django.urls import path

from luodi.web.advisor import views

app_name = "advisor"
entrances = [("advisor:start", "advisor.name")]
urlpatterns = [path("advisor/", views.start, name="start")]
