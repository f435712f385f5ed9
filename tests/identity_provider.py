"""An identity provider of the tests: real keys, real signatures, and an address from which the key set is read."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

ISSUER = "https://login.bank.example"
AUDIENCE = "riskmon"


class IdentityProvider:
    """Signs tokens; `published` are the keys that the address tells, `reads` how often it was asked."""

    def __init__(self):
        self.keys = {
            "rsa": RSAKey.generate_key(2048, {"kid": "rsa"}),
            "ec": ECKey.generate_key("P-256", {"kid": "ec"}),
        }
        self.published = ["rsa", "ec"]
        self.is_up = True
        self.reads = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self._server.server_port}/keys"

    @property
    def text(self):
        return json.dumps(KeySet([self.keys[name] for name in self.published]).as_dict(private=False))

    def sign(self, claims, *, key="rsa", alg=None, header=None):
        signing = self.keys[key]
        alg = alg or ("RS256" if isinstance(signing, RSAKey) else "ES256")
        return jwt.encode(
            {"alg": alg, "kid": signing.kid, **(header or {})}, claims, signing, algorithms=[alg]
        )

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.reads += 1
                body = provider.text.encode()
                self.send_response(200 if provider.is_up else 503)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
