"""A real OpenID Connect provider on loopback, made of Authlib's own server: authorization code, PKCE, nonce, RS256."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

SECRET = "client-secret-of-the-test"


class Client:
    """The one client: this collector."""

    client_id = "laydown"

    def __init__(self) -> None:
        self.redirects: set[str] = set()

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return uri in self.redirects

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


class Provider:
    """`with Provider()`: `issuer`; whoever asks is `person` (claims), without a page between."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "s-1", "email": "ada@example.org", "email_verified": True}
        self.client, self.codes = Client(), dict[str, Any]()
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self.spoil: dict[str, Any] = {}
        self.flask = Flask("provider")
        self.server = make_server("127.0.0.1", 0, self.flask, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self._routed()

    def _routed(self) -> None:
        held = AuthorizationServer(self.flask, query_client=lambda _: self.client, save_token=lambda *_: None)
        held.register_grant(_grant(self), [_openid(self), CodeChallenge(required=True)])

        @self.flask.get("/.well-known/openid-configuration")
        def about() -> Any:
            ways = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return jsonify({"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in ways.items()}})

        @self.flask.get("/keys")
        def keys() -> Any:
            return jsonify({"keys": [self.key.as_dict(private=False)]})

        @self.flask.get("/authorize")
        def authorize() -> Any:
            who = SimpleNamespace(get_user_id=lambda: self.person["sub"])
            grant = held.get_consent_grant(end_user=who)
            return held.create_authorization_response(grant_user=who, grant=grant)

        @self.flask.post("/token")
        def token() -> Any:
            return held.create_token_response()

    def __enter__(self) -> Provider:
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self._thread.join(10)


def _grant(home: Provider) -> type:
    class Grant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

        def save_authorization_code(self, code: str, request: Any) -> None:
            said = dict(request.payload.data)  # now: later it would be another request's
            scope = request.payload.scope
            home.codes[code] = SimpleNamespace(
                code=code, user=request.user, nonce=said.get("nonce"), scope=scope, redirect=said.get("redirect_uri"),
                code_challenge=said.get("code_challenge"), code_challenge_method=said.get("code_challenge_method"),
                get_redirect_uri=lambda: said.get("redirect_uri"), get_scope=lambda: scope,
                get_nonce=lambda: said.get("nonce"), get_auth_time=lambda: None, get_acr=lambda: None, get_amr=lambda: None,
            )  # fmt: skip

        def query_authorization_code(self, code: str, client: Any) -> Any:
            return home.codes.get(code)

        def delete_authorization_code(self, found: Any) -> None:
            home.codes.pop(found.code, None)

        def authenticate_user(self, found: Any) -> Any:
            return found.user

    return Grant


def _openid(home: Provider) -> Any:
    class OpenID(OpenIDCode):
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(one.nonce == nonce for one in home.codes.values())

        def get_jwt_config(self, grant: Any) -> dict[str, Any]:
            said = {"key": home.key, "alg": "RS256", "iss": home.issuer, "exp": 300}
            return {**said, **home.spoil}

        def generate_user_info(self, user: Any, scope: str) -> UserInfo:
            return UserInfo(home.person)

    return OpenID(require_nonce=True)
