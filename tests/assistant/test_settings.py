from pathlib import Path

import pytest

from assistant.errors import InvalidSettings
from assistant.settings import Settings, load_settings


def test_the_defaults() -> None:
    settings = load_settings()
    assert settings.model == "qwen2.5-coder-1.5b-instruct"
    assert settings.embedder == "all-MiniLM-L6-v2"
    assert (settings.user, settings.time_zone) == ("me", "UTC")
    assert (settings.snapshot_tokens, settings.attached_tokens, settings.history_tokens) == (
        250,
        120,
        3000,
    )


def test_the_constructor_wins_over_the_environment_over_the_folder_over_the_home(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "bespoke.toml").write_text(
        'user = "home"\nmodel = "home"\ntime_zone = "Europe/Lisbon"\nreply_tokens = 100'
    )
    assert load_settings(home=home).user == "home"
    Path("bespoke.toml").write_text('user = "folder"\nmodel = "folder"\nreply_tokens = 200')
    monkeypatch.setenv("BESPOKE_USER", "environment")
    monkeypatch.setenv("BESPOKE_MODEL", "environment")
    settings = load_settings(home=home, model="constructor")
    assert settings.model == "constructor"
    assert settings.user == "environment"
    assert settings.reply_tokens == 200
    assert settings.time_zone == "Europe/Lisbon"


def test_the_home_of_the_environment_is_where_its_file_is_read(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "bespoke.toml").write_text('user = "ana"')
    monkeypatch.setenv("BESPOKE_HOME", str(home))
    assert (load_settings().home, load_settings().user) == (home, "ana")


def test_folders_are_absolute_and_know_the_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESPOKE_HOME", "~/vaults")
    monkeypatch.setenv("BESPOKE_CACHE", "weights")
    assert load_settings().home == Path.home() / "vaults"
    assert load_settings().cache == Path.cwd() / "weights"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("BESPOKE_TIME_ZONE", "Mars/Olympus", "time_zone: .*'Mars/Olympus'.*'Europe/Lisbon'"),
        ("BESPOKE_TEMPERATURE", "hot", "temperature: .*number"),
        ("BESPOKE_TEMPERATURE", "3", "temperature: .*less than or equal to 2"),
        ("BESPOKE_REPLY_TOKENS", "1", "reply_tokens: .*greater than or equal to 16"),
        ("BESPOKE_THREADS", "0", "threads: .*greater than or equal to 1"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings, match=message):
        load_settings()


@pytest.mark.parametrize("text", ["unknown = 1", "user = [", "threads = 'many'", "\x00"])
def test_a_file_that_cannot_be_used_is_refused(text: str) -> None:
    Path("bespoke.toml").write_text(text)
    with pytest.raises(InvalidSettings):
        load_settings()


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESPOKE_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(load_settings())
    monkeypatch.setenv("BESPOKE_THREADS", "none")
    with pytest.raises(InvalidSettings) as caught:
        load_settings()
    assert "sk-secret" not in str(caught.value)


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(Exception, match="frozen"):
        Settings().user = "other"  # type: ignore[misc]
