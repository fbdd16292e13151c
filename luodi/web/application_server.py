"""gunicorn with our application: a few processes with a few threads each."""

import gc
from importlib import import_module
from typing import Final

from gunicorn.app.base import BaseApplication

from luodi.web.server import warm
from luodi.web.worker import worker_beside

THREADS: Final = 8  # of each process: they wait for the database more than they work
#: Behind a proxy: as many as a process can usefully do at once, since all wait in one line before all processes.
_THREADS_BEHIND_PROXY: Final = 4


def read_pages() -> None:
    """Every view, and what all templates share: once, before the processes part, not by each for its first visitor."""
    from django.conf import settings
    from django.template import engines

    import_module(settings.ROOT_URLCONF)
    engines.all()


def _connections(behind_proxy: bool) -> dict[str, int]:
    """Browsers keep a connection, which ties them to the process that took it. A proxy sends each request over one of
    its own, whole: a process that takes no more of them than it has threads leaves the others to whoever is free next,
    so that nobody waits behind a full process while another one is idle."""
    if behind_proxy:
        return {"threads": _THREADS_BEHIND_PROXY, "worker_connections": _THREADS_BEHIND_PROXY, "keepalive": 0}
    return {"threads": THREADS, "keepalive": 15}


class Server(BaseApplication):
    """gunicorn with our application, without a file of settings."""

    def __init__(self, host: str, port: int, workers: int, *, behind_proxy: bool = False) -> None:
        self.given = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "worker_class": "gthread",
            "preload_app": True,
            "graceful_timeout": 20,
            "timeout": 60,
            "max_requests": 50_000,
            "max_requests_jitter": 5_000,
            "limit_request_line": 8190,
            "control_socket_disable": True,
            **_connections(behind_proxy),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.given.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> object:
        from luodi.web.wsgi import application

        warm()
        read_pages()
        gc.collect()
        gc.freeze()  # books stay as long as the process: they are looked through for nothing, and are shared by all
        return application


def serve(host: str, port: int, workers: int) -> None:
    """Serve until told to stop; requests under way are answered first. Background work goes on beside it."""
    from django.conf import settings
    from django.db import connections

    connections.close_all()  # what is open now must not be shared by the processes that answer
    with worker_beside():
        Server(host, port, workers, behind_proxy=settings.BEHIND_PROXY).run()
