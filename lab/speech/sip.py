"""Answers a SIP OPTIONS request over UDP with the port's headers (RFC 3261 8.2.6)."""

from collections.abc import Callable

from lab.speech.setting import Setting

ECHOED = ("via", "from", "to", "call-id", "cseq")


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """`answer` of the port holds the device's own header lines, such as its User-Agent."""
    return lambda asked: _reply(setting, asked.decode("latin-1"))


def _reply(setting: Setting, asked: str) -> bytes | None:
    first, *lines = asked.split("\r\n")
    setting.note(first[:200])
    if not first.endswith("SIP/2.0"):
        return None
    echoed = [line for line in lines if line.partition(":")[0].strip().lower() in ECHOED]
    own = setting.filled(setting.port.answer).strip().splitlines()
    return "\r\n".join(("SIP/2.0 200 OK", *echoed, *own, "Content-Length: 0", "", "")).encode()
