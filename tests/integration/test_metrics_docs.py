"""What operators read: every metric stands in docs/metrics.md, every alert has its paragraph, and neither says more."""

import re
from pathlib import Path

import yaml
from sqlalchemy import Engine

from comments_service.live.app import assemble as assemble_live
from comments_service.live.settings import LiveSettings
from ranking_service.app import assemble as assemble_ranking
from ranking_service.settings import RankingSettings
from services.embedded.environment import ROOT
from shared.database import make_engine
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import make_service

SECRET = "a secret of the tests"
SERVED = re.compile(r"^# HELP (redian_\w+)", re.MULTILINE)
DOCUMENTED = re.compile(r"^\| `(redian_\w+)` \|", re.MULTILINE)
HEADING = re.compile(r"^### (\w+)$", re.MULTILINE)
# Clients of Prometheus tell when a counter began, as a metric of its own.
BEGAN = "_created"


def served(folder: Path, store: Store, clock: FakeClock) -> set[str]:
    """Every metric of the three processes that serve some."""
    engine: Engine = make_engine(f"sqlite:///{folder / 'empty.db'}")
    settings = RankingSettings.model_validate({"secret_key": SECRET})
    live = assemble_live(LiveSettings.model_validate({"secret_key": SECRET}), database=None)  # type: ignore[arg-type]
    told = [
        make_service(engine, store, clock).client.get("/metrics").text,
        assemble_ranking(settings, store=store, engine=engine, clock=clock).test_client().get("/metrics").text,
        *(f"# HELP {each.name}{'_total' * (each.type == 'counter')}" for each in live._registry.collect()),
    ]
    engine.dispose()
    return {name for text in told for name in SERVED.findall(text) if not name.endswith(BEGAN)}


def test_every_metric_is_documented_with_its_unit_and_no_other(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    documented = DOCUMENTED.findall((ROOT / "docs" / "metrics.md").read_text())
    # These ask SQL for rows, of which this database has no tables.
    of_sql = {name for name in documented if re.match("redian_(outbox|mails|webhook)", name)}

    assert sorted(documented) == sorted(set(documented))
    assert set(documented) == served(tmp_path, store, clock) | of_sql


def test_every_alert_has_its_paragraph_and_no_other() -> None:
    rules = yaml.safe_load((ROOT / "services" / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
    section = (ROOT / "docs" / "operations.md").read_text().partition("\n## Alerts\n")[2].partition("\n## ")[0]

    assert HEADING.findall(section) == [rule["alert"] for rule in rules]
    for paragraph in re.split(HEADING, section)[2::2]:
        assert len(paragraph.split()) > 30
