"""XML read element by element, without ever holding the file: no DTD, no entities, nothing fetched."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from comments_service.imports.errors import ImportStopped

LONGEST_ELEMENT_BYTES = 64 * 1024 * 1024
"""So much may lie between two tags: text is held until its element ends."""


class _Metered:
    """A file that notices when the parser reads on and on without finding a tag."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.since_tag = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.since_tag += len(data)
        if self.since_tag > LONGEST_ELEMENT_BYTES:
            raise ImportStopped("The file holds an element of more than 64 MiB.")
        return data


def elements(path: Path, root: str, wanted: set[str], depth: int = 1) -> Iterator[Element]:
    """The elements of these names that stand `depth` levels below the root, each whole; what was read is let go.

    Names are local, without namespace: versions of a format differ in it. Raises ImportStopped for what is no XML, for
    a root of another name and for XML that could do harm.
    """
    try:
        with path.open("rb") as file:
            yield from _walk(_Metered(file), root, wanted, depth)
    except OSError as error:
        raise ImportStopped(f"{path} cannot be read: {error.strerror}.") from error
    except DefusedXmlException as error:
        raise ImportStopped(
            "The file declares a DTD or entities, which no export does; nothing of it is read."
        ) from error
    except (ParseError, UnicodeError, LookupError, ValueError) as error:
        raise ImportStopped(f"The file is no well-formed XML: {error}.") from error


def _walk(file: _Metered, root: str, wanted: set[str], depth: int) -> Iterator[Element]:
    above: list[Element] = []
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        file.since_tag = 0
        if event == "start":
            if not above and local_name(element) != root:
                raise ImportStopped(f"The file is no such export: its root is not {root}.")
            above.append(element)
            continue
        above.pop()
        if len(above) == depth and local_name(element) in wanted:
            yield element
        if len(above) <= depth and above:
            above[-1].remove(element)


def local_name(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def child(element: Element, *path: str) -> Element | None:
    """The first element below by local names; None when there is none."""
    found: Element | None = element
    for name in path:
        found = next((each for each in found if local_name(each) == name), None) if found is not None else None
    return found


def content(element: Element, *path: str) -> str:
    """The text of an element below; empty when there is none."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else ""


def attribute(element: Element | None, name: str) -> str:
    """An attribute by its local name; empty when there is none."""
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "").strip()
