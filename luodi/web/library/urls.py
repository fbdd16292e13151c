from django.urls import path, register_converter

from luodi.library.entry import KINDS
from luodi.web.library import views, views_changes, views_subscriptions, views_table


class KindConverter:
    """Only what is a kind of entry, so that every other word is free for a page."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KindConverter, "kind")

app_name = "library"
entrances = [("library:home", "library.name")]
urlpatterns = [
    path("law/", views.home, name="home"),
    path("law/search/", views.find, name="search"),
    path("law/table/", views_table.table, name="table"),
    path("law/table.csv", views_table.as_csv, name="table_csv"),
    path("law/table.json", views_table.as_json, name="table_json"),
    path("law/table/<str:service>/<str:place>/", views_table.answer, name="answer"),
    path("law/changes/", views_changes.changes, name="changes"),
    path("law/changes/feed.atom", views_changes.atom, name="atom"),
    path("law/changes/feed.json", views_changes.as_json, name="json_feed"),
    path("law/books/", views_changes.books, name="books"),
    path("law/books/<slug:book>/", views_changes.book, name="book"),
    path("law/books/<slug:book>/<slug:edition>/", views_changes.edition, name="edition"),
    path("law/<kind:kind>/", views.listing, name="list"),
    path("law/<kind:kind>/<str:name>/", views.entry, name="entry"),
    path("law/<kind:kind>/<str:name>/changes/", views_changes.changes, name="changes_of"),
    path("law/<kind:kind>/<str:name>/changes/feed.atom", views_changes.atom, name="atom_of"),
    path("law/<kind:kind>/<str:name>/changes/feed.json", views_changes.as_json, name="json_feed_of"),
    path("notices/law/<kind:kind>/<str:name>/", views_subscriptions.entry, name="subscribe"),
    path("notices/table/<str:service>/<str:place>/", views_subscriptions.cell, name="subscribe_to_cell"),
]
