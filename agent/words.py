"""Counts as people write them, and lines that are safe to print on a terminal."""


def many(count: int, noun: str) -> str:
    """`1 hole`, `2 holes`, `65,536 addresses`."""
    ending = "" if count == 1 else "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{ending}"


def put(text: str, err: bool = False) -> None:
    """A line for a person, on standard output or error: whatever is quoted in it, it is text."""
    import click

    click.echo(plain(text), err=err)


def plain(text: str) -> str:
    """Lines for a terminal: what a device, a file or a person is called moves no cursor and hides nothing."""
    from reporters._text import shown

    return text if text.isprintable() else "\n".join(map(shown, text.split("\n")))
