from django.urls import path, re_path

from luodi.web.advisor import views, views_desk, views_enquiry, views_owners, views_report, views_saved
from luodi.web.core.roles import Role

app_name = "advisor"
entrances = [("advisor:start", "advisor.name")]
staff_entrances = [
    ("advisor:enquiries", "advisor.enquiries_title", {Role.OFFICER, Role.LEADER}),
    ("advisor:reports", "advisor.reports_title", {Role.POLICY_OFFICER}),
]
urlpatterns = [
    path("advisor/", views.start, name="start"),
    path("advisor/say/", views.say, name="say"),
    path("advisor/ask/", views.ask, name="ask"),
    path("advisor/answer/", views.answer, name="answer"),
    path("advisor/owners/", views_owners.owners, name="owners"),
    path("advisor/check/", views.check, name="check"),
    path("advisor/plan/", views.plan, name="plan"),
    path("advisor/plan.pdf", views.plan_pdf, name="pdf"),
    path("advisor/plan.html", views.plan_html, name="html"),
    re_path(r"^advisor/schedule\.(?P<form>svg|csv)$", views.schedule, name="schedule"),
    path("advisor/plan.json", views.plan_json, name="json"),
    path("advisor/compare/", views.compare, name="compare"),
    path("advisor/hand-over/", views_enquiry.hand_over, name="hand_over"),
    path("advisor/enquiry/<str:secret>/", views_enquiry.enquiry, name="enquiry"),
    path("advisor/report/", views_report.report, name="report"),
    path("advisor/report/sent/", views_report.reported, name="reported"),
    path("advisor/saved/", views_saved.saved, name="saved"),
    path("advisor/saved/new/", views_saved.keep, name="keep"),
    re_path(r"^advisor/saved/(?P<pk>[0-9]{1,18})/(?P<act>renew|forget)/$", views_saved.act, name="act_on_saved"),
    path("notices/plan/", views_saved.subscribe, name="subscribe"),
    # ---- for officers
    path("desk/enquiries/", views_desk.enquiries, name="enquiries"),
    path("desk/enquiries/<int:pk>/", views_desk.received, name="received"),
    path("desk/enquiries/<int:pk>/files/<int:file>/", views_desk.file, name="file"),
    path("desk/enquiries/<int:pk>/plan/", views_desk.as_it_was, name="as_it_was"),
    re_path(r"^desk/enquiries/(?P<pk>[0-9]{1,18})/(?P<act>assign|answer|close)/$", views_desk.act, name="act"),
    path("desk/reports/", views_desk.reports, name="reports"),
    path("desk/reports/<int:pk>/", views_desk.report, name="reported_line"),
]
