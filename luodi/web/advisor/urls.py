from django.urls import path, re_path

from luodi.web.advisor.views import desk, enquiries, owners, questions, reports, results, saved
from luodi.web.core.roles import Role

app_name = "advisor"
entrances = [("advisor:start", "advisor.name")]
staff_entrances = [
    ("advisor:enquiries", "advisor.enquiries_title", {Role.OFFICER, Role.LEADER}),
    ("advisor:reports", "advisor.reports_title", {Role.POLICY_OFFICER}),
]
urlpatterns = [
    path("advisor/", questions.start, name="start"),
    path("advisor/say/", questions.say, name="say"),
    path("advisor/ask/", questions.ask, name="ask"),
    path("advisor/answer/", questions.answer, name="answer"),
    path("advisor/owners/", owners.owners, name="owners"),
    path("advisor/check/", questions.check, name="check"),
    path("advisor/plan/", results.plan, name="plan"),
    path("advisor/plan.pdf", results.plan_pdf, name="pdf"),
    path("advisor/plan.html", results.plan_html, name="html"),
    re_path(r"^advisor/schedule\.(?P<form>svg|csv)$", results.schedule, name="schedule"),
    path("advisor/plan.json", results.plan_json, name="json"),
    path("advisor/compare/", results.compare, name="compare"),
    path("advisor/hand-over/", enquiries.hand_over, name="hand_over"),
    path("advisor/enquiry/<str:secret>/", enquiries.enquiry, name="enquiry"),
    path("advisor/report/", reports.report, name="report"),
    path("advisor/report/sent/", reports.reported, name="reported"),
    path("advisor/saved/", saved.saved, name="saved"),
    path("advisor/saved/new/", saved.keep, name="keep"),
    re_path(r"^advisor/saved/(?P<pk>[0-9]{1,18})/(?P<act>renew|forget)/$", saved.act, name="act_on_saved"),
    path("notices/plan/", saved.subscribe, name="subscribe"),
    # ---- for officers
    path("desk/enquiries/", desk.enquiries, name="enquiries"),
    path("desk/enquiries/<int:pk>/", desk.received, name="received"),
    path("desk/enquiries/<int:pk>/files/<int:file>/", desk.file, name="file"),
    path("desk/enquiries/<int:pk>/plan/", desk.as_it_was, name="as_it_was"),
    re_path(r"^desk/enquiries/(?P<pk>[0-9]{1,18})/(?P<act>assign|answer|close)/$", desk.act, name="act"),
    path("desk/reports/", desk.reports, name="reports"),
    path("desk/reports/<int:pk>/", desk.report, name="reported_line"),
]
