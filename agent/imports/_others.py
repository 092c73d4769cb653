"""Whether another kind of file knows a file: for kinds that would take nearly any text or table."""

from model.folder import modules


def claim(name: str, head: bytes, but: tuple[str, ...]) -> bool:
    """Whether an import that is not named in `but` takes the file for its own."""
    return any(kind.sniff(name, head) for own, kind in modules("agent.imports").items() if own not in but)
