"""The room of accounts."""

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "luodi.web.accounts"

    def ready(self) -> None:
        from luodi.web.accounts import foreign

        assert foreign
