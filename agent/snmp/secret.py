"""A value that shows itself to nobody who prints, logs, formats, copies or pickles it."""

from typing import NoReturn


class Secret:
    """Holds bytes; `reveal` is the only way to them. Its text is always `Secret(...)`, also in crash output."""

    __slots__ = ("_reveal",)

    def __init__(self, value: bytes) -> None:
        def reveal() -> bytes:
            return value

        self._reveal = reveal

    def reveal(self) -> bytes:
        """The bytes. Keep them in no named thing that outlives the packet."""
        return self._reveal()

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")
