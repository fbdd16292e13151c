"""The app, with its receivers of signals and the policies of models of other packages."""

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "luodi.web.accounts"

    def ready(self) -> None:
        from luodi.web.accounts import foreign, receivers
        from luodi.web.accounts.recovery import install

        assert foreign and receivers
        install()
