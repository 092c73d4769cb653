"""What signing can do on this machine, for `laydown doctor`: FIPS mode and what it refuses, papers, cards."""

import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from agent.signing import fips

Line = tuple[str, Literal["ok", "less", "bad"], str, str]  # name, state, what was found, how to mend it
NEEDED = ("pyhanko", "pkcs11", "typst")
MODULES = (
    "opensc-pkcs11.so",
    "softhsm/libsofthsm2.so",
    "libcackey.so",
    "libcoolkeypk11.so",
    "libykcs11.so",
    "onepin-opensc-pkcs11.so",
)
ROOMS = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/lib64/pkcs11",
    "/usr/lib/pkcs11",
    "/usr/local/lib",
    f"/usr/lib/{os.uname().machine}-linux-gnu",
)


def lines(environ: Mapping[str, str] = os.environ, there: Callable[[Path], bool] = Path.exists) -> Iterator[Line]:
    """Every line, in the order a person would look."""
    yield _fips(environ, fips.validated())
    yield _papers([name for name in NEEDED if find_spec(name) is None])
    found = sorted({str(Path(room) / name) for room in ROOMS for name in MODULES if there(Path(room) / name)})
    yield (
        "signing cards",
        "ok",
        f"PKCS #11 modules: {', '.join(found) or 'none found'}; optional: cards to sign papers with",
        "",
    )


def _fips(environ: Mapping[str, str], modes: tuple[bool, bool]) -> Line:
    from cryptography.hazmat.backends.openssl import backend

    libraries = (f"{ssl.OPENSSL_VERSION} of Python", f"{backend.openssl_version_text()} that signs")
    said = "; ".join(
        f"{name}: {'in' if mode else 'not in'} FIPS mode" for name, mode in zip(libraries, modes, strict=True)
    )
    asked = fips.asked(False, environ)
    if not asked:
        return (
            "FIPS mode",
            "ok",
            f"not asked for (--fips, {fips.VARIABLE}=1): it would refuse {fips.REFUSED}; {said}",
            "",
        )
    if modes[1]:
        return "FIPS mode", "ok", f"{asked}: refused are {fips.REFUSED}; {said}", ""
    mend = "the keys are restricted, the library is no validated module: sign with a card, or with a cryptography built on one"
    return "FIPS mode", "less", f"{asked}: refused are {fips.REFUSED}; {said}", mend


def _papers(missing: list[str]) -> Line:
    if missing:
        return "signing papers", "less", f"not installed: {', '.join(missing)}", "pip install 'laydown[paper]'"
    return "signing papers", "ok", "by PKCS #12 files and cards (PAdES), with RFC 3161 time stamps", ""
