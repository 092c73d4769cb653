"""What is answered where something is not done: one shape for every path, model.refusal."""

from model.refusal import Refusal


class Refused(Exception):
    """Not done. `status`: of HTTP; `error`: a stable code; `what`, `remedy`: words; `final`: asking again brings the same."""

    def __init__(
        self,
        status: int,
        error: str,
        what: str,
        remedy: str,
        final: bool = False,
        now: str = "",
        offset: int | None = None,
        wait: int = 0,
    ) -> None:
        self.status, self.wait = status, wait
        self.said = Refusal(error, what, remedy, final, now, offset)
        super().__init__(f"{error}: {what}")


def unknown(what: str = "thing") -> Refused:
    """The one answer for what is not there and for what is another's: nobody learns which."""
    return Refused(404, "not-found", f"no {what} of that name is here for you", "look it up in the list", final=True)
