"""The console's parts, out of the wiring."""

from bot.console.parts import Invite, Parts
from bot.wiring import Wiring


def console_parts(parts: Wiring, invite: Invite | None = None, chat: str = "") -> Parts:
    """Return what the pages of the console are made from."""
    return Parts(
        syncing=parts.syncing,
        catalogue=parts.catalogue,
        grants=parts.grants,
        people=parts.people,
        groups=parts.groups,
        answers=parts.answers,
        releases=parts.releases,
        release=lambda: parts.current,
        invite=invite,
        chat=chat,
    )
