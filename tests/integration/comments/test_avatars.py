"""The avatars' route: pictures that may be kept for a year and can do nothing but be looked at."""

from xml.etree import ElementTree as ET

import pytest

from tests.integration.comments.conftest import Service


def test_an_authors_avatar_is_a_picture_to_keep(sqlite_service: Service) -> None:
    sqlite_service.put("zz-1")
    comment = sqlite_service.comment("zz-1").json
    assert comment is not None

    answer = sqlite_service.client.get(comment["author"]["avatar"])
    again = sqlite_service.client.get(comment["author"]["avatar"], headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, answer.content_type) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert ET.fromstring(answer.data).tag == "{http://www.w3.org/2000/svg}svg"
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["x", "F" * 32, "0" * 31, "0" * 33, "0" * 31 + "g"])
def test_another_name_is_refused(sqlite_service: Service, name: str) -> None:
    answer = sqlite_service.client.get(f"/v1/avatars/{name}.svg")

    assert answer.status_code == 422
