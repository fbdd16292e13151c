"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Notices(AppConfig):
    name = "luodi.web.notices"

    def ready(self) -> None:
        from luodi.web.notices import receivers

        assert receivers
