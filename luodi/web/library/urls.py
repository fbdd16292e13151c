from django.urls import path, register_converter

from luodi.library.entry import KINDS
from luodi.web.library.views import changes, entries, subscriptions, table


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
    path("law/", entries.home, name="home"),
    path("law/search/", entries.find, name="search"),
    path("law/table/", table.table, name="table"),
    path("law/table.csv", table.as_csv, name="table_csv"),
    path("law/table.json", table.as_json, name="table_json"),
    path("law/table/<str:service>/<str:place>/", table.answer, name="answer"),
    path("law/changes/", changes.changes, name="changes"),
    path("law/changes/feed.atom", changes.atom, name="atom"),
    path("law/changes/feed.json", changes.as_json, name="json_feed"),
    path("law/books/", changes.books, name="books"),
    path("law/books/<slug:book>/", changes.book, name="book"),
    path("law/books/<slug:book>/<slug:edition>/", changes.edition, name="edition"),
    path("law/<kind:kind>/", entries.listing, name="list"),
    path("law/<kind:kind>/<str:name>/", entries.entry, name="entry"),
    path("law/<kind:kind>/<str:name>/changes/", changes.changes, name="changes_of"),
    path("law/<kind:kind>/<str:name>/changes/feed.atom", changes.atom, name="atom_of"),
    path("law/<kind:kind>/<str:name>/changes/feed.json", changes.as_json, name="json_feed_of"),
    path("notices/law/<kind:kind>/<str:name>/", subscriptions.entry, name="subscribe"),
    path("notices/table/<str:service>/<str:place>/", subscriptions.cell, name="subscribe_to_cell"),
]
