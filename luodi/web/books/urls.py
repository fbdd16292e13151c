from django.urls import path, re_path

from luodi.web.books import urls_editing, views, views_editions, views_upkeep
from luodi.web.core.roles import Role

app_name = "books"
staff_entrances = [("books:desk", "books.name", {Role.POLICY_OFFICER})]
_ACTS = "submit|approve|send_back|publish|discard|catch_up"
urlpatterns = [
    path("desk/books/", views.desk, name="desk"),
    path("desk/books/drafts/", views.begin, name="begin"),
    path("desk/books/drafts/<int:pk>/", views.draft, name="draft"),
    path("desk/books/drafts/<int:pk>/history/", views.history, name="history"),
    *urls_editing.patterns,
    path("desk/books/drafts/<int:pk>.zip", views_editions.download_draft, name="download_draft"),
    re_path(rf"^desk/books/drafts/(?P<pk>[0-9]{{1,15}})/(?P<act>{_ACTS})/$", views.act, name="act"),
    path("desk/books/due/", views_upkeep.due, name="due"),
    path("desk/books/due.csv", views_upkeep.exported, name="due_csv"),
    path("desk/books/due/<slug:book>/<slug:table>/<str:row>/", views_upkeep.row, name="due_row"),
    re_path(r"^desk/books/checks/(?P<pk>[0-9]{1,15})/(?P<act>confirm|refuse)/$", views_upkeep.decide, name="decide"),
    path("desk/books/editions/<slug:book>/", views_editions.publications, name="publications"),
    path("desk/books/editions/<slug:book>/<int:pk>/withdraw/", views_editions.withdraw, name="withdraw"),
    path("desk/books/editions/<slug:book>/<slug:edition>.zip", views_editions.download, name="download"),
]
