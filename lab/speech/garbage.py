"""Answers every datagram with broken BER: lengths beyond the end, then the question itself cut short."""

from collections.abc import Callable

from lab.speech.setting import Setting


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """`answer` of the port holds the first bytes in hex."""
    start = bytes.fromhex(setting.port.answer)

    def reply(asked: bytes) -> bytes:
        setting.note(f"heard {len(asked)} bytes")
        return start + asked[: len(asked) // 2]

    return reply
