"""`bespoke ui`: the app in the browser. Knows nothing about pages; nothing heavy loads with it."""

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=7860,
    show_default=True,
    type=click.IntRange(1, 65_535),
    help="Port to listen on; the next free one if it is taken.",
)
@click.option("--open/--no-open", "is_opened", default=False, help="Open a browser, too.")
@click.option("--model", help="The chat model, as in BESPOKE_MODEL.")
def ui(host: str, port: int, is_opened: bool, model: str | None) -> None:
    """Talk to the assistant in the browser."""
    from ui.addresses import listen
    from ui.server import serve

    with listen(host, port) as listener:
        serve(listener, port_wanted=port, model=model, is_opened=is_opened)
