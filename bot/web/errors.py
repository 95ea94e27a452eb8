"""What can go wrong between a browser and a page; each class holds its sentence and its HTTP status.

AttuneError
└── WebError
    ├── NotSignedIn
    ├── NotAllowed              signed in, but not for this
    ├── NotHere                 not there, or not this person's to see: nobody can tell which
    ├── WrongHost
    ├── BadRequest              a form that lacks something
    ├── OtherPerson             a page of the demo that was made for somebody else
    ├── Forged                  a form that did not come from our own page, or from one that is too old
    ├── TooMuch                 a body beyond the limit
    ├── TooSlow                 a body that stopped arriving
    ├── TooOften
    ├── WrongPassword
    ├── BadName
    ├── WeakPassword
    ├── BadSource               what an admin typed cannot be a source
    ├── NothingNamed            a form that names nothing to do it to
    ├── LastAdmin
    ├── OwnIdentity             unlinking what one is signed in with
    ├── BadInvitation
    └── SignInFailed            what an OpenID Connect provider did not do
        ├── ProviderUnreachable
        ├── ProviderRefused
        ├── ProviderUnclear
        └── ClocksDiffer
"""

from bot.errors import AttuneError


class WebError(AttuneError):
    """Something that a browser is told with a status of its own."""

    status = 400


class NotSignedIn(WebError):
    """Nobody is signed in here, or no longer."""

    status = 401
    sentence = "Your sign-in has ended: please sign in again."


class NotAllowed(WebError):
    """The person is known, but may not do this."""

    status = 403
    sentence = "This is for people with the role {role}: ask one of them, or have them give it to you."


class NotHere(WebError):
    """Not there, or not this person's to see; the sentence is the same so that it tells nothing."""

    status = 404
    sentence = "There is nothing here that you may see: it may have been moved or removed, or be for others."


class WrongHost(WebError):
    """The demo asks nobody for a password, so it only answers to the names of this machine."""

    status = 421
    sentence = "The demo answers only at the address that it printed, on the machine that it runs on."


class BadRequest(WebError):
    """A form without what it needs."""

    sentence = "This form cannot be used: {why}. Please go back, reload the page and send it again."


class OtherPerson(WebError):
    """In the demo somebody else was picked in another tab."""

    status = 409
    sentence = "This page was opened as {before}, but in another tab you became {now}: reload it, then try again."


class Forged(WebError):
    """A form that did not come from a page of ours in this session."""

    status = 403
    sentence = "This page is too old or not ours, so nothing was changed: please reload it and send it again."


class TooMuch(WebError):
    """A request that is larger than anything a person types."""

    status = 413
    sentence = "That is too large to be read: please send less than {limit}."


class TooSlow(WebError):
    """A request of which nothing more arrives."""

    status = 408
    sentence = "Your request stopped arriving half-way: please check the connection and send it again."


class TooOften(WebError):
    """Somebody, or some program, tries too often."""

    status = 429
    sentence = "That was tried too often: please wait {wait} and try again."

    @property
    def seconds(self) -> int:
        """Say how long to wait."""
        return int(str(self.facts["seconds"]))


class WrongPassword(WebError):
    """Name or password is wrong; which one is not told."""

    status = 401
    sentence = "The name or the password is not right. Passwords are set with a link that an admin can give you."


class BadName(WebError):
    """Not a name that a local account can have."""

    sentence = "{given!r} cannot be a name to sign in with: use up to 100 letters, digits, dots and dashes, no spaces."


class WeakPassword(WebError):
    """A password that is guessed too easily."""

    sentence = "This password cannot be used: {why}."


class BadInvitation(WebError):
    """A one-time link that does not work, or no longer."""

    status = 410
    sentence = "This link was used already, has expired or was replaced by a newer one: ask an admin for another."


class BadSource(WebError):
    """What was typed cannot be a source."""

    sentence = "This source cannot be kept: {why}."


class NothingNamed(WebError):
    """A form was sent without the name that it is about."""

    sentence = "Name {what} first."


class LastAdmin(WebError):
    """Without an admin nobody could change anything any more."""

    sentence = "{person} is the only admin: make somebody else an admin first."


class OwnIdentity(WebError):
    """Somebody would lose the own way in."""

    sentence = "You are signed in as {person}: have another admin unlink it, so that nobody locks themselves out."


class SignInFailed(WebError):
    """Signing in with a provider did not work; nothing is known of the person yet."""

    status = 502


class ProviderUnreachable(SignInFailed):
    """The provider does not answer, or not as one does."""

    sentence = "The sign-in service at {host} cannot be reached ({why}): please try again in a minute."


class ProviderRefused(SignInFailed):
    """The provider, or the person in front of it, said no."""

    status = 403
    sentence = "The sign-in service did not let you in ({why}): please try again, or ask your admin."


class ProviderUnclear(SignInFailed):
    """An answer of the provider that does not belong to what was asked, or cannot be trusted."""

    status = 400
    sentence = "This sign-in could not be finished ({why}): please start again from the sign-in page."


class ClocksDiffer(SignInFailed):
    """A token that is valid at another time than ours."""

    sentence = "The clocks of the sign-in service and of this server differ too much: ask your admin to set them."
