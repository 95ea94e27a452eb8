"""`attune serve`: the doors, until it is told to stop."""

import signal
import sys
from typing import NoReturn

import structlog

from bot.chat.web.places import Places
from bot.commands import chatting, entering, floor, output
from bot.commands.options import Home
from bot.home import held
from bot.wiring import opened

log = structlog.get_logger()


def serve(home: Home = None) -> None:
    """Run the web chat and the console until Ctrl-C or SIGTERM; /healthz and /readyz say how they are.

    Example: ATTUNE_WEB_PORT=8420 attune serve
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    with opened(home, server=True) as parts, held(parts.home, "serve", "serving"):
        chosen = parts.settings
        with floor.listening(parts, Places()) as opened_doors:
            output.say(f"{opened_doors.web}/readyz says whether all is well; Ctrl-C stops it.")
            output.say(f"The web chat is at {opened_doors.web}, the console at {opened_doors.console}")
            if link := entering.first_link(parts):
                output.say(f"Nobody is an admin yet. This link makes the first one, once: {link}")
            log.info("serving", host=chosen.web_host, port=chosen.web_port)
            opened_doors.run(lambda: chatting.begin(parts, opened_doors.chat))
    log.info("stopped")


def _leave(number: int, frame: object) -> NoReturn:
    """End with exit code 0 before the doors are open, and while they close."""
    del number, frame
    log.info("stopped")
    sys.exit(0)
