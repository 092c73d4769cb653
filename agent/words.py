"""Counts as people write them."""


def many(count: int, noun: str) -> str:
    """`1 hole`, `2 holes`, `65,536 addresses`."""
    ending = "" if count == 1 else "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{ending}"
