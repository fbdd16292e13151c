"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Workbench(AppConfig):
    name = "luodi.web.workbench"

    def ready(self) -> None:
        from luodi.web.workbench import receivers

        assert receivers
