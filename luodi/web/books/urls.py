from django.urls import path

from luodi.web.accounts.roles import Role
from luodi.web.books import views

app_name = "books"
staff_entrances = [("books:desk", "books.name", {Role.POLICY_OFFICER})]
urlpatterns = [
    path("desk/books/", views.desk, name="desk"),
    path("desk/books/drafts/", views.begin, name="begin"),
    path("desk/books/drafts/<int:pk>/", views.draft, name="draft"),
    path("desk/books/drafts/<int:pk>/text/", views.text, name="text"),
    path("desk/books/drafts/<int:pk>/history/", views.history, name="history"),
    path("desk/books/drafts/<int:pk>/<slug:act>/", views.act, name="act"),
    path("desk/books/editions/<slug:book>/", views.publications, name="publications"),
    path("desk/books/editions/<slug:book>/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("desk/books/editions/<slug:book>/<str:edition>.zip", views.download, name="download"),
]
