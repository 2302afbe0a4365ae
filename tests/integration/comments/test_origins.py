"""Origins: of an address a keyed hash and the network are kept, for some days, and of a proxy only what it may say."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from comments_service.origin import OriginEraser, Origins
from comments_service.tables import Comment
from comments_service.visitors import Sender
from shared.clock import DAY_MS
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import Service, make_service
from tests.integration.comments.test_moderation import held

LONG = "本店新到水仙花球欢迎光临"


def post(service: Service, address: str, text: str = LONG, **headers: str) -> str:
    answer = service.client.post(
        "/v1/articles/zz-1/comments", json={"text": text}, headers=headers, environ_base={"REMOTE_ADDR": address}
    )
    assert answer.json is not None
    comment_id: str = answer.json["id"]
    return comment_id


def networks(service: Service) -> dict[str, str | None]:
    found: list[dict[str, Any]] = service.get("/v1/moderation/comments")["comments"]
    return {each["id"]: each["network"] for each in found}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("", None),
    ],
)
def test_the_network_of_a_comment_is_kept(sqlite_service: Service, address: str, network: str | None) -> None:
    sqlite_service.put("zz-1")

    comment_id = post(sqlite_service, address)

    assert networks(sqlite_service) == {comment_id: network}


def test_no_table_holds_an_address(service: Service) -> None:
    service.put("zz-1")
    post(service, "203.0.113.77")

    with service.database.reading() as session:
        (row,) = session.execute(text("SELECT * FROM comments")).mappings()
        audit = session.execute(text("SELECT * FROM outbox")).all()
    assert "203.0.113.77" not in repr((dict(row), audit))
    assert row["address"] is not None


def test_an_address_is_hashed_with_the_installations_key() -> None:
    def address(secret: str, peer: str = "203.0.113.77") -> str | None:
        return Origins(secret, ()).of(Sender(peer, "", "", "", None)).address

    assert address("a secret of the tests") == address("a secret of the tests")
    assert address("a secret of the tests") != address("another secret of tests")
    assert address("a secret of the tests") != address("a secret of the tests", "203.0.113.78")


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded_for", "network"),
    [
        ([], "203.0.113.7", "198.51.100.9", "203.0.113.0/24"),
        (["10.0.0.0/8"], "203.0.113.7", "198.51.100.9", "203.0.113.0/24"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.9", "198.51.100.0/24"),
        (["10.0.0.0/8"], "10.0.0.1", "192.0.2.1, 198.51.100.9", "198.51.100.0/24"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.9, 10.0.0.2", "198.51.100.0/24"),
        (["10.0.0.0/8"], "10.0.0.1", "nonsense", "10.0.0.0/24"),
    ],
)
def test_forwarded_addresses_are_believed_from_trusted_proxies_alone(
    sqlite_engine: Engine,
    store: Store,
    clock: FakeClock,
    trusted: list[str],
    peer: str,
    forwarded_for: str,
    network: str,
) -> None:
    service = make_service(sqlite_engine, store, clock, trusted_proxies=trusted)
    service.put("zz-1")

    comment_id = post(service, peer, **{"X-Forwarded-For": forwarded_for})

    assert networks(service) == {comment_id: network}


def test_origins_are_erased_after_their_days(engine: Engine, store: Store, clock: FakeClock) -> None:
    service = make_service(engine, store, clock, rate_limits="on")
    service.put("zz-1")
    old = post(service, "203.0.113.7", "第一条评论写得长一些")
    clock.forward(hours=24 * 10)
    young = post(service, "203.0.113.8", "第二条评论写得长一些")
    eraser = OriginEraser(service.database, clock, 30 * DAY_MS)
    clock.forward(hours=24 * 20)

    eraser.erase_due()
    assert set(networks(service).values()) == {"203.0.113.0/24"}
    clock.forward(hours=1)
    eraser.erase_due()

    with service.database.reading() as session:
        kept = {each.id: (each.network, each.address, each.text_digest) for each in session.scalars(select(Comment))}
    assert kept[old] == (None, None, None)
    assert None not in kept[young]


def test_a_deleted_comment_has_no_origin(service: Service) -> None:
    service.put("zz-1")
    comment_id = post(service, "203.0.113.7")

    service.client.delete(f"/v1/comments/{comment_id}")

    with service.database.reading() as session:
        comment = session.get_one(Comment, comment_id)
    assert (comment.network, comment.address, comment.text_digest) == (None, None, None)


def test_moderators_search_by_network(service: Service) -> None:
    service.put("zz-1")
    here = post(service, "203.0.113.7")
    held(service)

    found = service.get("/v1/moderation/comments?network=203.0.113.0/24")["comments"]

    assert [each["id"] for each in found] == [here]
