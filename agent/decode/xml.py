"""XML that small devices send, as a bounded tree of texts: names without prefix, no attributes, no document types.

A scanner of our own: discovery answers come cut, without a root and with wrong charsets, and still hold facts. It knows the
five entities of XML 1.0 and character numbers, none that a document defines, so nothing in it can grow.
"""

import re
from collections.abc import Iterator
from re import Match

import msgspec

LARGEST = 65_536  # bytes looked at
MOST_NODES, DEEPEST = 4096, 32
_NAME = re.compile(r"[A-Za-z_][\w.:-]{0,127}")
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_CHINESE = re.compile(rb"encoding\s*=\s*[\"'](?:gb2312|gbk|gb18030)[\"']", re.IGNORECASE)
# What is skipped whole: start, and the end that must follow.
_SKIPPED = (("<!--", "-->"), ("<?", "?>"))
_CDATA = ("<![CDATA[", "]]>")


class Node(msgspec.Struct):
    """One element. `text`: its own, blanks at both ends gone; "" where its end was cut off, for half a serial is a wrong one."""

    name: str
    text: str = ""
    children: list["Node"] = []

    def all(self, name: str) -> Iterator["Node"]:
        """Every element of that name below this one, in their order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)

    def said(self, name: str) -> str:
        """The text of the first element of that name below this one that has any, "" if none has."""
        return next((node.text for node in self.all(name) if node.text), "")


def tree(data: bytes) -> Node:
    """A nameless node over what `data` holds; what follows a fault is left out. ValueError where a document type is declared."""
    text = _decoded(data[:LARGEST])
    stack = [Node("")]
    pieces: list[str] = []
    nodes = at = 0
    while at < len(text) and nodes < MOST_NODES:
        start = text.find("<", at)
        pieces.append(_unescaped(text[at : start if start >= 0 else len(text)]))
        if start < 0:
            break
        token, at = _token(text, start)
        if token is None:
            break
        if token.startswith(_CDATA[0]):
            pieces.append(token[len(_CDATA[0]) : -len(_CDATA[1])])
        elif (name := _local(token)) is not None:
            _step(stack, token, name, pieces)
            pieces = []
            nodes += 1
    return stack[0]


def _decoded(data: bytes) -> str:
    for charset in ("utf-8-sig", "gb18030" if _CHINESE.search(data[:128]) else "latin-1"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _unescaped(text: str) -> str:
    return _ENTITY.sub(_character, text)


def _character(found: Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    number = int(found[1], 16) if found[1] else int(found[2])
    return chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF else " "


def _token(text: str, start: int) -> tuple[str | None, int]:
    """The markup at `start` and where it ends; (None, ...) where it never does."""
    if text.startswith(("<!DOCTYPE", "<!doctype", "<!ENTITY"), start):
        raise ValueError("a document type is declared")
    for opens, closes in (_CDATA, *_SKIPPED, ("<", ">")):
        if text.startswith(opens, start):
            end = text.find(closes, start + len(opens))
            return (text[start : end + len(closes)] if end >= 0 else None), end + len(closes)
    return None, len(text)


def _local(token: str) -> str | None:
    """The name in a tag, without prefix; None for a comment or an instruction."""
    found = _NAME.match(token, 2 if token.startswith("</") else 1)
    return found[0].rpartition(":")[2] if found else None


def _step(stack: list[Node], token: str, name: str, pieces: list[str]) -> None:
    """Opens or closes one element. An end without a beginning is passed over; one of an outer element ends the inner ones."""
    if not token.startswith("</"):
        node = Node(name, children=[])
        stack[-1].children.append(node)
        if not token.endswith("/>") and len(stack) < DEEPEST:
            stack.append(node)
    elif any(node.name == name for node in stack[1:]):
        while stack[-1].name != name:
            stack.pop()
        closed = stack.pop()
        if not closed.children:  # only leaves hold values
            closed.text = "".join(pieces).strip()
