"""What a browser gets where a page is refused: the same words as the API's, as a page, or the way to the sign-in."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from collector.web.show import plain
from model.refusal import Refusal

TITLES = {
    401: "Sign in first",
    403: "Not allowed",
    404: "Not here",
    409: "Not as things are",
    413: "Too large",
    429: "Too often",
    500: "A fault of this program",
    503: "Not now",
}
Asked = Request[Any, Any, Any]


def asks_page(request: Asked) -> bool:
    """Whether a browser asks for a page, and no program for the API."""
    accepts = "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers
    return accepts and not request.url.path.startswith(("/api/", "/metrics", "/health"))


def refused_page(request: Asked, status: int, said: Refusal, headers: Mapping[str, str]) -> Response[bytes]:
    """The refusal as a page; who is not signed in is led to the sign-in, a script's request too."""
    if status == 401:
        way = {"HX-Redirect": "/login"} if "hx-request" in request.headers else {"Location": "/login"}
        return Response(b"", status_code=200 if "HX-Redirect" in way else 303, headers={**headers, **way})
    strange = said.error == "request"  # no view of ours refused it
    form = request.method not in ("GET", "HEAD")
    answer = plain(
        "refused.html",
        status,
        title=TITLES.get(status, "Not done"),
        what="there is no such page" if strange and status == 404 else said.what,
        remedy="" if strange else said.remedy,
        back=request.url.path if form and status not in (404, 405) and "/" not in request.url.path[1:] else "/",
        back_words="Back to the form" if form and "/" not in request.url.path[1:] else "To the overview",
    )
    answer.headers.update(headers)
    return answer
