"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Leads(AppConfig):
    name = "luodi.web.leads"

    def ready(self) -> None:
        from luodi.web.leads import receivers

        assert receivers
