"""Files that were made to do harm: nothing outside them is read, nothing grows out of them, nothing is stored."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from tests.integration.comments.conftest import Service
from tests.integration.imports.conftest import Import, comments

SECRET = "the content of another file"
LAUGHS = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
DECLARATIONS = {
    "an external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>',
    "an entity over the network": '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
    "an external DTD": '<!DOCTYPE a SYSTEM "file://{secret}"><!-- &x; -->',
    "a parameter entity": '<!DOCTYPE a [<!ENTITY % p SYSTEM "file://{secret}"> %p; <!ENTITY x "y">]>',
    "a billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}<!ENTITY x "&l9;">]>',
    "a quadratic blowup": f'<!DOCTYPE a [<!ENTITY x "{"x" * 50_000}">]>',
}
BODIES = {
    "disqus": "<disqus><post><message>{x}</message></post></disqus>",
    "wordpress": "<rss><channel><item><title>{x}</title></item></channel></rss>",
}


@pytest.mark.parametrize("format_name", BODIES)
@pytest.mark.parametrize("declared", DECLARATIONS)
def test_entities_are_neither_fetched_nor_expanded(
    service: Service, run: Import, tmp_path: Path, format_name: str, declared: str
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    file = tmp_path / "export.xml"
    declaration = DECLARATIONS[declared].replace("{secret}", str(tmp_path / "secret"))
    file.write_text(f'<?xml version="1.0"?>{declaration}' + BODIES[format_name].replace("{x}", "&x;" * 100))

    result = run(format_name, file, "--register", "--channel", "zz")

    assert result.exit_code == 1
    assert "declares a DTD or entities" in result.stderr
    assert SECRET not in result.stdout + result.stderr
    assert comments(service) == []


@pytest.mark.parametrize("format_name", ["disqus", "wordpress", "artalk", "waline", "isso", "redian"])
def test_an_archive_is_no_export_and_nothing_is_unpacked(run: Import, tmp_path: Path, format_name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../slipped", b"0" * 10_000_000)
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)

    for content in (packed.getvalue(), gzip.compress(b"[" + b" " * 10_000_000)):
        file = folder / "export"
        file.write_bytes(content)
        result = run(format_name, file)

        assert result.exit_code == 1
        assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert [each.name for each in (tmp_path / "a").rglob("*")] == ["b", "export"]
    assert not [each for each in (*tmp_path.rglob("*"), *tmp_path.parent.iterdir()) if each.name == "slipped"]


def test_what_a_file_says_cannot_write_to_the_terminal(run: Import, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    hostile = "\\u001b[2J\\u001b[31m\\r\\nError: forged"
    file.write_text(f'[{{"id": "{hostile}", "page_key": "/{hostile}", "content": "x"}}, {{"id": 2}}]')

    result = run("artalk", file)

    told = result.stdout + result.stderr
    assert "\x1b" not in told
    assert not [line for line in told.splitlines() if line.startswith("Error: forged")]
