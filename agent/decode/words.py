"""Text out of a frame's octets. Pure."""

from agent.decode.say import LONGEST


def words(raw: bytes) -> str:
    """The text of octets up to the first NUL, "" where they are none: not UTF-8, or with characters no name or version has."""
    try:
        text = raw[: 4 * LONGEST].partition(b"\0")[0].decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if all(one.isprintable() or one in "\r\n\t" for one in text) else ""
