"""Bodies: read to their end, and never beyond it."""

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from flask import Flask, request

from shared.web.bodies import MOST_LEFT_BYTES, install_whole_bodies

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Line(BytesIO):
    """What a client has sent so far: who asks for more waits until it sends more, which it never does."""

    def read(self, size: int | None = -1) -> bytes:
        self._wait_for(-1 if size is None else size)
        return super().read(size)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        self._wait_for(memoryview(buffer).nbytes)
        return super().readinto(buffer)

    def _wait_for(self, size: int) -> None:
        assert 0 <= size <= len(self.getvalue()) - self.tell(), "waits for ever"


@pytest.mark.parametrize("reads", [0, 5, 1_000])
@pytest.mark.parametrize(("size", "connection"), [(1_000, None), (MOST_LEFT_BYTES + 1, "close")])
def test_no_more_of_a_body_is_read_than_there_is(reads: int, size: int, connection: str | None) -> None:
    app = Flask(__name__)
    install_whole_bodies(app)

    @app.post("/")
    def post() -> str:
        assert not reads or len(request.stream.read(reads)) == reads
        return ""

    line = Line(b"x" * size)
    answer = app.test_client().post("/", input_stream=line, content_length=size)

    assert answer.status_code == 200
    assert answer.headers.get("Connection") == connection
    assert connection or line.tell() == size
