"""Reply mails: to those alone who asked and confirmed, once a reply, and not about what is gone."""

from collections.abc import Callable, Iterator

import pytest

from comments_service.mails.mails import BACKOFF, KEPT_MS, OLDEST_SENT_MS
from tests.integration.comments.conftest import CMS, Service
from tests.integration.comments.correspondence import PORTAL, Correspondence, link, post, text_of
from tests.mail_server import MailBox, mail_server

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as started:
        yield started


@pytest.fixture
def mails(make_service_here: Callable[..., Service], box: MailBox) -> Correspondence:
    service = make_service_here(smtp_url=box.url, mail_from="no-reply@portal.example", portal_url=PORTAL)
    service.put("zz-1")
    return Correspondence.of(service, box.url)


def test_the_way_from_asking_to_a_mail_about_a_reply(mails: Correspondence, box: MailBox) -> None:
    asker, other = mails.reader(), mails.reader()
    assert mails.service.get("/v1/articles/zz-1/comments")["thread"]["notify_replies"] is True
    comment_id = mails.ask(asker)
    mails.deliver()
    (question,) = box.messages
    assert question["To"] == "lin@example.org"
    assert str(question["From"]) == "漳州热点 <no-reply@portal.example>"

    path = link(question, "confirm")
    post(other, text="还没确认时的回复", parent_id=comment_id)
    mails.deliver()
    assert len(box.messages) == 1
    assert other.get(path).status_code == 200
    mails.deliver()
    post(other, text="点开链接还不算确认", parent_id=comment_id)
    mails.deliver()
    assert len(box.messages) == 1
    assert other.post(path).status_code == 200

    reply_id = post(other, text="晚上七点", parent_id=comment_id, nickname="老陈")
    mails.deliver()
    mails.deliver()

    (_, reply) = box.messages
    assert reply["Subject"] == "老陈回复了您在《漳州古城的灯会》下的评论"
    assert reply["Message-ID"] == f"<reply.{reply_id}@portal.example>"
    assert "晚上七点" in text_of(reply)
    assert "谁知道灯会几点开始" in text_of(reply)
    assert "https://portal.example/zz/1" in text_of(reply)
    assert box.envelopes[1] == ("no-reply@portal.example", ["lin@example.org"])
    assert mails.states() == {"sent": 2}


def test_a_mail_is_in_the_language_that_its_reader_asked_in(mails: Correspondence, box: MailBox) -> None:
    comment_id = mails.confirmed(asker := mails.reader(), headers=ENGLISH)
    post(mails.reader(), text="At seven", parent_id=comment_id)
    mails.deliver()

    (reply,) = box.messages
    assert reply["Subject"] == "A reader replied to your comment on “漳州古城的灯会”"
    page = asker.get(link(reply, "unsubscribe"), headers=ENGLISH)
    assert 'lang="en"' in page.text
    assert 'lang="zh-Hans"' in asker.get(link(reply, "unsubscribe"), headers={"Accept-Language": "zh-CN"}).text


