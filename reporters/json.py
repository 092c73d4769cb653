"""report.json: the report itself, keys sorted, one line: the bytes that its digest names."""

import msgspec

from model.report import Report

TITLE = "the report as data, schema laydown.report/1"
MEDIA = "application/json"
SUFFIX = ".json"


def render(report: Report) -> bytes:
    """UTF-8 JSON with sorted keys and a closing newline."""
    return msgspec.json.encode(report, order="sorted") + b"\n"
