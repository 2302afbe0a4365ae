"""Traces of a Celery worker: begun before its pool is forked, sent before a process of it ends."""

from typing import Any

from celery.signals import worker_process_shutdown

from shared.tracing import TracingSettings, is_tracing, start_tracing, stop_tracing


def trace_work(service: str, settings: TracingSettings) -> None:
    """Record what this worker does, if the settings name a collector.

    Celery's own instrumentation would tell of nudges and ticks. They are no way that an event takes: a slice is
    linked to the appends of its events instead.
    """
    start_tracing(service, settings)
    if is_tracing():
        worker_process_shutdown.connect(_send_what_waits, weak=False)


def _send_what_waits(**_: Any) -> None:
    stop_tracing()
