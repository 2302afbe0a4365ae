"""Comments: first pages of a short and of a long thread, counts and posts, beside bare bytes and beside peers."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import httpx

from bench import waline
from bench.cases import Case, Measure, Reading
from bench.isso import FAILED_POSTS, PAGE, POSTS, THREAD, running_isso
from bench.servers import KEY, Server, migrate, running_app, running_redis, service_environment
from bench.wrk import load

SHORT, LONG = 50, 10_000
FIRST_PAGE, POST = f"first page of {SHORT} comments, warm", "a guest's comment, committed"
AS_FAST = 1 / 1.3
"""A long thread may cost so much more than a short one."""


@dataclass(frozen=True)
class CommentBench:
    """The write side with a short and a long thread, isso with the short one, and the bare bytes of a first page."""

    service: Server
    constant: Server
    isso: Server
    waline: Server | None
    folder: Path

    def cases(self) -> list[Case]:
        """What is compared."""
        short, long = (partial(load, self.service, page(size), "read") for size in (SHORT, LONG))
        known_short, known_long = (self._known(size) for size in (SHORT, LONG))
        post = partial(load, self.service, f"/v1/articles/t{SHORT}-posts/comments", "comment", "nickname")
        return [
            Case(FIRST_PAGE, short, "the same bytes, bare", partial(load, self.constant, page(SHORT), "read"), 0.6),
            Case(FIRST_PAGE, short, "isso", partial(load, self.isso, PAGE, "read"), 300),
            Case(f"first page of {LONG:,} comments, warm", long, f"of {SHORT}", short, AS_FAST),
            Case(
                f"first page of {LONG:,} comments, of a reader who is known",
                known_long,
                f"of {SHORT}",
                known_short,
                AS_FAST,
            ),
            *(self._counts(size) for size in (4, 100)),
            Case(POST, post, "isso", partial(load, self.isso, POSTS, "comment", "author", tolerated=FAILED_POSTS), 3),
            *(self._beside_waline(self.waline, short, post) if self.waline else ()),
        ]

    def _beside_waline(self, peer: Server, first_page: Measure, post: Measure) -> tuple[Case, ...]:
        counts = f"/api/comment?type=count&url={waline.THREAD},{','.join(f'/a{number}/' for number in range(99))}"
        ours = self._counts(100)
        return (
            Case(ours.name, ours.measure, "Waline", partial(load, peer, counts, "read"), 1),
            Case(FIRST_PAGE, first_page, "Waline", partial(load, peer, waline.PAGE, "read"), 1),
            Case(POST, post, "Waline", partial(load, peer, waline.POSTS, *waline.POST_SCRIPT), 1),
        )

    def _known(self, size: int) -> Callable[[], Reading]:
        """A reader with a cookie gets a page of his own, past what is kept warm."""
        answer = httpx.post(
            f"{self.service.url}/v1/articles/t{SHORT}-posts/comments", json={"text": f"I read the thread of {size}."}
        )
        assert answer.status_code == 201, answer.text
        cookie = answer.headers["set-cookie"].partition(";")[0]
        return partial(load, self.service, page(size), "known", cookie)

    def _counts(self, size: int) -> Case:
        ours, theirs = self.folder / f"counts-{size}.json", self.folder / f"isso-{size}.json"
        ours.write_text(json.dumps({"article_ids": [f"t{SHORT}", *(f"a{number}" for number in range(size - 1))]}))
        theirs.write_text(json.dumps([THREAD, *(f"/a{number}/" for number in range(size - 1))]))
        return Case(
            f"counts of {size} articles",
            partial(load, self.service, "/v1/comments/counts", "post", str(ours)),
            "isso",
            partial(load, self.isso, "/count", "post", str(theirs)),
            6,
        )


def page(size: int) -> str:
    """The path of a thread's first page."""
    return f"/v1/articles/t{size}/comments"


@contextmanager
def comment_bench(folder: Path) -> Iterator[CommentBench]:
    """Everything that the cases need, as long as it runs."""
    with ExitStack() as stack:
        redis_url = stack.enter_context(running_redis(folder))
        environment = service_environment("comments", redis_url, folder)
        migrate("comments_service", environment)
        service = stack.enter_context(running_app("comments_service:create_app", environment))
        texts = [f"Comment {number} on the lanterns along the river." for number in range(LONG)]
        _fill(service, texts)
        file = folder / "page.json"
        with urlopen(service.url + page(SHORT)) as answer:
            file.write_bytes(answer.read())
        answering = {"BENCH_ANSWER": str(file)}
        constant = stack.enter_context(running_app("bench.references.constant:create_app", answering))
        isso = stack.enter_context(running_isso(folder, texts[:SHORT]))
        yield CommentBench(
            service, constant, isso, stack.enter_context(waline.running_waline(folder, texts[:SHORT])), folder
        )


def _fill(service: Server, texts: list[str]) -> None:
    with httpx.Client(base_url=service.url, timeout=30) as http:
        for name in (f"t{SHORT}", f"t{LONG}", f"t{SHORT}-posts", *(f"a{number}" for number in range(99))):
            article = {"title": name, "url": f"https://news.example/{name}", "channels": ["zz"]}
            article["published_at"] = "2026-01-01T00:00:00Z"
            put = http.put(f"/v1/articles/{name}", json=article, headers={"Authorization": f"Bearer {KEY}"})
            assert put.status_code == 201, put.text
        for size in (SHORT, LONG):
            for number, text in enumerate(texts[:size]):
                http.cookies.clear()  # each of another reader
                headers = {"X-Forwarded-For": f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"}
                posted = http.post(f"/v1/articles/t{size}/comments", json={"text": text}, headers=headers)
                assert posted.status_code == 201, posted.text
