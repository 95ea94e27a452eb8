"""The web floor of a home: the chat and the console, each at its port, opened before anything slow is done."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI

from bot.chat.web.parts import ChatParts
from bot.chat.web.places import Places
from bot.commands import chatting, consoling, doors, entering
from bot.commands.doors import Door
from bot.console.parts import Invite
from bot.console.routes import console as the_console
from bot.console.runs import Runs
from bot.web import signin
from bot.web.app import build
from bot.web.frame import Demo
from bot.web.health import add_health
from bot.web.signin import Entrance
from bot.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Floor:
    """The doors of a home while they listen."""

    chat: ChatParts
    doors: tuple[Door, ...]
    web: str
    """The address of the chat."""
    console: str

    def run(self, meanwhile: Callable[[], None]) -> None:
        """Serve until Ctrl-C or SIGTERM; `meanwhile` runs in a thread once the doors are open."""
        doors.run(self.doors, meanwhile)


@contextmanager
def listening(parts: Wiring, places: Places, demo: Demo | None = None) -> Iterator[Floor]:
    """Listen at both ports, and give back at the end what nobody has answered yet.

    In the demo nobody signs in. Raises `PortTaken` or `WrongSetting`.
    """
    chosen = parts.settings
    here = chosen.model_copy(update={"public_url": ""})
    web = (here if demo else chosen).address()
    console = ("" if demo else chosen.console_url) or here.address(chosen.console_port)
    with ExitStack() as stack:
        listeners = [
            stack.enter_context(doors.listening(chosen.web_host, port, setting))
            for port, setting in ((chosen.web_port, "ATTUNE_WEB_PORT"), (chosen.console_port, "ATTUNE_CONSOLE_PORT"))
        ]
        parts.kept.schema()
        chat = chatting.chat_parts(parts, places, console=console, frank=demo is not None)
        stack.callback(chat.pool.stop)
        entrance = None if demo else entering.entrance(parts)
        pages = chatting.chat_routers(parts, chat)
        runs = Runs(parts.syncing)
        stack.callback(runs.close)
        rooms = [the_console(consoling.console_parts(parts, _inviting(entrance, web), web), runs)]
        apps = (
            _app(parts, [*_way_in(entrance), *pages], web if demo or chosen.public_url else "", demo),
            _app(parts, [*_way_in(entrance), *rooms], console if chosen.console_url and not demo else "", demo),
        )
        yield Floor(chat, tuple(map(Door, apps, listeners)), web, console)


def _app(parts: Wiring, routers: list[APIRouter], url: str, demo: Demo | None) -> FastAPI:
    app = build(entering.frame(parts, url=url, demo=demo), routers)
    add_health(app, {"records": parts.kept.schema, "store": parts.reach_store})
    return app


def _way_in(entrance: Entrance | None) -> list[APIRouter]:
    return [signin.router(entrance)] if entrance else []


def _inviting(entrance: Entrance | None, web: str) -> Invite | None:
    """Return what makes one-time links; nobody needs one in the demo."""
    if entrance is None:
        return None
    return lambda person, role: web + entrance.invitations.invite(person, role)
