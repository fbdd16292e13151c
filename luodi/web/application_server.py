"""gunicorn with our application: a few processes with a few threads each."""

import gc
from importlib import import_module
from typing import Any, Final

from gunicorn.app.base import BaseApplication

THREADS: Final = 8  # of each process: they wait for the database more than they work


def read_pages() -> None:
    """Every view, and what all templates share: once, before the processes part, not by each for its first visitor."""
    from django.conf import settings
    from django.template import engines

    import_module(settings.ROOT_URLCONF)
    engines.all()


class Server(BaseApplication):
    """gunicorn with our application, without a file of settings."""

    def __init__(self, host: str, port: int, workers: int) -> None:
        self.given = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "preload_app": True,
            "graceful_timeout": 20,
            "timeout": 60,
            "max_requests": 50_000,
            "max_requests_jitter": 5_000,
            "keepalive": 15,
            "limit_request_line": 8190,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.given.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from luodi.web.server import warm
        from luodi.web.wsgi import application

        warm()
        read_pages()
        gc.collect()
        gc.freeze()  # books stay as long as the process: they are looked through for nothing, and are shared by all
        return application
