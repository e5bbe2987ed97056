"""`bespoke accounts`: who may sign in to the app. Passwords are asked for, never options."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from ui.accounts import SHORTEST_PASSWORD, AccountError, Accounts

_Given = ParamSpec("_Given")


def _told(command: Callable[_Given, None]) -> Callable[_Given, None]:
    """Let what cannot be done be told in one sentence."""

    @wraps(command)
    def wrapper(*args: _Given.args, **kwargs: _Given.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except AccountError as error:
            raise click.ClickException(str(error)) from error

    return wrapper


@click.group()
def accounts() -> None:
    """Say who may sign in to the app; it asks them to with `bespoke ui --auth`."""


@accounts.command("list")
@_told
def list_accounts() -> None:
    """Show the names of all accounts."""
    names = _accounts().names()
    for name in names:
        click.echo(name)
    if not names:
        click.echo("There is no account yet. Add one: bespoke accounts add NAME")


@accounts.command()
@click.argument("name")
@_told
def add(name: str) -> None:
    """Add an account; its password is asked for."""
    account = _accounts().add(name, _new_password())
    click.echo(f"{account.name} can sign in now; the app asks for it with: bespoke ui --auth")
    click.echo(f"What is kept about {account.name} on this machine, if anything, is theirs.")


@accounts.command()
@click.argument("name")
@_told
def password(name: str) -> None:
    """Give an account another password, which signs all its browsers out."""
    all_accounts = _accounts()
    all_accounts.known(name)  # else the password would be asked for in vain
    account = all_accounts.set_password(name, _new_password())
    click.echo(f"The password of {account.name} is changed, and their browsers are signed out.")


@accounts.command()
@click.argument("name")
@_told
def remove(name: str) -> None:
    """Remove an account, which signs all its browsers out; what is kept about them stays."""
    account = _accounts().remove(name)
    click.echo(f"{account.name} cannot sign in any more.")
    click.echo(f"What is kept about them stays; bespoke erase --user {account.name!r} removes it.")


def _accounts() -> Accounts:
    from assistant.settings import load_settings  # pydantic's settings take a while to load

    return Accounts(load_settings().home)


def _new_password() -> str:
    asked = f"Password (at least {SHORTEST_PASSWORD} characters)"
    return str(click.prompt(asked, hide_input=True, confirmation_prompt="Once more"))
