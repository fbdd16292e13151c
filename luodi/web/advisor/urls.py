from django.urls import path

from luodi.web.advisor import views

app_name = "advisor"
entrances = [("advisor:start", "advisor.name")]
urlpatterns = [
    path("advisor/", views.start, name="start"),
    path("advisor/ask/", views.ask, name="ask"),
    path("advisor/answer/", views.answer, name="answer"),
    path("advisor/owners/", views.owners, name="owners"),
    path("advisor/check/", views.check, name="check"),
    path("advisor/plan/", views.plan, name="plan"),
    path("advisor/plan.pdf", views.plan_pdf, name="pdf"),
    path("advisor/plan.html", views.plan_html, name="html"),
    path("advisor/plan.json", views.plan_json, name="json"),
    path("advisor/compare/", views.compare, name="compare"),
]
