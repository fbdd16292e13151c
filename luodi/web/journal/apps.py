"""The room of the journal."""

from django.apps import AppConfig


class Journal(AppConfig):
    name = "luodi.web.journal"
