"""What a form's fields say: texts, several of one name, an uploaded file."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from collector.refused import Refused

Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
Files = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
LONGEST = 1_000_000


def text(form: Mapping[str, Any], name: str) -> str:
    """A field's text, "" where it is not there."""
    value = form.get(name, "")
    value = value[-1] if isinstance(value, list) and value else value
    return str(value).replace("\r\n", "\n")[:LONGEST] if isinstance(value, str | int | float) else ""


def several(form: Mapping[str, Any], name: str) -> list[str]:
    """All texts of one name."""
    value = form.get(name, [])
    return [str(one) for one in (value if isinstance(value, list) else [value]) if str(one)]


def lines(form: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A field of several lines, or of words with commas between."""
    return tuple(one.strip() for one in text(form, name).replace(",", "\n").split("\n") if one.strip())


def number(form: Mapping[str, Any], name: str, what: str) -> int:
    """A field's whole number; Refused where it is none."""
    try:
        return int(text(form, name))
    except ValueError:
        raise Refused(
            400, name, f"{what}: {text(form, name)[:40]!r} is no whole number", "write digits", final=True
        ) from None


def upload(form: Mapping[str, Any], name: str) -> tuple[bytes, str]:
    """(bytes, name) of an uploaded file; empty where none was chosen."""
    held = form.get(name)
    if not isinstance(held, UploadFile):
        return text(form, name).encode(), ""
    return held.file.read(), held.filename
