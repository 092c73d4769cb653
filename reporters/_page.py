"""One self-contained HTML file: all escaped, style and script inside, a policy that loads and runs nothing else."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reporters import _text


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("reporters", "_templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    made.filters |= {"when": _text.when, "titled": _text.titled, "plural": _text.plural, "span": _text.span}
    return made


def _visible(value: Any) -> Any:
    """What a template prints: hidden characters written out, no word turns its neighbours, and markup of our own left alone."""
    return _text.isolated(_text.shown(value)) if type(value) is str else value


def page(template: str, styles: tuple[str, ...], script: str = "", **values: Any) -> bytes:
    """`template` of _templates/ filled with `values`; `styles` and `script` are files there. UTF-8."""
    style = "\n".join(_read(name) for name in styles)
    code = _read(script) if script else ""
    allowed = [f"style-src {_hash(style)}"] + ([f"script-src {_hash(code)}"] if code else [])
    policy = "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])
    found = _environment().get_template(template)
    return found.render(**values, style=Markup(style), script=Markup(code), policy=policy).encode()


@cache
def _read(name: str) -> str:
    return files("reporters").joinpath("_templates", name).read_text("utf-8")


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
