from django.urls import path, re_path

from luodi.web.books.views import drafts, editing, editions, maintenance, removal, text, trials
from luodi.web.core.roles import Role

app_name = "books"
staff_entrances = [("books:desk", "books.name", {Role.POLICY_OFFICER})]
_DRAFT = "desk/books/drafts/<int:pk>"
_ACTS = "submit|approve|send_back|publish|discard|catch_up"
urlpatterns = [
    path("desk/books/", drafts.desk, name="desk"),
    path("desk/books/drafts/", drafts.begin, name="begin"),
    path("desk/books/drafts/<int:pk>/", drafts.draft, name="draft"),
    path("desk/books/drafts/<int:pk>/history/", drafts.history, name="history"),
    path(f"{_DRAFT}/edit/", editing.edit, name="edit"),
    path(f"{_DRAFT}/edit/row/", editing.edit_row, name="edit_row"),
    path(f"{_DRAFT}/edit/row/remove/", removal.remove_row, name="remove_row"),
    path(f"{_DRAFT}/edit/new/", editing.new_row, name="new_row"),
    path(f"{_DRAFT}/edit/rule/", editing.new_rule, name="new_rule"),
    path(f"{_DRAFT}/edit/text/", text.edit_text, name="edit_text"),
    path(f"{_DRAFT}/try/", trials.trial, name="try"),
    path(f"{_DRAFT}/try/profile/", trials.keep_profile, name="keep_profile"),
    path(f"{_DRAFT}/try/profile/<int:profile>/remove/", trials.remove_profile, name="remove_profile"),
    path(f"{_DRAFT}/affected/", trials.affected, name="affected"),
    path(f"{_DRAFT}/runs/<slug:kind>/", trials.start, name="start_run"),
    path(f"{_DRAFT}/runs/<int:run>/stop/", trials.stop, name="stop_run"),
    path(f"{_DRAFT}/runs/<int:run>/ids.csv", trials.ids, name="run_ids"),
    path("desk/books/drafts/<int:pk>.zip", editions.download_draft, name="download_draft"),
    re_path(rf"^desk/books/drafts/(?P<pk>[0-9]{{1,15}})/(?P<act>{_ACTS})/$", drafts.act, name="act"),
    path("desk/books/due/", maintenance.due, name="due"),
    path("desk/books/due.csv", maintenance.exported, name="due_csv"),
    path("desk/books/due/<slug:book>/<slug:table>/<str:row>/", maintenance.row, name="due_row"),
    re_path(r"^desk/books/checks/(?P<pk>[0-9]{1,15})/(?P<act>confirm|refuse)/$", maintenance.decide, name="decide"),
    path("desk/books/editions/<slug:book>/", editions.publications, name="publications"),
    path("desk/books/editions/<slug:book>/<int:pk>/withdraw/", editions.withdraw, name="withdraw"),
    path("desk/books/editions/<slug:book>/<slug:edition>.zip", editions.download, name="download"),
]
