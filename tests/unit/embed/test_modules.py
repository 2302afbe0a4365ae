"""The widgets' modules: small, held together by one version, and pinned in the documentation."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.embed.modules import HERE, Modules, bare, current, released
from services.embed.routes import embed_routes
from services.embedded.environment import ROOT

MOST_BYTES = 15_000
WORDS = {"words.zh-CN.js", "words.zh-TW.js", "words.en.js"}


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("embed")
    older = Modules({"hot-news.js": b"// handed out last year\n"})
    app.register_blueprint(embed_routes(current(), [older]))
    return app.test_client()


def test_all_that_a_page_loads_in_any_language_is_at_most_fifteen_kilobytes() -> None:
    sizes = {name: len(gzip.compress(data, 9, mtime=0)) for name, data in current().files.items()}

    longest_words = max(sizes[name] for name in WORDS)

    assert sum(size for name, size in sizes.items() if name not in WORDS) + longest_words <= MOST_BYTES


def test_every_language_says_everything() -> None:
    files = current().files
    names = [set(re.findall(rb'(?m)(?:^|, )"?([\w-]+)"?: "', files[name])) for name in sorted(WORDS)]

    assert names[0] == names[1] == names[2]
    assert len(names[0]) > 60


def test_no_module_turns_a_string_into_markup_or_code() -> None:
    for name, data in current().files.items():
        assert not re.search(rb"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", data), (
            name
        )


def test_comments_and_indentation_are_not_served() -> None:
    source = "// What it is.\nconst a = 1; // why\n  /** What it does. */\n  f(`\n  text`);\n\n"

    assert bare(source) == b"const a = 1; // why\nf(`\ntext`);\n"


def test_the_documentation_pins_the_modules_of_this_checkout() -> None:
    modules = current()
    text = (ROOT / "docs/embed.md").read_text()

    pinned = re.findall(r'/embed/([0-9a-f]{12})/([\w.-]+)"[^>]*?integrity="([^"]+)"', text)

    assert {name for _, name, _ in pinned} == set(modules.files) - {"challenge.js"} - (WORDS - {"words.zh-CN.js"})
    assert all((version, digest) == (modules.version, modules.integrity(name)) for version, name, digest in pinned)


def test_a_version_is_kept_for_a_year_and_open_to_every_origin(client: FlaskClient) -> None:
    answer = client.get(f"/embed/{current().version}/hot-news.js")

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.content_type == "text/javascript; charset=utf-8"


def test_a_version_that_was_handed_out_is_served_on(client: FlaskClient) -> None:
    older = Modules({"hot-news.js": b"// handed out last year\n"})

    assert client.get(f"/embed/{older.version}/hot-news.js").data == b"// handed out last year\n"


def test_the_bare_name_leads_to_the_newest_version(client: FlaskClient) -> None:
    answer = client.get("/embed/hot-news.js")

    assert answer.headers["Location"] == f"/embed/{current().version}/hot-news.js"
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("path", ["/embed/000000000000/hot-news.js", "/embed/nothing.js", "/embed/../app.py"])
def test_anything_else_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_manifest_names_every_module_with_its_digest(client: FlaskClient) -> None:
    manifest = client.get("/embed/manifest.json").json

    assert manifest
    assert manifest["hot-news.js"]["integrity"] == current().integrity("hot-news.js")
    assert client.get(manifest["hot-news.js"]["url"]).status_code == 200


def test_every_released_version_is_what_its_name_says() -> None:
    for modules, folder in zip(released(), sorted((HERE / "released").glob("*/")), strict=True):
        assert modules.version == folder.name
