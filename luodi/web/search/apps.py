"""The app, which keeps its index as records are saved and deleted."""

from django.apps import AppConfig


class Search(AppConfig):
    name = "luodi.web.search"

    def ready(self) -> None:
        from luodi.web.search.index import follow

        follow()
