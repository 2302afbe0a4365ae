"""`python -m services.embed.pins`: write the versions and digests of this checkout's modules into docs/embed.md."""

import re
from pathlib import Path

from services.embed.modules import Modules, current

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/embed.md"
PIN = re.compile(r'/embed/[0-9a-f]{12}/([\w.-]+)"([^>]*?)integrity="[^"]*"')


def pinned(text: str, modules: Modules) -> str:
    """A document with every pin brought up to date."""
    return PIN.sub(
        lambda pin: f'/embed/{modules.version}/{pin[1]}"{pin[2]}integrity="{modules.integrity(pin[1])}"', text
    )


if __name__ == "__main__":
    DOCUMENT.write_text(pinned(DOCUMENT.read_text("utf-8"), current()), "utf-8")
