"""The widgets' modules as they are served: without comments, under a version that is a digest of them all."""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256, sha384
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMENT = re.compile(r"(//|/\*\*).*")
VERSION_DIGITS = 12


@dataclass(frozen=True)
class Modules:
    """The files of one version by their names; they import each other by relative paths, so they stay together."""

    files: dict[str, bytes]

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that change when any byte of any file does."""
        digest = sha256()
        for name, data in sorted(self.files.items()):
            digest.update(f"{name} {len(data)}\n".encode() + data)
        return digest.hexdigest()[:VERSION_DIGITS]

    def integrity(self, name: str) -> str:
        """A file's digest as the attribute `integrity` wants it."""
        return "sha384-" + b64encode(sha384(self.files[name]).digest()).decode()


def current() -> Modules:
    """The modules of this checkout."""
    return Modules({path.name: bare(path.read_text("utf-8")) for path in sorted((HERE / "widgets").iterdir())})


def released() -> list[Modules]:
    """The versions that were handed out before."""
    folders = sorted((HERE / "released").glob("*/"))
    return [Modules({path.name: path.read_bytes() for path in sorted(folder.iterdir())}) for folder in folders]


def bare(source: str) -> bytes:
    """A source without indentation, blank lines and lines that are nothing but a comment: a third less to transfer."""
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not COMMENT.fullmatch(line)).encode() + b"\n"
