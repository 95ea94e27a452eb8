"""Signing in with an OpenID Connect provider: authorization code with PKCE, state and nonce, all by Authlib."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import structlog
from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError

from bot.domain import MAX_NAME, PersonId, person
from bot.errors import BadPerson
from bot.web.errors import ClocksDiffer, ProviderRefused, ProviderUnclear, ProviderUnreachable
from bot.web.sessions import fresh_token
from bot.web.visitor import frame_of, leave_cookie

_DISCOVERY: Final = "/.well-known/openid-configuration"
_SCOPES: Final = ("openid", "profile", "email")
_SIGNED: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""How an ID token may be signed: with a key that only the provider has."""
_SECONDS: Final = 10
_BEGUN_SECONDS: Final = 15 * 60
"""How long somebody may take in front of the provider."""
_COOKIE: Final = "oidc"
_BAD_NAME: Final = "its name for you is too long or has spaces in it"
_NAMES: Final = ("name", "preferred_username", "email")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Registration:
    """What the provider and Attune know of one another."""

    issuer: str
    client_id: str
    client_secret: str = ""
    groups_claim: str = "groups"
    """The claim that holds a person's groups; empty where the provider has no say in them."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whom the provider vouches for."""

    person: PersonId
    name: str
    groups: frozenset[str] | None
    """All of the person's groups, None where the provider has no say in them."""
    next: str
    """Where the person wanted to go."""


