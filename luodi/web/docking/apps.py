"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Docking(AppConfig):
    name = "luodi.web.docking"

    def ready(self) -> None:
        from luodi.web.docking import receivers

        assert receivers
