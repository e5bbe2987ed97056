"""The settings of an assistant, and the only place that reads the environment.

A value comes from, in this order: the constructor, `BESPOKE_*` in the environment, `bespoke.toml`
in the working folder, `bespoke.toml` in the home folder, the default below.
"""

import os
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import InvalidSettings

CONFIG_NAME = "bespoke.toml"


class Settings(BaseSettings):
    """All that can be set. Unknown names in `bespoke.toml` are refused."""

    model_config = SettingsConfigDict(env_prefix="BESPOKE_", extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("bespoke", appauthor=False),
        description="the folder that holds every user's vault",
    )
    cache: Path = Field(
        default_factory=lambda: user_cache_path("bespoke", appauthor=False),
        description="the folder that holds the weights of models",
    )
    user: str = Field("me", description="whose vault the command line opens")
    model: str = Field(
        "qwen2.5-coder-1.5b-instruct",
        description="a catalogue name, `gguf:<file>`, `hf:<repo or folder>` or `provider:model`",
    )
    base_url: str | None = Field(
        None, description="address of an OpenAI-compatible server that serves `model`"
    )
    api_key: SecretStr | None = Field(None, description="key for `base_url`")
    embedder: str = Field(
        "all-MiniLM-L6-v2", description="a catalogue name or a sentence-transformers folder"
    )
    reranker: str | None = Field(
        None, description="a folder with a sentence-transformers cross-encoder that looks again"
    )
    parser: str = Field(
        "en_core_web_sm",
        description="a catalogue name or a spaCy folder; empty: nothing is learned from messages",
    )
    time_zone: str = Field("UTC", description="the user's time zone, as in `Europe/Lisbon`")
    temperature: float = Field(0.3, ge=0, le=2, description="how freely the model words a reply")
    reply_tokens: int = Field(512, ge=16, description="the longest reply, in tokens")
    snapshot_tokens: int = Field(250, ge=0, description="budget for what is known, once a chat")
    attached_tokens: int = Field(120, ge=0, description="budget for what is recalled, each turn")
    history_tokens: int = Field(3000, ge=200, description="budget for the conversation so far")
    suggestions: bool = Field(
        False, description="whether the model may suggest memories from what you wrote"
    )
    threads: int | None = Field(
        None, ge=1, description="CPU threads of the local model; all cores if not set"
    )

    @field_validator("time_zone")
    @classmethod
    def _time_zone_exists(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"there is no time zone {name!r}; use a name like 'Europe/Lisbon'")
        return name

    @field_validator("home", "cache")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the user means "yesterday"."""
        return ZoneInfo(self.time_zone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The places that values come from, the strongest first."""
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, Path(CONFIG_NAME)),
            TomlConfigSettingsSource(settings_cls, _home(init_settings) / CONFIG_NAME),
        )


def load_settings(**given: Any) -> Settings:
    """Read the settings; `given` values win over environment and files.

    Raises:
        InvalidSettings: a value cannot be used; the message names it, and where it can be set.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSettings(
            f"A {CONFIG_NAME} in the working or the home folder is no TOML file: {error}."
        ) from None
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in error.errors()
        )
        raise InvalidSettings(
            f"{wrong}. Settings come from BESPOKE_* in the environment and from {CONFIG_NAME}."
        ) from None


def _home(init_settings: PydanticBaseSettingsSource) -> Path:
    given = init_settings().get("home") or os.environ.get("BESPOKE_HOME")
    return Path(given).expanduser() if given else user_data_path("bespoke", appauthor=False)
