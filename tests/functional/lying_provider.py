"""A sign-in service that follows OpenID Connect but for what a test has it say."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "attune"


@dataclass
class Lies:
    """What the service says, changed by the test while it runs."""

    issuer: str = ""
    nonce: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """Beside those that the standard demands."""
    answer: dict[str, Any] | None = None
    """What the token endpoint answers instead."""
    keys: dict[str, Any] | None = None
    """The key set, instead of the real one."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))

    def metadata(self) -> dict[str, Any]:
        names = {
            name: f"{self.issuer}/{name.partition('_')[0]}"
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        }
        return {"issuer": self.issuer, **names, "id_token_signing_alg_values_supported": ["RS256"]}

    def token(self) -> dict[str, Any]:
        if self.answer is not None:
            return self.answer
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": self.nonce, "name": "Ann"}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims | {"sub": "ann"} | self.claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}

    def sign_in(self, browser: TestClient) -> Response:
        """Walk through a sign-in, as a browser does whose person said yes; returns where it ends."""
        leaving = browser.get("/sign-in/oidc")
        asked = parse_qs(urlsplit(leaving.headers["location"]).query)
        self.nonce = asked["nonce"][0]
        return browser.get(f"/sign-in/oidc/done?code=x&state={asked['state'][0]}")


@contextmanager
def lying() -> Iterator[Lies]:
    """Run the service on loopback."""
    lies = Lies()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = lies.keys if lies.keys is not None else {"keys": [lies.key.as_dict(private=False)]}
            self._say(keys if self.path == "/jwks" else lies.metadata())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self._say(lies.token())

        def _say(self, what: dict[str, Any]) -> None:
            body = json.dumps(what).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name it has
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        lies.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield lies
        finally:
            server.shutdown()
            thread.join()
