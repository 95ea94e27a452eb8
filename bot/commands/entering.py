"""How people come in through a browser: what the settings make of sign-in, and the one-time links."""

import hashlib
from typing import Final

from bot.domain import PersonId, Role, person
from bot.errors import WrongSetting
from bot.settings import Settings
from bot.web.frame import Demo, Frame
from bot.web.invitations import Invitations, first_invitation
from bot.web.oidc import Provider, Registration
from bot.web.passwords import Passwords, name_of
from bot.web.sessions import Sessions
from bot.web.signin import Entrance
from bot.wiring import Wiring

_NAME_LENGTH: Final = 8


def frame(parts: Wiring, *, url: str = "", demo: Demo | None = None) -> Frame:
    """Return what a door of this home is built with; doors of one home share their sign-in, and no other's.

    Browsers send cookies to every port of a host, so the cookie is named after the home. `url` is the address that
    people use where it is not the one that is listened on; with https, cookies are bound to it.
    """
    home = hashlib.sha256(str(parts.home).encode()).hexdigest()[:_NAME_LENGTH]
    sessions = Sessions(parts.sessions, parts.settings.session_hours, demo=demo is not None)
    return Frame(sessions, parts.people.role_of, url, f"attune-{home}", demo)


def entrance(parts: Wiring) -> Entrance:
    """Return what people come in with; the doors of one process share it, and its count of attempts."""

    def joined(who: PersonId) -> None:
        """Make a new account one person with that name on the terminal: groups and grants of `ann` are ann's."""
        parts.people.link(who, person(name_of(who)))

    return Entrance(
        parts.accounts,
        Passwords(parts.accounts),
        Invitations(parts.accounts),
        provider=_provider(parts.settings),
        assign_groups=parts.groups.assign,
        joined=joined,
    )


def first_link(parts: Wiring) -> str | None:
    """Return a one-time link for a first admin where nobody could sign in as one otherwise."""
    admin = any(one.role is Role.ADMIN for one in parts.people.all())
    if parts.settings.oidc_issuer and admin:
        return None
    return first_invitation(parts.accounts, parts.settings.address())


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        why = "the provider knows Attune by it: register a client there and set its id"
        raise WrongSetting(name="ATTUNE_OIDC_CLIENT_ID", given="", why=why)
    secret = settings.oidc_client_secret.get_secret_value()
    return Provider(Registration(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_groups_claim))
