"""Articles: what the CMS puts is what readers get, and what the log is told."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from comments_service.tables import OutboxRow
from shared.clock import to_rfc3339
from shared.events import ArticlePublished, ArticleWithdrawn
from tests.integration.comments.conftest import ARTICLE, CMS, Service


def test_a_put_article_is_answered_as_it_was_put(service: Service) -> None:
    details = {"source": "晨报", "editor": "A. B.", "tags": ["灯会"], "image": "https://portal.example/1.jpg"}

    created = service.put("zz-1", **details, comments="moderated")

    assert created.status_code == 201
    assert created.json == ARTICLE | details | {
        "id": "zz-1",
        "status": "published",
        "published_at": "2026-11-23T01:12:00.000Z",
        "comments": "moderated",
        "close_comments_after_days": None,
        "created_at": to_rfc3339(service.clock()),
        "updated_at": to_rfc3339(service.clock()),
        "counts": {"clicks": 0, "comments": 0},
    }
    assert service.client.get("/v1/articles/zz-1").json == created.json


def test_each_change_is_one_revision_in_the_log(service: Service) -> None:
    service.put("zz-1")
    service.clock.forward(seconds=1)

    changed = service.put("zz-1", title="另一个标题", channels=["xm"])

    assert changed.status_code == 200
    first, second = service.events()
    assert isinstance(first, ArticlePublished)
    assert isinstance(second, ArticlePublished)
    assert (first.revision, second.revision) == (1, 2)
    assert (second.title, second.channels, second.occurred_at) == ("另一个标题", ["xm"], service.clock())


def test_the_same_put_again_is_no_change(service: Service) -> None:
    service.put("zz-1")
    service.clock.forward(seconds=1)

    again = service.put("zz-1")

    assert again.status_code == 200
    assert again.json is not None
    assert again.json["updated_at"] == again.json["created_at"]
    assert len(service.events()) == 1


def test_whoever_got_201_may_click_at_once(service: Service) -> None:
    assert service.click("zz-1").status_code == 404

    service.put("zz-1")

    assert service.click("zz-1").status_code == 202


def test_a_withdrawn_article_is_gone_until_it_is_put_again(service: Service) -> None:
    service.put("zz-1")

    withdrawals = [service.client.delete("/v1/articles/zz-1", headers=CMS).status_code for _ in range(2)]

    assert withdrawals == [204, 204]
    assert service.client.get("/v1/articles/zz-1").status_code == 404
    assert service.click("zz-1").status_code == 404
    assert service.comment("zz-1").status_code == 404
    assert service.put("zz-1").status_code == 200
    assert service.click("zz-1").status_code == 202
    assert [(type(event), event.revision) for event in service.events()[:3]] == [  # type: ignore[union-attr]
        (ArticlePublished, 1),
        (ArticleWithdrawn, 2),
        (ArticlePublished, 3),
    ]


def test_an_unknown_article_cannot_be_withdrawn(service: Service) -> None:
    answer = service.client.delete("/v1/articles/nobody", headers=CMS)

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "article_unknown"


def test_related_articles_share_tags_first_then_channels_newest_first(service: Service) -> None:
    service.put("zz-1", tags=["灯会", "古城"])
    service.put("channel-old", channels=["fj"], published_at="2026-11-20T00:00:00Z")
    service.put("channel-new", channels=["zz", "fj"], published_at="2026-11-22T00:00:00Z")
    service.put("tag-old", channels=["xm"], tags=["古城", "灯会"], published_at="2026-11-01T00:00:00Z")
    service.put("tag-new", channels=["zz"], tags=["古城"], published_at="2026-11-02T00:00:00Z")
    service.put("stranger", channels=["xm"])
    service.put("withdrawn", tags=["灯会"])
    service.client.delete("/v1/articles/withdrawn", headers=CMS)

    def related(limit: int) -> list[str]:
        answer = service.client.get(f"/v1/articles/zz-1/related?limit={limit}")
        assert answer.json is not None
        return [article["id"] for article in answer.json["articles"]]

    assert related(100) == ["tag-new", "tag-old", "channel-new", "channel-old"]
    assert related(3) == ["tag-new", "tag-old", "channel-new"]


def test_one_new_article_put_at_once_by_many_is_created_once(service: Service) -> None:
    def put(_: int) -> int:
        return service.app.test_client().put("/v1/articles/zz-1", json=ARTICLE, headers=CMS).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(put, range(8)))

    assert statuses == [200] * 7 + [201]
    assert len(service.events()) == 1
    with service.database.reading() as session:
        assert session.scalar(select(func.count(OutboxRow.id))) == 1


def test_republishing_brings_every_article_back_into_a_lost_log(service: Service) -> None:
    service.put("zz-1")
    service.put("zz-1", title="另一个标题")
    service.put("zz-2")
    service.client.delete("/v1/articles/zz-2", headers=CMS)
    service.log._store.flushall()

    outcome = service.app.test_cli_runner().invoke(args=["republish"])

    assert outcome.output == "2 articles were appended to the event log.\n"
    published, withdrawn = sorted(service.events(), key=lambda event: event.article_id)
    assert isinstance(published, ArticlePublished)
    assert isinstance(withdrawn, ArticleWithdrawn)
    assert (published.revision, published.title, withdrawn.revision) == (2, "另一个标题", 2)
    assert service.click("zz-1").status_code == 202
