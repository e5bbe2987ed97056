"""`bespoke doctor`: is everything in order, and what to do where it is not."""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from assistant.chat_models.catalogue import CATALOGUE
from assistant.chat_models.installed import is_installed
from assistant.settings import CONFIG_NAME, Settings, load_settings
from memory.errors import VaultError

if TYPE_CHECKING:
    from memory.vault import Vault

_PACKAGES = ("chromadb", "gradio", "langchain", "sentence-transformers", "torch", "xllamacpp")
_LITTLE_DISK = 2_000_000_000


class Finding(NamedTuple):
    """One thing that was looked at; `advice` says what to do, and is empty where all is well."""

    what: str
    advice: str = ""


@click.command()
@click.option("--repair", is_flag=True, help="Build broken indexes again.")
def doctor(*, repair: bool) -> None:
    """Check the installation, the models and every vault."""
    is_well = True
    for finding in _findings(load_settings(), repair=repair):
        is_well = is_well and not finding.advice
        click.echo(f"{'ok ' if not finding.advice else '!! '} {finding.what}")
        if finding.advice:
            click.echo(f"    {finding.advice}")
    sys.exit(0 if is_well else 1)


def _findings(settings: Settings, *, repair: bool) -> Iterator[Finding]:
    yield from _installation()
    yield from _places(settings)
    yield from _models(settings)
    yield from _vaults(settings, repair=repair)


def _installation() -> Iterator[Finding]:
    yield Finding(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
    with sqlite3.connect(":memory:") as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    if "ENABLE_FTS5" not in options:
        yield Finding("SQLite has no FTS5", "Use a Python whose SQLite has it, as python.org's.")
    for package in _PACKAGES:
        try:
            yield Finding(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Finding(f"{package} is missing", "Install again: make run")


def _places(settings: Settings) -> Iterator[Finding]:
    files = [path for path in (Path(CONFIG_NAME), settings.home / CONFIG_NAME) if path.is_file()]
    yield Finding(f"settings from BESPOKE_* and {[str(path) for path in files] or 'no file'}")
    for what, folder in (("vaults", settings.home), ("models", settings.cache)):
        free = shutil.disk_usage(_existing(folder)).free
        little = free < _LITTLE_DISK
        yield Finding(
            f"{what} in {folder}, {free / 1e9:.0f} GB free",
            "There is little room left on this disk; free some." if little else "",
        )
    if settings.home.exists() and settings.home.stat().st_mode & 0o077:
        yield Finding(f"{settings.home} can be read by others", f"Run: chmod 700 '{settings.home}'")


def _models(settings: Settings) -> Iterator[Finding]:
    for name in filter(None, (settings.model, settings.embedder, settings.parser)):
        weights = CATALOGUE.get(name)
        if weights is None:
            yield Finding(f"{name} is not of the catalogue; it is opened when it is used")
        elif is_installed(weights, settings.cache):
            yield Finding(f"{name} is installed")
        else:
            yield Finding(f"{name} is not installed", f"Run: bespoke models pull {name}")


def _vaults(settings: Settings, *, repair: bool) -> Iterator[Finding]:

    from assistant.embedders import open_embedder
    from memory.vaults import Vaults

    vaults = Vaults(settings.home, open_embedder(settings))
    for user in vaults.users():
        try:
            with vaults.using(user) as vault:
                if repair:
                    vault.repair()
                yield _vault_finding(user, vault)
        except VaultError as error:
            yield Finding(f"the vault of {user!r}", str(error))
    vaults.close()


def _vault_finding(user: str, vault: "Vault") -> Finding:
    counts = f"{vault.messages.count()} messages, {len(vault.memories.list())} memories"
    return Finding(f"the vault of {user!r}: {counts}", " ".join(vault.problems()))


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
