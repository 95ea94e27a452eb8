"""`attune demo`: a home with sample documents, and a web chat and a console to try it."""

from pathlib import Path
from typing import Annotated, Final

import structlog
import typer

from bot import settings
from bot.commands import chat, chatting, floor, output, samples
from bot.commands.options import Home
from bot.errors import WrongSetting
from bot.home import held
from bot.web.frame import LOOPBACK
from bot.wiring import Wiring, opened

_WELCOME: Final = """\
This is the handbook of Termanza, an invented company. Open in a browser on this machine:
  {web}   the web chat: pick a channel on the left and ask
  {console}   the console: sources, who may see what, people
Nobody signs in here, so nothing but this machine is answered. Ctrl-C stops it. The home is {home}
"""
_TERMINAL: Final = """\
This is the handbook of Termanza, an invented company. You are in #general, which may see what everyone may.
Ask for example:
  I lost both of my security keys. How do I get back into my account?
  ¿Cuánto me dan de vales para la despensa?
  Até que peso posso receber encomendas minhas em Marvila?
  What is the highest sign-on bonus we may offer a candidate?   (not for #general)
  /channel people-team                                          (then ask that again)
/help lists what else can be typed, Ctrl-D leaves. The home is {home}
"""

log = structlog.get_logger()


def demo(
    home: Home = None,
    *,
    terminal: Annotated[bool, typer.Option("--terminal", help="Ask here instead of in a browser.")] = False,
) -> None:
    """Make a home with the handbook of an invented company, and ask it; a second start only looks for changes.

    Example: attune demo
    """
    with opened(_chosen(home)) as parts:
        samples.check(parts)
        if terminal:
            samples.fill(parts)
            output.say(_TERMINAL.format(home=parts.home))
            chat.start(parts, "general", None)
        else:
            _in_browsers(parts)


def _in_browsers(parts: Wiring) -> None:
    chosen = parts.settings
    if chosen.web_host not in LOOPBACK:
        why = "the demo asks nobody for a password, so it listens on this machine only: leave it at 127.0.0.1"
        raise WrongSetting(name="ATTUNE_WEB_HOST", given=chosen.web_host, why=why)
    with (
        held(parts.home, "serve", "serving"),
        floor.listening(parts, samples.places(), samples.VISITOR) as opened_doors,
    ):
        output.say(_WELCOME.format(web=opened_doors.web, console=opened_doors.console, home=parts.home))

        def prepare() -> None:
            samples.fill(parts)
            chatting.begin(parts, opened_doors.chat)
            output.say("Ready: questions are answered now.")

        opened_doors.run(prepare)


def _chosen(home: Path | None) -> Path:
    """Return the home that somebody names, else one of its own: samples do not mix with real documents."""
    usual = settings.load(home).home
    return usual if home or settings.home_is_chosen() else usual / "demo"
