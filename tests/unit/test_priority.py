"""Priority: a worker's pool gives way, where there are groups of processes and where there are none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.embedded.environment import ROOT

GIVE_WAY = """
import os, pathlib, sys
from shared.priority import give_way
give_way(7, pathlib.Path(sys.argv[1]))
print(os.nice(0))
"""
MOST = 19


@pytest.mark.parametrize("folder", [".", "nowhere"])
def test_a_process_gives_way_by_itself_and_with_its_session(tmp_path: Path, folder: str) -> None:
    autogroup = tmp_path / folder / "autogroup"
    command = [sys.executable, "-c", GIVE_WAY, str(autogroup)]

    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert int(told.stdout) == min(os.nice(0) + 7, MOST)
    assert [each.read_text() for each in tmp_path.iterdir()] == (["7"] if folder == "." else [])
