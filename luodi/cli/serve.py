"""luodi serve: the site."""

import os

import click

from luodi.cli.site import show_people, show_work, tell, there


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 256), help="How many processes.")
@click.option("--production", is_flag=True, help="Check the settings first and refuse unsafe ones. Without the demo.")
@click.option("--empty", is_flag=True, help="Without the fictional world that the first start makes.")
@click.option("--small", is_flag=True, help="With a small fictional world, made in seconds, at the first start.")
def command(host: str, port: int, workers: int, production: bool, empty: bool, small: bool) -> None:
    """Open the site. What it keeps lies under LUODI_HOME, or in PostgreSQL by LUODI_DATABASE_URL.

    The first start on a site that holds nothing makes a fictional bureau with people and two years of work, which takes
    about a minute, and shows their passwords once.

    Exit status: 0 stopped when told to, 2 it cannot start as it is set up.
    """
    if production:
        os.environ["LUODI_PRODUCTION"] = "1"
    os.environ["LUODI_SERVED_AT"] = f"http://{host}:{port}"
    framework()
    from luodi.web.application_server import serve
    from luodi.web.demo.startup import prepare as prepare_demo
    from luodi.web.production import refuse_demo, refuse_unsafe
    from luodi.web.server import prepare

    if production:
        refuse_unsafe(host)

    def fill() -> None:
        if production:
            refuse_demo()
        progress = None if small else show_work
        show_people(prepare_demo(make=not production and not empty, progress=progress))

    with there():
        prepare(tell, fill=fill)
    tell(f"http://{host}:{port}/ (Ctrl+C stops)")
    serve(host, port, workers)


def framework() -> None:
    """Django with our settings."""
    from luodi.web.server import set_up

    set_up()


def site() -> None:
    """The site's database, with its tables as this version needs them."""
    framework()
    from luodi.web.server import prepare

    with there():
        prepare(tell, files=False)