class Provider:
    """One provider. What it says of itself is asked for at the first sign-in, and kept."""

    def __init__(self, registration: Registration) -> None:
        """Know a provider without asking it anything yet."""
        self._known = registration
        self._signer = URLSafeTimedSerializer(fresh_token(), salt=_COOKIE)
        self._app = OAuth().register(
            "attune",
            client_id=registration.client_id,
            client_secret=registration.client_secret or None,
            server_metadata_url=registration.issuer + _DISCOVERY,
            client_kwargs={"scope": " ".join(_SCOPES), "code_challenge_method": "S256", "timeout": _SECONDS},
        )

    @property
    def host(self) -> str:
        """Return the provider's name on the sign-in page."""
        return urlsplit(self._known.issuer).hostname or ""

    async def send(self, request: Request, back: str, next_: str) -> Response:
        """Return the redirect to the provider, which sends the person to `back` afterwards."""
        with self._failing():
            await self._prepare()
            request.scope["session"] = {}
            response: Response = await self._app.authorize_redirect(request, back)
        begun = self._signer.dumps({"state": request.session, "next": next_})
        leave_cookie(request, frame_of(request).cookie_name(_COOKIE), str(begun))
        return response

    async def arrive(self, request: Request) -> Arrival:
        """Return who comes back from the provider; raises a `SignInFailed`."""
        begun = self._begun(request)
        leave_cookie(request, frame_of(request).cookie_name(_COOKIE), "")
        with self._failing():
            metadata = await self._prepare()
            self._check_sender(request, metadata)
            request.scope["session"] = begun["state"]
            token = await self._app.authorize_access_token(request, claims_options=self._expected(metadata))
            claims = token.get("userinfo") if "id_token" in token else None
            if claims is None:  # without the token, what it should say would be anybody's word
                raise ProviderUnclear(why="the answer holds no ID token")
            if "userinfo_endpoint" in metadata and not self._complete(claims):
                more = await self._app.userinfo(token=token)
                if more.get("sub") != claims["sub"]:
                    raise ProviderUnclear(why="the answer is about two different people")
                claims = {**more, **claims}
        return Arrival(self._person(claims), _name(claims), self._groups(claims), begun["next"])

    def _begun(self, request: Request) -> dict[str, Any]:
        cookie = request.cookies.get(frame_of(request).cookie_name(_COOKIE), "")
        try:
            begun: dict[str, Any] = self._signer.loads(cookie, max_age=_BEGUN_SECONDS)
        except BadData as error:
            raise ProviderUnclear(why="it was begun too long ago, or in another browser") from error
        return begun

    async def _prepare(self) -> dict[str, Any]:
        """Ask the provider about itself, once, and refuse what another one says."""
        metadata: dict[str, Any] = await self._app.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._known.issuer:
            self._app.server_metadata.clear()
            raise ProviderUnclear(why="the service has another name than ATTUNE_OIDC_ISSUER")
        if urlsplit(self._known.issuer).scheme == "https":
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if urlsplit(str(metadata.get(name, ""))).scheme != "https":
                    self._app.server_metadata.clear()
                    raise ProviderUnclear(why=f"its {name} is no https address")
        offered = set(metadata.get("id_token_signing_alg_values_supported") or ["RS256"])
        metadata["id_token_signing_alg_values_supported"] = sorted(offered & _SIGNED)
        wanted = [*_SCOPES, *({self._known.groups_claim} & set(metadata.get("scopes_supported") or ()))]
        self._app.client_kwargs["scope"] = " ".join(wanted)
        self._app.client_kwargs["token_endpoint_auth_method"] = self._method(metadata)
        return metadata

    def _method(self, metadata: Mapping[str, Any]) -> str:
        if not self._known.client_secret:
            return "none"
        known = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"

    def _expected(self, metadata: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {
            "iss": {"essential": True, "value": metadata["issuer"]},
            "aud": {"essential": True, "value": self._known.client_id},
        }

    def _check_sender(self, request: Request, metadata: Mapping[str, Any]) -> None:
        """Refuse an answer that names another provider (RFC 9207)."""
        sender = request.query_params.get("iss")
        required = metadata.get("authorization_response_iss_parameter_supported", False)
        if (sender or required) and sender != metadata["issuer"]:
            raise ProviderUnclear(why="the answer comes from another service")

    def _complete(self, claims: Mapping[str, Any]) -> bool:
        named = any(claims.get(name) for name in _NAMES)
        return named and (not self._known.groups_claim or self._known.groups_claim in claims)

    def _person(self, claims: Mapping[str, Any]) -> PersonId:
        given = f"oidc:{self.host.replace(':', '.')}:{claims['sub']}"
        try:
            known = person(given)
        except BadPerson as error:
            raise ProviderUnclear(why=_BAD_NAME) from error
        if known != given:
            raise ProviderUnclear(why=_BAD_NAME)
        return known

    def _groups(self, claims: Mapping[str, Any]) -> frozenset[str] | None:
        if not self._known.groups_claim:
            return None
        given = claims.get(self._known.groups_claim) or []
        named = [given] if isinstance(given, str) else given
        if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
            raise ProviderUnclear(why="its list of your groups is no list of names")
        return frozenset(named)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Turn what Authlib and the network raise into sentences."""
        try:
            yield
        except httpx2.HTTPError as error:
            log.warning("oidc.unreachable", error=type(error).__name__)
            raise ProviderUnreachable(host=self.host, why=_reason(error)) from error
        except MismatchingStateError as error:
            raise ProviderUnclear(why="it was begun too long ago, or in another browser") from error
        except OAuthError as error:
            log.warning("oidc.refused", code=_code(error))
            raise ProviderRefused(why=_code(error)) from error
        except JoseError as error:
            self._app.server_metadata.pop("jwks", None)  # its keys may have been changed: asked for the next time
            log.warning("oidc.token_refused", error=type(error).__name__, why=str(error))
            raise _of_token(error) from error
        except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
            self._app.server_metadata.pop("jwks", None)
            log.warning("oidc.unclear", error=type(error).__name__)
            raise ProviderUnclear(why="the service answered with something else than OpenID Connect") from error


def _of_token(error: JoseError) -> ClocksDiffer | ProviderUnclear:
    timed = isinstance(error, InvalidClaimError) and error.claim in {"iat", "nbf"}
    if timed or isinstance(error, ExpiredTokenError):
        return ClocksDiffer()
    return ProviderUnclear(why="its proof of who you are is not valid")


def _code(error: OAuthError) -> str:
    """Return the provider's code; its description could be anybody's words, put into an address."""
    code = str(error.error or "")
    known = code.isascii() and code.replace("_", "").isalpha() and len(code) <= MAX_NAME
    return code.replace("_", " ") if known else "without a reason"


def _reason(error: httpx2.HTTPError) -> str:
    if isinstance(error, httpx2.HTTPStatusError):
        return f"it answers with status {error.response.status_code}"
    return "it takes too long" if isinstance(error, httpx2.TimeoutException) else "no connection"


def _name(claims: Mapping[str, Any]) -> str:
    names = (str(claims.get(name) or "") for name in (*_NAMES, "sub"))
    found = next((name for name in names if name.strip()), "")
    return "".join(character for character in found if character.isprintable())[:MAX_NAME]
