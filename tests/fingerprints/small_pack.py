"""A small pack of invented makers, so that each row of the outcomes table is tested by itself."""

from fingerprints import registry
from fingerprints.pack import Pack


def rule(name: str, key: str, pattern: str, grade: str = "declared", more: str = "") -> str:
    return (
        f"[[rule]]\nid='{name}'\nkey='{key}'\npattern='{pattern}'\ngrade='{grade}'\nsource='test'\n"
        f"matches=['{pattern.strip('^$')}']\nmisses=['zzz']\n{more}\n"
    )


PARTS = {
    "rules/listed.toml": "name='Listed Ltd'\n"
    + rule("d", "snmp.sys_description", "^Listed box")
    + rule("e", "dhip.method", "^notify$")
    + rule("o", "mac.registrant", "^HUAWEI TECHNOLOGIES", "component")
    + rule("m", "entity.mfg_name", "^Listed$")
    + rule("h1", "http_header.server", "^webs$", "hint")
    + rule("h2", "html_title", "^hangzhou$", "hint"),
    "rules/listed2.toml": "name='Second Listed Ltd'\n" + rule("d", "ssh.banner", "^SECOND"),
    "rules/plain.toml": "name='Plain Inc'\n"
    + rule("d", "snmp.sys_description", "^Plain switch")
    + rule("o", "mac.registrant", "^Axis Communications", "component"),
    "rules/brand.toml": "name='Brand Inc'\n" + rule("d", "html_title", "^Brand"),
    "rules/maybe.toml": "name='Maybe Inc'\n" + rule("d", "html_title", "^Maybe"),
    "rules/sister.toml": "name='Sister Co'\n" + rule("d", "html_title", "^Sister"),
    "rules/system.toml": "name='Some System'\n" + rule("s", "snmp.sys_description", "^Linux", "hint"),
    "covered/law.toml": """
id = "section-889"
title = "Section 889"
decides = true
cites = ["a law"]
[[entry]]
maker = "listed"
cites = ["(A)"]
open_questions = [{id = "telecommunications-equipment", text = "Is it?"}]
[[entry]]
maker = "listed2"
[[affiliate]]
maker = "sister"
of = "listed"
question = "Who owns it?"
source = "test"
""",
    "relabels/listed.toml": """
[[relabel]]
brand = "brand"
factory = "listed"
by_name = true
question = "When was it built?"
sources = ["test"]
[[relabel]]
brand = "maybe"
factory = "listed"
by_name = false
sources = ["test"]
""",
}


def pack() -> Pack:
    """The invented pack with the shipped registry."""
    return Pack({name: text.encode() for name, text in PARTS.items()}, registry.load(registry.SHIPPED))
