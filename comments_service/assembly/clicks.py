"""Clicks: what takes them, one at a time and in batches."""

from comments_service.assembly.ground import Ground
from comments_service.clicks import ClickDesk, click_metric
from comments_service.crowds import Crowds
from comments_service.group_commit import GroupCommit
from comments_service.ingest import BatchDesk
from comments_service.routes.clicks import click_routes


def add_clicks(ground: Ground) -> tuple[ClickDesk, BatchDesk]:
    """The desks for clicks, and their routes."""
    settings, clock, visitors = ground.settings, ground.clock, ground.visitors
    metric, commit = click_metric(ground.registry), GroupCommit(ground.event_log)
    most = settings.visitors_per_address if ground.has_limits else 0
    crowds = Crowds(visitors, clock, most=most, interval_ms=settings.visit_interval_ms)
    clicks = ClickDesk(commit, ground.keys, visitors, crowds, clock, metric)
    batches = BatchDesk(ground.event_log, commit, visitors, clock, metric)
    ground.app.register_api(click_routes(clicks, batches))
    return clicks, batches
