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
@click.option("--auth", "has_accounts", is_flag=True, help="Let people sign in to their accounts.")
@click.option("--open/--no-open", "is_opened", default=False, help="Open a browser, too.")
@click.option("--model", help="The chat model, as in BESPOKE_MODEL.")
def ui(host: str, port: int, has_accounts: bool, is_opened: bool, model: str | None) -> None:
    """Talk to the assistant in the browser.

    Without --auth, whoever is at this computer chooses a profile; nothing keeps one from another's.
    With it, one signs in; `bespoke accounts add NAME` adds an account.
    """
    from ui.addresses import listen
    from ui.server import serve

    with listen(host, port, has_accounts=has_accounts) as listener:
        serve(
            listener,
            port_wanted=port,
            model=model,
            has_accounts=has_accounts,
            is_opened=is_opened,
        )
