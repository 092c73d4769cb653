"""One serving process: uvicorn over the application, and the writer of rows in a thread beside it."""

import logging
import signal
import socket
import sys

import uvicorn

from collector.app import app
from collector.log import logged
from collector.place import Place
from collector.quick import Quick
from model.trouble import Trouble

log = logging.getLogger("laydown.collector")


def served(place: Place, host: str, port: int, rows: bool = True) -> None:
    """Serve until a signal comes. Says where, on standard output, once it listens."""
    logged()
    listener = _listening(host, port)
    settings = place.settings
    secure = (
        {"ssl_certfile": settings.certificate, "ssl_keyfile": settings.certificate_key} if settings.certificate else {}
    )
    config = uvicorn.Config(
        Quick(app(place, rows=rows)),
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=20,
        limit_concurrency=1000,
        **secure,  # type: ignore[arg-type]
    )
    name = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"{'https' if secure else 'http'}://{name}:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    for one in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # uvicorn ends on them, then raises them again: to be stopped is no fault
        signal.signal(one, lambda *_: None)
    uvicorn.Server(config).run([listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024
        )
    except OSError as fault:
        raise Trouble(
            f"{host}:{port}", f"cannot be listened on ({fault.strerror})", "choose another --host or --port"
        ) from None
