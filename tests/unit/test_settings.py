"""Settings: where they come from, which wins, and what is said when one is wrong."""

import os
from pathlib import Path

import pytest

from bot import settings
from bot.errors import SettingError, UnknownSetting, UnreadableSettings, WrongSetting


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, without the settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.upper().startswith("ATTUNE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def write(home: Path, text: str) -> Path:
    home.mkdir(exist_ok=True)
    (home / "attune.toml").write_text(text, "utf-8")
    return home


def test_nothing_needs_to_be_set() -> None:
    found = settings.load()
    assert found.home.is_absolute()
    assert (found.store, found.model, found.embedder) == ("lance", "extractive", "sentence_transformers")
    assert found.web_host == "127.0.0.1"


def test_environment_beats_dotenv_beats_the_file_of_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = write(tmp_path / "home", "web_port = 1\nmodel_name = 'one'\nmodel_url = 'http://one'")
    Path(".env").write_text("ATTUNE_WEB_PORT=2\nATTUNE_MODEL_NAME=two\nOTHER=x\n", "utf-8")
    monkeypatch.setenv("ATTUNE_WEB_PORT", "3")
    found = settings.load(home)
    assert (found.web_port, found.model_name, found.model_url) == (3, "two", "http://one")


def test_the_home_that_is_asked_for_beats_the_one_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "set", "web_port = 1")
    write(tmp_path / "asked", "web_port = 2")
    monkeypatch.setenv("ATTUNE_HOME", str(tmp_path / "set"))
    assert settings.load().web_port == 1
    assert settings.load(tmp_path / "asked").web_port == 2
    assert settings.load(Path("asked")).home == tmp_path / "asked"


def test_a_home_may_start_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ATTUNE_HOME", "~/attune")
    assert settings.load().home == tmp_path / "attune"


def test_empty_means_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_MODEL", "")
    monkeypatch.setenv("ATTUNE_HOME", "")
    assert settings.load().model == "extractive"
    assert not settings.home_is_chosen()


def test_where_the_records_are_to_be_is_known_whatever_else_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.database_of(tmp_path) == ""
    (tmp_path / "attune.toml").write_text("database_url = 'sqlite:////toml'\nno_setting = 1")
    assert settings.database_of(tmp_path) == "sqlite:////toml"
    for name, value in {"DATABASE_URL": "", "MODEL": "no model"}.items():
        monkeypatch.setenv(f"ATTUNE_{name}", value)
    assert settings.database_of(tmp_path) == "sqlite:////toml"
    monkeypatch.setenv("ATTUNE_DATABASE_URL", "sqlite:////environment")
    assert settings.database_of(tmp_path) == "sqlite:////environment"


def test_a_typo_in_the_environment_is_named_with_the_right_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_MODLE", "extractive")
    with pytest.raises(UnknownSetting, match=r"environment sets ATTUNE_MODLE.*Did you mean ATTUNE_MODEL\?"):
        settings.load()


def test_a_typo_in_dotenv_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    Path(".env").write_text("ATTUNE_WEBPORT=1", "utf-8")
    with pytest.raises(UnknownSetting, match=r"\.env in the current folder sets ATTUNE_WEBPORT.*ATTUNE_WEB_PORT\?"):
        settings.load()


@pytest.mark.parametrize("text", ["modle = 'extractive'", "home = '/x'", "[attune]\nmodel = 'openai'"])
def test_an_unknown_key_in_the_file_is_named(tmp_path: Path, text: str) -> None:
    home = write(tmp_path / "home", text)
    with pytest.raises(UnknownSetting, match=r"attune\.toml sets"):
        settings.load(home)


def test_a_wrong_value_is_named_with_what_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_MODEL", "gpt")
    with pytest.raises(WrongSetting, match=r"ATTUNE_MODEL is 'gpt'.*'extractive', 'transformers' or 'openai'"):
        settings.load()


def test_a_wrong_value_in_the_file_is_named_with_the_file(tmp_path: Path) -> None:
    home = write(tmp_path / "home", "web_port = 70000")
    with pytest.raises(WrongSetting, match=r"web_port in .*attune\.toml is 70000.*less than or equal to 65535"):
        settings.load(home)


def test_a_secret_is_never_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = write(tmp_path / "home", "model_api_key = ['canary-1']\ndatabase_url = 5")
    with pytest.raises(WrongSetting) as raised:
        settings.load(home)
    assert "canary" not in str(raised.value)
    monkeypatch.setenv("ATTUNE_MODEL_API_KEY", "canary-2")
    assert "canary" not in repr(settings.load())


@pytest.mark.parametrize(
    ("text", "line"), [("web_port = 1\nmodel = \n", "line 2"), ("a = 1\nb = 2\nc", "line 3"), ("a = 'x\ny'", "line 1")]
)
def test_a_broken_file_is_named_with_the_line(tmp_path: Path, text: str, line: str) -> None:
    home = write(tmp_path / "home", text)
    with pytest.raises(UnreadableSettings, match=line) as raised:
        settings.load(home)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "attune.toml").write_bytes(b"model = '\xff'")
    with pytest.raises(SettingError, match=r"attune\.toml cannot be read"):
        settings.load(tmp_path)


def test_what_this_version_does_not_use_is_reported_and_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = write(tmp_path / "home", "broker_url = 'redis://x'")
    monkeypatch.setenv("ATTUNE_SLACK_BOT_TOKEN", "xoxb")
    Path(".env").write_text("ATTUNE_WEAVIATE_URL=http://x", "utf-8")
    assert settings.load(home).home == home
    assert settings.unused(home) == ["ATTUNE_BROKER_URL", "ATTUNE_SLACK_BOT_TOKEN", "ATTUNE_WEAVIATE_URL"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "attune.example.org"),
        ("PUBLIC_URL", "ftp://attune.example.org"),
        ("PUBLIC_URL", "https://attune.example.org/?a=b"),
        ("PUBLIC_URL", "https://ann:secret@attune.example.org"),
        ("OIDC_ISSUER", "http://sso.example.org"),
        ("OIDC_ISSUER", "https://"),
        ("SESSION_HOURS", "0"),
        ("ANSWER_THREADS", "0"),
    ],
)
def test_what_the_web_cannot_be_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ATTUNE_{name}", value)
    with pytest.raises(WrongSetting, match=f"ATTUNE_{name} is .*it should|greater than"):
        settings.load()


def test_a_provider_is_https_or_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for issuer in ("https://sso.example.org/realms/staff", "http://127.0.0.1:9000", "http://localhost:9000"):
        monkeypatch.setenv("ATTUNE_OIDC_ISSUER", f"{issuer}/")
        assert settings.load().oidc_issuer == issuer


@pytest.mark.parametrize(
    ("public", "host", "port", "address"),
    [
        ("", "127.0.0.1", None, "http://127.0.0.1:8420"),
        ("", "::1", 8421, "http://[::1]:8421"),
        ("", "0.0.0.0", None, "http://localhost:8420"),  # noqa: S104 - somebody may set it
        ("https://attune.example.org/", "0.0.0.0", None, "https://attune.example.org"),  # noqa: S104 - likewise
    ],
)
def test_the_address_that_people_use(
    monkeypatch: pytest.MonkeyPatch, public: str, host: str, port: int | None, address: str
) -> None:
    monkeypatch.setenv("ATTUNE_PUBLIC_URL", public)
    monkeypatch.setenv("ATTUNE_WEB_HOST", host)
    assert settings.load().address(port) == address
