"""What runs beside the application: the intake's commits, and, where this process does that, the writing of rows and the sweeping."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from anyio import to_thread
from litestar import Litestar

from collector.intake.desk import Intake
from collector.place import Place


def beside(place: Place, rows: bool) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """The lifespan of an application."""

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        app.state.intake = held = Intake(place)
        writer = None
        if rows:
            from collector.rows.writer import Writer

            writer = Writer(place, held)
            writer.start()
        try:
            yield
        finally:
            await to_thread.run_sync(held.close)
            if writer is not None:
                await to_thread.run_sync(writer.stop)

    return running