def test_one_click_unsubscribes_as_mail_programs_do(mails: Correspondence, box: MailBox) -> None:
    comment_id = mails.confirmed(mails.reader())
    post(mails.reader(), text="一", parent_id=comment_id)
    mails.deliver()
    (reply,) = box.messages
    assert reply["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = str(reply["List-Unsubscribe"]).strip("<>")
    assert url.startswith(PORTAL)
    path, program = url.removeprefix(PORTAL), mails.reader()

    assert program.get(path).status_code == 200
    post(mails.reader(), text="二", parent_id=comment_id)
    mails.deliver()
    assert len(box.messages) == 2
    assert program.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    post(mails.reader(), text="三", parent_id=comment_id)
    mails.deliver()

    assert len(box.messages) == 2


def test_a_held_reply_is_told_of_when_it_is_approved(mails: Correspondence, box: MailBox) -> None:
    comment_id = mails.confirmed(mails.reader())
    mails.service.put("zz-1", comments="moderated")
    reply_id = post(mails.reader(), text="晚上七点", parent_id=comment_id)
    mails.deliver()
    assert not box.messages

    mails.service.decide("publish", reply_id)
    mails.deliver()

    assert len(box.messages) == 1


def test_a_held_comment_asks_nobody_until_it_is_approved(mails: Correspondence, box: MailBox) -> None:
    mails.service.put("zz-1", comments="moderated")
    comment_id = mails.ask(mails.reader())
    mails.deliver()
    assert not box.messages

    mails.service.decide("publish", comment_id)
    mails.deliver()

    assert len(box.messages) == 1


@pytest.mark.parametrize("gone", ["reply", "comment", "article"])
def test_nothing_is_said_of_what_went_meanwhile(mails: Correspondence, box: MailBox, gone: str) -> None:
    comment_id = mails.confirmed(mails.reader())
    reply_id = post(mails.reader(), text="晚上七点", parent_id=comment_id)
    mails.project()
    if gone == "article":
        mails.service.client.delete("/v1/articles/zz-1", headers=CMS)
    else:
        mails.service.decide("delete", reply_id if gone == "reply" else comment_id)

    mails.deliver()

    assert not box.messages
    assert mails.states() == {"dropped": 1}


def test_a_reply_that_was_removed_and_came_back_is_told_of_once(mails: Correspondence, box: MailBox) -> None:
    comment_id = mails.confirmed(mails.reader())
    reply_id = post(mails.reader(), text="晚上七点", parent_id=comment_id)
    mails.project()
    mails.service.decide("reject", reply_id)
    mails.deliver()
    assert not box.messages

    for _ in range(2):
        mails.service.decide("publish", reply_id)
        mails.deliver()
        mails.service.decide("reject", reply_id)
        mails.deliver()

    assert len(box.messages) == 1


def test_nobody_is_told_of_his_own_replies(mails: Correspondence, box: MailBox) -> None:
    comment_id = mails.confirmed(asker := mails.reader())
    post(asker, text="补充一下", parent_id=comment_id)
    post(mails.reader(), text="在另一台电脑上", parent_id=comment_id, email="LIN@example.org")
    mails.deliver()

    assert not box.messages


def test_an_address_that_another_reader_types_has_to_be_confirmed_again(mails: Correspondence, box: MailBox) -> None:
    mails.confirmed(mails.reader())
    stranger_comment = mails.ask(mails.reader())
    post(mails.reader(), text="回复陌生人", parent_id=stranger_comment)
    mails.deliver()

    assert not box.messages
    mails.service.clock.forward(hours=24)
    mails.ask(mails.reader())
    mails.deliver()
    assert [message["Subject"] for message in box.messages] == ["请确认：接收评论回复通知"]


def test_an_address_is_asked_once_a_day_whoever_types_it(mails: Correspondence, box: MailBox) -> None:
    for _ in range(3):
        mails.ask(mails.reader(), "victim@example.org")
        mails.ask(mails.reader(), "Victim@Example.org")
        mails.deliver()

    assert len(box.messages) == 1


def test_an_address_that_said_stop_is_left_alone_for_a_month(mails: Correspondence, box: MailBox) -> None:
    mails.ask(mails.reader())
    mails.deliver()
    mails.reader().post(link(box.messages[0], "unsubscribe"))

    mails.service.clock.forward(hours=29 * 24)
    mails.ask(mails.reader())
    mails.deliver()
    assert len(box.messages) == 1
    mails.service.clock.forward(hours=48)
    mails.ask(mails.reader())
    mails.deliver()

    assert len(box.messages) == 2


def test_a_reader_who_confirmed_once_is_not_asked_again(mails: Correspondence, box: MailBox) -> None:
    asker = mails.reader()
    mails.confirmed(asker)
    mails.service.clock.forward(hours=100)
    later = mails.ask(asker)
    post(mails.reader(), text="晚上七点", parent_id=later)
    mails.deliver()

    assert [message["Subject"] for message in box.messages] == ["一位读者回复了您在《漳州古城的灯会》下的评论"]


def test_tokens_end_serve_one_purpose_and_cannot_be_made(mails: Correspondence, box: MailBox) -> None:
    mails.ask(mails.reader())
    mails.deliver()
    confirm, unsubscribe = link(box.messages[0], "confirm"), link(box.messages[0], "unsubscribe")
    browser = mails.reader()

    for path in (
        confirm.replace("/confirm", "/unsubscribe"),
        unsubscribe.replace("/unsubscribe", "/confirm"),
        confirm[:-2] + "xx",
        "/v1/mail/confirm?token=nonsense",
    ):
        assert browser.get(path).status_code == 410
        assert browser.post(path).status_code == 410
    assert browser.post("/v1/mail/confirm").status_code == 422
    mails.service.clock.forward(hours=72, seconds=-1)
    assert browser.get(confirm).status_code == 200
    mails.service.clock.forward(seconds=2)
    assert browser.post(confirm).status_code == 410
    mails.service.clock.forward(hours=24 * 365)
    assert browser.post(unsubscribe).status_code == 200


def test_the_pages_let_no_script_in_and_pass_no_token_on(mails: Correspondence, box: MailBox) -> None:
    mails.ask(mails.reader())
    mails.deliver()

    page = mails.reader().get(link(box.messages[0], "confirm"))

    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert '<form method="post">' in page.text


def test_a_nickname_or_a_text_cannot_forge_a_header(mails: Correspondence, box: MailBox) -> None:
    comment_id = mails.confirmed(mails.reader())
    post(mails.reader(), text="第一行\r\nBcc: all@example.org", parent_id=comment_id, nickname="{title.__class__}")
    mails.deliver()

    (reply,) = box.messages
    assert reply["Bcc"] is None
    assert str(reply["Subject"]).startswith("{title.__class__}回复了您")
    assert "> Bcc: all@example.org" in text_of(reply)


def test_while_the_server_is_down_mails_wait_and_no_attempt_is_counted(
    make_service_here: Callable[..., Service],
) -> None:
    with mail_server() as first:
        url, port = first.url, first.port
    service = make_service_here(smtp_url=url, mail_from="no-reply@portal.example", portal_url=PORTAL)
    service.put("zz-1")
    mails = Correspondence.of(service, url)
    comment_id = mails.confirmed(mails.reader())
    post(mails.reader(), text="晚上七点", parent_id=comment_id)
    for _ in range(100):
        mails.deliver()
        service.clock.forward(seconds=10)
    assert mails.states() == {"waiting": 1}
    assert 'redian_mails{status="waiting"} 1.0' in service.client.get("/metrics").text
    assert "redian_mails_oldest_seconds 1000.0" in service.client.get("/metrics").text

    service.clock.forward(minutes=2)
    with mail_server(port) as second:
        mails.deliver()

        assert len(second.messages) == 1
    assert mails.states() == {"sent": 1}


def test_a_server_that_is_down_is_not_asked_at_every_tick(mails: Correspondence, box: MailBox) -> None:
    mails.ask(mails.reader())
    box.before_answer = lambda: "421 closing"
    for _ in range(20):
        mails.deliver()

    assert box.sessions == 1


def test_what_the_server_puts_off_is_tried_for_a_day(mails: Correspondence, box: MailBox) -> None:
    mails.ask(mails.reader())
    box.at_recipient = lambda _: "450 try again"
    for _ in range(BACKOFF.attempts):
        mails.deliver()
        assert mails.states() in ({"waiting": 1}, {"failed": 1})
        mails.service.clock.forward(hours=5)

    assert mails.states() == {"failed": 1}
    assert not box.messages


def test_what_the_server_refuses_is_not_sent_again_and_holds_up_nobody(mails: Correspondence, box: MailBox) -> None:
    mails.ask(mails.reader(), "nobody@example.org")
    mails.ask(mails.reader(), "somebody@example.org")
    mails.ask(mails.reader(), "full@example.org")
    box.at_recipient = lambda address: "550 no such user" if address.startswith("nobody") else "250 OK"
    mails.deliver()

    assert mails.states() == {"failed": 1, "sent": 2}


def test_a_text_that_is_refused_at_the_end_was_not_taken(mails: Correspondence, box: MailBox) -> None:
    mails.ask(mails.reader())
    box.before_answer = lambda: "451 later"
    mails.deliver()
    assert mails.states() == {"waiting": 1}

    box.before_answer = lambda: "250 OK"
    mails.service.clock.forward(minutes=2)
    mails.deliver()

    assert len(box.messages) == 1


def test_old_mails_are_given_up_and_ended_ones_forgotten(mails: Correspondence) -> None:
    mails.ask(mails.reader())
    mails.project()
    mails.service.clock.now_ms += OLDEST_SENT_MS + 1
    mails.mailer.run_round()
    assert mails.states() == {"failed": 1}

    mails.service.clock.now_ms += KEPT_MS + 1
    mails.mailer.run_round()

    assert mails.states() == {}


def test_no_address_is_kept_but_with_its_comment(mails: Correspondence, box: MailBox) -> None:
    comment_id = mails.ask(mails.reader(), "lin@example.org")
    mails.deliver()
    assert len(box.messages) == 1
    mails.service.decide("delete", comment_id)

    with mails.service.database.engine.connect() as connection:
        for table in ("comments", "subscriptions", "mails", "outbox", "kept_answers"):
            assert "lin@" not in repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())


def test_without_a_mail_server_nothing_is_offered_stored_or_sent(service: Service, box: MailBox) -> None:
    service.put("zz-1")
    body = {"text": "好", "email": "lin@example.org", "notify_replies": True}
    refused = service.client.post("/v1/articles/zz-1/comments", json=body)
    assert refused.status_code == 422
    assert (refused.json or {})["errors"][0]["field"] == "notify_replies"

    assert service.get("/v1/articles/zz-1/comments")["thread"]["notify_replies"] is False

    post(service.client, text="好", email="lin@example.org", notify_replies=False)
    mails = Correspondence.of(service, box.url)
    mails.project(is_on=False)
    mails.mailer.run_round()

    assert mails.states() == {}
    assert not box.messages


@pytest.mark.parametrize("email", [None, "a,b@example.org", "<a@example.org>", "a@例.org", "a@b@example.org"])
def test_mails_need_an_address_that_is_one(mails: Correspondence, email: str | None) -> None:
    body = {"text": "好", "email": email, "notify_replies": True}
    answer = mails.reader().post("/v1/articles/zz-1/comments", json=body)

    assert answer.status_code == 422
    assert {each["field"] for each in (answer.json or {})["errors"]} == {"email"}
