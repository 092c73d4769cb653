"""The files that pages load: each under a name that holds its digest, so that a browser keeps it and a changed one is fetched anew."""

import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

import msgspec

MEDIA = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}
ROOM = "static"


class File(msgspec.Struct, frozen=True):
    """`digest`: the first 16 digits of its sha256."""

    name: str
    data: bytes
    digest: str
    media: str


@cache
def shipped() -> dict[str, File]:
    """{name: file} of everything that lies in static/; the styles name their fonts by the paths that these are served under."""
    read = {one.name: one.read_bytes() for one in files("collector.web").joinpath(ROOM).iterdir() if one.is_file()}
    found = {name: _file(name, data) for name, data in read.items() if not name.endswith(".css")}
    return found | {name: _file(name, _styled(data, found)) for name, data in read.items() if name.endswith(".css")}


def _file(name: str, data: bytes) -> File:
    return File(name, data, sha256(data).hexdigest()[:16], MEDIA[name.rpartition(".")[2]])


def _styled(data: bytes, found: dict[str, File]) -> bytes:
    return re.sub(rb"url\(([a-z0-9.-]+)\)", lambda hit: f"url({path(found[hit[1].decode()])})".encode(), data)


def path(one: File) -> str:
    """Where it is served."""
    return f"/{ROOM}/{one.digest}/{one.name}"


def link(name: str) -> str:
    """The path of a file by its name, for templates."""
    return path(shipped()[name])
