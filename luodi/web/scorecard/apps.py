"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Scorecard(AppConfig):
    name = "luodi.web.scorecard"

    def ready(self) -> None:
        from luodi.web.scorecard import receivers

        assert receivers
