"""The app, with the policies of models of other packages."""

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "luodi.web.accounts"

    def ready(self) -> None:
        from luodi.web.accounts import permissions
        from luodi.web.accounts.recovery import install

        assert permissions
        install()
