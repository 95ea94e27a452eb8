"""`attune demo`: a home with sample documents, and a chat to try it."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from bot import settings
from bot.chat.terminal import asking
from bot.commands import chat, output, syncing
from bot.commands.options import Home
from bot.domain import Subject, scope
from bot.errors import HomeNotEmpty
from bot.wiring import Wiring, opened

CHANNELS: Final = {
    "general": ("everyone",),
    "engineering": ("everyone", "engineering"),
    "people-team": ("everyone", "people"),
    "finance": ("everyone", "finance"),
}
"""What the readers of each channel may see; each scope is a folder of sample documents too."""
_WELCOME: Final = """\
This is the handbook of Termanza, an invented company. You are in #general, which may see what everyone may.
Ask for example:
  I lost both of my security keys. How do I get back into my account?
  ¿Cuánto me dan de vales para la despensa?
  Até que peso posso receber encomendas minhas em Marvila?
  What is the highest sign-on bonus we may offer a candidate?   (not for #general)
  /channel people-team                                          (then ask that again)
/help lists what else can be typed, Ctrl-D leaves. The home is {home}
"""


def demo(home: Home = None) -> None:
    """Make a home with the handbook of an invented company, and ask it; a second start only looks for changes.

    Example: attune demo
    """
    with opened(_chosen(home)) as parts:
        _fill(parts)
        output.say(_WELCOME.format(home=parts.home))
        chat.start(parts, "general", None)


def _chosen(home: Path | None) -> Path:
    """Return the home that somebody names, else one of its own: samples do not mix with real documents."""
    usual = settings.load(home).home
    return usual if home or settings.home_is_chosen() else usual / "demo"


def _fill(parts: Wiring) -> None:
    sample = files("bot") / "sample"
    folders = {name: str(sample / name) for names in CHANNELS.values() for name in names}
    if any(source.name not in folders for source in parts.sources.all()):
        raise HomeNotEmpty(home=parts.home)
    for channel, names in CHANNELS.items():
        parts.grants.allow(Subject(asking.channel(channel)), [scope(name) for name in names])
    for name, folder in folders.items():
        parts.sources.add(name, folder, frozenset({scope(name)}))
        report = syncing.run(parts, name)
        output.say(f"{name}: {report.passages:,} passages, {report.seconds:.1f} s")
