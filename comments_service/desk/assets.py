"""Assets: the desk's modules and styles, read once, under an address that changes with any of them."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

FOLDER = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Assets:
    """Every file of the folder by its name; `version` is a digest of them all.

    The version stands in the path before the name, so that a module's relative imports are of the same version and all
    of them may be cached for ever.
    """

    version: str
    files: dict[str, bytes]

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Self:
        """The files of a folder that have a type which browsers load."""
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in TYPES}
        digest = sha256()
        for name, content in files.items():
            digest.update(f"{name} {len(content)}\n".encode() + content)
        return cls(digest.hexdigest()[:16], files)

    def type_of(self, name: str) -> str:
        """The media type of a file that there is."""
        return TYPES[Path(name).suffix]
