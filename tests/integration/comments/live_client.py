"""A client of the live app in the same event loop: a stream that can be read event by event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comments_service.live.app import LiveApp

PATIENCE_SECONDS = 10


@dataclass
class Stream:
    """One request to the app, and what it has sent so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    parts: "asyncio.Queue[bytes]" = field(default_factory=asyncio.Queue)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Any) -> None:
        """What the app calls."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.parts.put_nowait(message["body"])

    async def receive(self) -> Any:
        """The client says nothing until it goes."""
        await self.leaving.wait()
        return {"type": "http.disconnect"}

    async def part(self) -> str:
        """The next piece that the app sends."""
        return (await asyncio.wait_for(self.parts.get(), PATIENCE_SECONDS)).decode()

    async def count(self) -> tuple[int, str | None]:
        """The next event's total and latest comment; whatever is no event is passed over."""
        while not (part := await self.part()).startswith("id: "):
            pass
        data = msgspec.json.decode(part.split("data: ")[1])
        return data["total"], data["latest"]


@asynccontextmanager
async def listening(app: LiveApp, path: str, method: str = "GET", **headers: str) -> AsyncIterator[Stream]:
    """A stream for the time of the block; the client leaves at its end, and the app has to end then too."""
    stream = Stream()
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "client": ("192.0.2.1", 1),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    request = asyncio.create_task(app(scope, stream.receive, stream.send))
    try:
        yield stream
    finally:
        stream.leaving.set()
        await asyncio.wait_for(request, PATIENCE_SECONDS)
