"""luodi mcp: the tools for assistants."""

import click


@click.command("mcp")
@click.option("--http", is_flag=True, help="Answer over HTTP at /mcp, with the keys and limits of the site.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on, with --http.")
@click.option(
    "--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on, with --http."
)
def command(http: bool, host: str, port: int) -> None:
    """Answer assistants by the Model Context Protocol: the questions as tools, rules and law as resources.

    Without --http it speaks on standard input and output, for the assistant that starts it.

    Exit status: 0 the assistant has ended, 2 it cannot start as it is set up.
    """
    from luodi.rules.library import hold_books
    from luodi.web.mcp.serving import serve_http, serve_stdio

    hold_books()
    if not http:
        serve_stdio()
        return
    from luodi.cli.serve import site

    site()
    click.echo(f"luodi: http://{host}:{port}/mcp (Ctrl+C stops)", err=True)
    serve_http(host, port)
