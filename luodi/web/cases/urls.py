from django.urls import path, re_path

from luodi.web.cases.views import (
    calendars,
    cases,
    disagreements,
    law,
    next_facts,
    observed,
    opening,
    proofs,
    ratings,
    timeline,
)
from luodi.web.cases.views.case_page import PARTS
from luodi.web.core.roles import Role

app_name = "cases"
_FURTHER = [part for part in PARTS if part != "overview"]
staff_entrances = [
    ("cases:calendars", "cases.calendar_title", {Role.OFFICER, Role.LEADER}),
    ("cases:disagreements", "cases.disagreements_title", {Role.LEADER}),
    ("cases:law_changes", "cases.law_name", {Role.POLICY_OFFICER, Role.OFFICER, Role.LEADER}),
    ("cases:observed", "cases.observed_title", {Role.POLICY_OFFICER, Role.OFFICER, Role.LEADER}),
    ("cases:ratings", "cases.ratings_title", {Role.OFFICER, Role.LEADER}),
    ("cases:own", "cases.own_title", {Role.REPRESENTATIVE}),
]
urlpatterns = [
    path("desk/cases/", cases.listed, name="list"),
    path("desk/cases/new/", opening.new, name="new"),
    path("desk/cases/<str:reference>/", cases.case, name="case"),
    re_path(rf"^desk/cases/(?P<reference>[^/]+)/(?P<part>{'|'.join(_FURTHER)})/$", cases.case, name="part"),
    path("desk/cases/<str:reference>/timeline/", timeline.timeline, name="timeline"),
    path("desk/cases/<str:reference>/timeline/export/", timeline.exported, name="timeline_export"),
    path("desk/cases/<str:reference>/papers/<int:pk>/", proofs.proof_page, name="proof_page"),
    path("desk/cases/<str:reference>/papers/<int:pk>/<int:number>.png", proofs.proof_picture, name="proof_picture"),
    path("desk/facts/", next_facts.facts, name="next_facts"),
    path("desk/facts/<str:name>/", next_facts.fact, name="next_fact"),
    path("desk/disagreements/", disagreements.disagreements, name="disagreements"),
    path("desk/ratings/", ratings.ratings, name="ratings"),
    path("desk/working-days/", calendars.calendars, name="calendars"),
    path("desk/working-days/<int:unit>/", calendars.calendar, name="calendar"),
    path("desk/law-changes/", law.law_changes, name="law_changes"),
    path("desk/law-changes/<int:pk>/", law.law_change, name="law_change"),
    path("desk/law-changes/<int:pk>/export/", law.export, name="law_export"),
    path("desk/law-changes/<int:pk>/letters/", law.letters, name="law_letters"),
    re_path(r"^desk/law-changes/(?P<pk>[0-9]{1,9})/(?P<act>stop|go_on)/$", law.run, name="law_run"),
    path("desk/law-changes/try/<int:pk>/", law.try_draft, name="law_try"),
    path("desk/observed-times/", observed.observed, name="observed"),
    path("desk/observed-times/<int:pk>/", observed.observed_time, name="observed_time"),
    path("cases/", cases.own, name="own"),
    path("cases/<str:reference>/", cases.own_case, name="own_case"),
    re_path(r"^cases/(?P<reference>[^/]+)/schedule\.(?P<form>svg|csv)$", cases.schedule, name="schedule"),
    re_path(r"^cases/(?P<reference>[^/]+)/course\.(?P<form>svg|csv)$", cases.course, name="course"),
    path("cases/<str:reference>/act/<str:act>/", cases.act, name="act"),
    path("cases/<str:reference>/proof/<int:pk>/", cases.download, name="proof"),
]
