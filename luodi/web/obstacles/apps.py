"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Obstacles(AppConfig):
    name = "luodi.web.obstacles"

    def ready(self) -> None:
        from luodi.web.obstacles import receivers

        assert receivers
