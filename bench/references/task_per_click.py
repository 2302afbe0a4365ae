"""The usual way: a Flask view sends a Celery task for each click, and the task adds one to every board.

`python -m bench.references.task_per_click` is its worker. Public Celery with its own defaults, late acknowledgement and
the JSON that both need; `REDIS_URL` is broker and store.
"""

import os
import sys

from celery import Celery
from flask import Flask, request
from flask.typing import ResponseReturnValue

from ranking_service.boards import load_boards
from shared.store import connect

CHANNELS = ("all", "zz", "fj")
COUNTED = "naive:counted"


def make_celery() -> Celery:
    """The Celery app of both ends."""
    app = Celery("naive", broker=os.environ["REDIS_URL"], set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": int(os.environ.get("VISIBILITY_TIMEOUT", "3600"))},
        worker_hijack_root_logger=False,
    )
    return app


def create_app() -> Flask:
    """The web end."""
    app, celery = Flask("naive"), make_celery()

    @app.get("/healthz")
    def health() -> ResponseReturnValue:
        return {"status": "ok"}

    @app.post("/v1/clicks")
    def click() -> ResponseReturnValue:
        celery.send_task("click", (request.get_json()["article_id"],))
        return {"status": "accepted"}, 202

    return app


def make_worker() -> Celery:
    """The working end."""
    app = make_celery()
    store = connect(os.environ["REDIS_URL"], timeout_seconds=5)
    names = [f"naive:{channel}:{board.name}" for channel in CHANNELS for board in load_boards()]

    @app.task(name="click", shared=False)
    def click(article_id: str) -> None:
        pipeline = store.pipeline(transaction=True)
        for name in names:
            pipeline.zincrby(name, 1, article_id)
        pipeline.incr(COUNTED)
        pipeline.execute()

    return app


if __name__ == "__main__":
    make_worker().worker_main(["--quiet", "worker", "--concurrency", "1", "--loglevel", "ERROR", *sys.argv[1:]])
