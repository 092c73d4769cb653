"""What is spoken inside a connection: plain bytes, or TLS with whatever a device of any age can do. No socket here."""

import contextlib
import ssl
import warnings
from functools import cache


class Plain:
    """Bytes as they are."""

    ready, closed = True, False

    def __init__(self, payload: bytes) -> None:
        self.outbox = payload

    def take(self, raw: bytes) -> bytes:
        """The text in `raw`."""
        return raw

    certificate = b""


class Tls:
    """The client's end of a handshake, then of a stream. `certificate`: DER, once `ready`. Fails with ssl.SSLError."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = _context().wrap_bio(self._in, self._out)
        self.ready = self.closed = False
        self.certificate = self.outbox = b""
        self._shake()

    def take(self, raw: bytes) -> bytes:
        """The text in `raw`, which came from the peer; what is to be sent back waits in `outbox`."""
        self._in.write(raw)
        if not self.ready:
            self._shake()
        text = b"".join(self._texts()) if self.ready else b""
        self.outbox += self._out.read()
        return text

    def _shake(self) -> None:
        with contextlib.suppress(ssl.SSLWantReadError):
            self._tls.do_handshake()
            self.ready = True
            self.certificate = self._tls.getpeercert(binary_form=True) or b""
            if self._payload:
                self._tls.write(self._payload)
        self.outbox += self._out.read()

    def _texts(self) -> list[bytes]:
        texts: list[bytes] = []
        try:
            while text := self._tls.read(65_536):
                texts.append(text)
            self.closed = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            # A broken stream after good text is an end like any other; cameras seldom close properly.
            self.closed = True
        return texts


@cache
def _context() -> ssl.SSLContext:
    """Any certificate, any version and cipher that this OpenSSL can still speak: the aim is to hear who is there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    with warnings.catch_warnings(), contextlib.suppress(ssl.SSLError, ValueError):
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are the point here
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
    return context
