"""Every setting: from the environment, else from .env in the current folder, else from HOME/attune.toml."""

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import UnknownSetting, UnreadableSettings, WrongSetting

PREFIX: Final = "ATTUNE_"
FILE: Final = "attune.toml"
_DOTENV: Final = ".env"
LATER: Final = frozenset(
    {
        "artefacts",
        "broker_url",
        "slack_api_url",
        "slack_app_token",
        "slack_bot_token",
        "slack_signing_secret",
        "teams_app_id",
        "teams_app_password",
        "teams_port",
        "teams_tenant_id",
        "weaviate_api_key",
        "weaviate_grpc_url",
        "weaviate_url",
    }
)
"""Settings of doors and engines that this version does not have; setting them is no error."""
_INSTALLER: Final = frozenset({"torch_index"})
"""Read by `deploy/install`, and in the environment still when it starts the command."""
_EVERY_ADDRESS: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_SECRET: Final = frozenset({"database_url", "model_api_key", "model_url", "oidc_client_secret"})
"""Never repeated in a sentence: they are a password, or may hold one."""


class Settings(BaseSettings):
    """What can be chosen, each with what holds where nothing is said; made by `load`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=_DOTENV, env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Field(default_factory=lambda: user_data_path("attune", appauthor=False))
    """The folder that everything is kept in."""
    store: Literal["lance"] = "lance"
    database_url: str = ""
    """An SQLAlchemy address; empty means SQLite in the home."""
    model: Literal["extractive", "transformers", "openai"] = "extractive"
    """What answers until a release is promoted."""
    model_name: str = ""
    """A folder with weights, or the name that the server serves; empty means the packaged model."""
    model_url: str = ""
    model_api_key: SecretStr = SecretStr("")
    model_window: int = Field(default=8192, ge=512)
    """How many tokens the server's model reads and writes together."""
    embedder: Literal["sentence_transformers"] = "sentence_transformers"
    embedder_name: str = ""
    """A folder with a sentence-transformers model; empty means the packaged one."""
    reranker_name: str = ""
    """A folder with a sentence-transformers cross-encoder; empty means that nothing is reranked."""
    answer_seconds: float = Field(default=120.0, gt=0, le=3600)
    """How long a model may take for one answer."""
    max_question_chars: int = Field(default=4000, ge=1, le=100_000)
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8420, ge=1, le=65535)
    console_port: int = Field(default=8421, ge=1, le=65535)
    public_url: str = ""
    """The address that people use, where it is not the one that is listened on: behind a proxy, with https."""
    console_url: str = ""
    """The same for the console."""
    oidc_issuer: str = ""
    """An OpenID Connect provider; empty means local passwords."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_groups_claim: str = "groups"
    session_hours: float = Field(default=12.0, ge=0.25, le=720)
    """After so many hours without use a sign-in ends."""
    answer_threads: int = Field(default=2, ge=1, le=64)
    """How many questions of the web chat are answered at once."""
    log_format: Literal["auto", "console", "json"] = "auto"
    """Auto means lines for people on a terminal, and JSON elsewhere."""
    log_level: Literal["debug", "info", "warning", "error"] | None = None
    """Unset means info for servers and warning for commands."""

    def address(self, port: int | None = None) -> str:
        """Return the address that people use: the public one, else where the door on this port listens."""
        if self.public_url:
            return self.public_url
        host = "localhost" if self.web_host in _EVERY_ADDRESS else self.web_host
        return f"http://{f'[{host}]' if ':' in host else host}:{port or self.web_port}"

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("public_url", "console_url", "oidc_issuer")
    @classmethod
    def _address(cls, address: str) -> str:
        return _web_address(address) if address else ""

    @field_validator("oidc_issuer")
    @classmethod
    def _confidential(cls, address: str) -> str:
        if address.startswith("http:") and urlsplit(address).hostname not in _LOOPBACK:
            msg = "it should begin with https, because secrets travel there"
            raise ValueError(msg)
        return address

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the values that `load` read from the home's file last."""
        del settings_cls, file_secret_settings
        return env_settings, dotenv_settings, init_settings


def load(home: Path | None = None) -> Settings:
    """Return the settings of a home, by default the one that the environment names.

    Raises `UnknownSetting`, `WrongSetting` or `UnreadableSettings`; a typo is never passed over.
    """
    environment, dotenv = _environment(), _dotenv()
    _check(environment, "The environment", PREFIX)
    _check(dotenv, f"{_DOTENV} in the current folder", PREFIX)
    root = home.expanduser().absolute() if home else _valid({}, {}).home
    kept = _toml(root / FILE)
    _check(kept, str(root / FILE), "")
    settings = _valid(kept, dict.fromkeys(kept.keys() - {*environment, *dotenv}, root / FILE))
    return settings.model_copy(update={"home": root})


def home_is_chosen() -> bool:
    """Say whether the environment names a home."""
    return bool({**_dotenv(), **_environment()}.get("home"))


def database_of(home: Path) -> str:
    """Return where the records of a home are to be, though other settings of it may be wrong by now."""
    chosen = [kept.get("database_url") for kept in (_environment(), _dotenv(), _toml(home / FILE))]
    return next((str(url) for url in chosen if url), "")


def unused(home: Path) -> list[str]:
    """Return the settings that are set, but belong to what this version does not have, by environment name."""
    names = {**_toml(home / FILE), **_dotenv(), **_environment()}
    return sorted(f"{PREFIX}{name.upper()}" for name in names.keys() & LATER)


def _environment() -> dict[str, str]:
    return _ours(os.environ)


def _dotenv() -> dict[str, str]:
    try:
        return _ours(dotenv_values(_DOTENV))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSettings(path=f"{_DOTENV} in the current folder", why=error) from error


def _ours(variables: Mapping[str, str | None]) -> dict[str, str]:
    return {
        name.upper().removeprefix(PREFIX).lower(): value or ""
        for name, value in variables.items()
        if name.upper().startswith(PREFIX)
    }


def _toml(path: Path) -> dict[str, object]:
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSettings(path=path, why=error) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why = str(error).replace("end of document", f"line {len(text.splitlines())}, the end")
        raise UnreadableSettings(path=path, why=why) from error


def _check(names: Iterable[str], where: str, prefix: str) -> None:
    known = {*Settings.model_fields, *LATER} | _INSTALLER if prefix else {*Settings.model_fields, *LATER} - {"home"}
    for name in sorted(set(names) - known):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {_spelt(near[0], prefix)}?" if near else "The README lists all of them."
        raise UnknownSetting(where=where, name=_spelt(name, prefix), hint=hint)


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        msg = "it should be an address such as https://attune.example.org"
        raise ValueError(msg)
    return address.rstrip("/")


def _spelt(name: str, prefix: str) -> str:
    return f"{prefix}{name.upper()}" if prefix else name


def _valid(kept: Mapping[str, object], origins: Mapping[str, Path]) -> Settings:
    try:
        return Settings.model_validate({name: value for name, value in kept.items() if name not in LATER})
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        field = str(wrong["loc"][0]) if wrong["loc"] else "A setting"
        name = f"{field} in {origins[field]}" if field in origins else f"{PREFIX}{field.upper()}"
        given = "***" if field in _SECRET else wrong["input"]
        why = wrong["msg"].replace("Input should be", "it should be")
        raise WrongSetting(name=name, given=given, why=why) from error
