"""A filing as JSON, schema laydown.filing/1: keys sorted, one line; the PDF carries these very bytes inside."""

from typing import Any

import msgspec

from model.filing import Filing
from model.filing_record import recorded
from reporters._document import Document

MEDIA, SUFFIX, TITLE = "application/json", ".json", "the filing as data, schema laydown.filing/1"


def write(document: Document, filing: Filing) -> bytes:
    """UTF-8 JSON with sorted keys and a closing newline. Text stays as it was sent; only half characters are written out."""
    record = recorded(document, filing)
    try:
        return msgspec.json.encode(record, order="sorted") + b"\n"
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(msgspec.to_builtins(record)), order="sorted") + b"\n"


def _whole(value: Any) -> Any:
    """`value` with lone surrogates, which UTF-8 has no place for, written as `\\u{dc80}`."""
    if isinstance(value, str):
        return "".join(one if not 0xD800 <= ord(one) <= 0xDFFF else f"\\u{{{ord(one):x}}}" for one in value)
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list | tuple) else value
