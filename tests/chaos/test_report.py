"""The report shows what was seen: a loss is a loss, and a plot is a picture."""

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from httpx import Response

from tests.chaos import page
from tests.chaos.audit import Comparison, compare
from tests.chaos.claims import Claim, Outcome
from tests.chaos.journal import Journal
from tests.chaos.page import BEGIN, END, draw
from tests.chaos.timeline import Timeline


def test_what_is_missing_and_what_is_too_much_do_not_balance_each_other() -> None:
    assert compare(Counter(a=3, b=1), {"a": 1.0, "b": 2.0, "c": 4.0}) == Comparison(missing=2, excess=5)
    assert compare(Counter(a=3), {"a": 3.0}) == Comparison(0, 0)


def test_a_claim_beyond_its_bound_is_broken() -> None:
    lost, late = Claim("clicks lost", 1, 0), Claim("ready after", 2.5, 10, "s")

    assert Outcome("a fault", [lost, late]).broken == [lost]


def test_the_page_keeps_its_text_and_shows_the_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reliability.md").write_text(f"# Before\n{BEGIN}old\n{END}after\n")
    monkeypatch.setattr(page, "PAGE", tmp_path / "reliability.md")
    monkeypatch.setattr(page, "IMAGES", tmp_path)
    outcome = {
        "fault": "2 SIGKILLs",
        "claims": [{"text": "clicks acknowledged and not counted", "value": 3, "at_most": 0}],
        "facts": {"clicks acknowledged": 1_234},
        "timeline": {"taken": [5, 0, 7], "refused": [0, 2, 0], "kills": [(0.5, "Redis"), (1.2, "beat")]},
    }
    measured = {
        "measured_on": {"CPUs": "2", "Python": "3.11", "day": "2026-11-28"},
        "seconds": 9,
        "outcomes": [outcome],
    }

    draw({"kills": measured})
    draw({"kills": measured})

    text = (tmp_path / "reliability.md").read_text()
    assert text.startswith(f"# Before\n{BEGIN}")
    assert text.endswith(f"{END}after\n")
    assert text.count("| clicks acknowledged and not counted | 3 | 0 |") == 1
    assert "1,234" in text
    plot = ElementTree.parse(tmp_path / "reliability-kills.svg")
    assert len(plot.findall(".//{*}circle")) == 2


def test_a_timeline_tells_acknowledged_from_refused() -> None:
    journal = Journal()
    journal.note("visit", 0, Response(202))
    journal.note("visit", 0, Response(503))
    journal.note("visit", 0, None)
    began = journal.entries()[0].at

    timeline = Timeline.of(journal, [(began + 1, "Redis")], began)

    assert (sum(timeline.taken), sum(timeline.refused), timeline.kills) == (1, 2, [(1.0, "Redis")])
