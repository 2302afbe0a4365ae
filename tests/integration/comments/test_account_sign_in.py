"""Sign-in with an account: links that work once, answers that tell a guesser nothing, sessions that end in time."""

from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, update

from comments_service.accounts.passwords import Passwords
from comments_service.desk.tries import NAME_TRIES, NETWORK_TRIES
from comments_service.tables import Account
from ranking_service.app import assemble as assemble_rankings
from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.settings import RankingSettings
from shared.database import make_engine
from shared.schema import migrate
from shared.sessions import SESSION_HOURS
from shared.store import Store, connect
from tests.conftest import FakeClock
from tests.integration.comments.conftest import Service, make_service
from tests.integration.comments.desk_accounts import (
    ACCOUNTS,
    KEYS,
    OWN,
    OWNER,
    PASSWORD,
    SESSION,
    Browser,
    browser,
    invited,
    joined,
    token_of,
)

ANOTHER = "another fine password"
INVITATIONS = "/v1/moderation/invitations"
PROXIES = {"trusted_proxies": ["127.0.0.1/32"]}

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def service(sqlite_engine: Engine, store: Store, clock: FakeClock) -> Service:
    return make_service(sqlite_engine, store, clock, api_keys=KEYS, **PROXIES)


def test_an_invited_editor_chooses_a_password_and_comes_back_with_it(
    make_service_here: Callable[..., Service], clock: FakeClock
) -> None:
    service = make_service_here(api_keys=KEYS)
    link = invited(service, "林晓", channels=["fj"])["link"]
    own = browser(service)

    assert link.startswith("http://127.0.0.1:8000/admin/invitation#")
    status, whom = own.call("POST", f"{INVITATIONS}/look", {"token": token_of(link)})
    assert (status, whom["name"], whom["role"]) == (200, "林晓", "editor")
    status, session = own.accept(link)
    assert (status, session["name"], session["scopes"], session["channels"]) == (200, "林晓", ["moderate"], ["fj"])
    assert own.is_in()

    clock.forward(hours=SESSION_HOURS)
    assert not own.is_in()
    assert own.sign_in(" 林晓 ")[0] == 200
    assert own.is_in()


def test_a_link_works_once_and_for_a_day(service: Service, clock: FakeClock) -> None:
    used = invited(service, "once")["link"]
    assert browser(service).accept(used)[0] == 200
    late = invited(service, "late")["link"]
    clock.forward(hours=24)

    for link in (used, late, "http://localhost/admin/invitation#guess"):
        for path, body in ((f"{INVITATIONS}/look", {}), (f"{INVITATIONS}/accept", {"password": PASSWORD})):
            status, answer = browser(service).call("POST", path, {"token": token_of(link)} | body)
            assert (status, answer["code"]) == (404, "invitation_unknown")
    assert browser(service).sign_in("late")[0] == 401


def test_neither_password_nor_link_is_kept(service: Service, store: Store) -> None:
    waiting = token_of(invited(service, "waiting")["link"])
    joined(service, "林晓")

    with service.database.engine.connect() as connection:
        rows = repr(connection.exec_driver_sql("SELECT * FROM accounts").all())
    kept = rows + repr([store.dump(key) for key in store.scan_iter()])
    assert "$argon2id$" in rows
    assert waiting not in kept
    assert PASSWORD not in kept


@pytest.mark.parametrize("password", ["short", "abababababab", "林晓 林晓 林晓 2026"])
def test_a_weak_password_is_refused_and_the_link_stays_good(service: Service, password: str) -> None:
    link = invited(service, "林晓")["link"]
    own = browser(service)

    for _ in range(2 * NETWORK_TRIES):
        status, answer = own.accept(link, password)
        assert (status, answer["code"], answer["errors"][0]["field"]) == (422, "invalid", "password")

    assert own.accept(link)[0] == 200


def test_a_guesser_learns_nothing_about_who_there_is(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    joined(service, "林晓")
    invited(service, "invited")
    disabled, _ = joined(service, "disabled")
    service.client.patch(f"{ACCOUNTS}/{disabled}", json={"disabled": True}, headers=OWNER)
    compared: list[str | None] = []
    verify = Passwords.verify

    def count(self: Passwords, password_hash: str | None, password: str) -> bool:
        compared.append(password_hash)
        return verify(self, password_hash, password)

    monkeypatch.setattr(Passwords, "verify", count)
    tries = [("林晓", ANOTHER), ("nobody", PASSWORD), ("invited", PASSWORD), ("disabled", PASSWORD)]
    answers = [browser(service).sign_in(name, password) for name, password in tries]

    for status, answer in answers:
        answer.pop("request_id")
        assert (status, answer) == (401, answers[0][1])
    assert answers[0][1]["code"] == "sign_in_refused"
    assert len(compared) == len(tries), "each try costs one comparison"


def test_a_name_is_not_guessed_at_from_many_networks(service: Service) -> None:
    joined(service, "林晓")
    own = browser(service)

    for name in ("林晓", "nobody"):
        for number in range(NAME_TRIES):
            status, answer = own.call(
                "POST", SESSION, {"name": name, "password": ANOTHER}, **{"X-Forwarded-For": f"203.0.{number}.1"}
            )
            assert (status, answer["code"]) == (401, "sign_in_refused")
        status, answer = own.call(
            "POST", SESSION, {"name": name, "password": PASSWORD}, **{"X-Forwarded-For": "198.51.100.1"}
        )
        assert (status, answer["code"]) == (429, "rate_limited")


def test_one_network_alone_keeps_nobody_out(service: Service) -> None:
    joined(service, "林晓")
    guesser = browser(service)

    codes = [guesser.sign_in("林晓", ANOTHER)[0] for _ in range(2 * NAME_TRIES)]

    assert codes == [401] * NETWORK_TRIES + [429] * (2 * NAME_TRIES - NETWORK_TRIES)
    body = {"name": "林晓", "password": PASSWORD}
    assert browser(service).call("POST", SESSION, body, **{"X-Forwarded-For": "198.51.100.1"})[0] == 200


def test_signing_in_well_is_never_too_often(service: Service) -> None:
    _, own = joined(service, "林晓")

    assert [own.sign_in("林晓")[0] for _ in range(2 * NAME_TRIES)] == [200] * (2 * NAME_TRIES)


def test_a_count_that_was_forgotten_meanwhile_is_forgotten_again(service: Service, store: Store) -> None:
    joined(service, "林晓")
    for key in store.scan_iter("session:tries*"):
        assert 0 < store.pttl(key) <= 15 * 60_000

    browser(service).sign_in("林晓")

    assert [key for key in store.scan_iter("session:tries*") if store.pttl(key) < 0] == []


def test_a_sign_in_gives_a_session_that_nobody_had_before(service: Service) -> None:
    _, own = joined(service, "林晓")
    before = own.cookie()
    own.sign_in("林晓")
    fixed = browser(service)
    fixed.client.set_cookie("redian_desk", before)

    assert own.cookie() != before
    assert own.is_in()
    assert not fixed.is_in()


def test_signing_out_ends_this_session_and_no_other(service: Service) -> None:
    _, here = joined(service, "林晓")
    there = browser(service)
    there.sign_in("林晓")
    copy = browser(service)
    copy.client.set_cookie("redian_desk", here.cookie())

    assert here.call("DELETE", SESSION)[0] == 204

    assert (here.is_in(), copy.is_in(), there.is_in()) == (False, False, True)


def test_another_password_ends_every_session_but_the_new_one(service: Service) -> None:
    _, here = joined(service, "林晓")
    there = browser(service)
    there.sign_in("林晓")
    before = here.cookie()

    wrong, answer = here.call("PUT", f"{SESSION}/password", {"password": ANOTHER, "new_password": ANOTHER})
    assert (wrong, answer["code"]) == (401, "sign_in_refused")
    weak, answer = here.call("PUT", f"{SESSION}/password", {"password": PASSWORD, "new_password": "weak"})
    assert (weak, answer["errors"][0]["field"]) == (422, "new_password")
    assert there.is_in()
    assert here.call("PUT", f"{SESSION}/password", {"password": PASSWORD, "new_password": ANOTHER})[0] == 200

    assert (here.is_in(), there.is_in()) == (True, False)
    assert here.cookie() != before
    assert browser(service).sign_in("林晓")[0] == 401
    assert browser(service).sign_in("林晓", ANOTHER)[0] == 200


def test_a_key_has_no_password_to_change(service: Service) -> None:
    own = browser(service)
    own.call("POST", SESSION, {"key": "moderator-key"})

    status, answer = own.call("PUT", f"{SESSION}/password", {"password": PASSWORD, "new_password": ANOTHER})

    assert (status, answer["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    "change",
    [{"disabled": True}, {"role": "administrator"}, {"channels": ["xm"]}, None],
    ids=["disabled", "role", "channels", "reset"],
)
def test_a_change_of_the_account_ends_its_sessions(service: Service, change: dict[str, Any] | None) -> None:
    account_id, own = joined(service, "林晓", channels=["fj"])
    _, other = joined(service, "陈默")

    if change is None:
        service.client.post(f"{ACCOUNTS}/{account_id}/invitation", headers=OWNER)
    else:
        service.client.patch(f"{ACCOUNTS}/{account_id}", json=change, headers=OWNER)

    assert (own.is_in(), other.is_in()) == (False, True)
    may_come_back = change is not None and "disabled" not in change
    assert own.sign_in("林晓")[0] == (200 if may_come_back else 401)


def test_no_sign_in_slips_past_a_change(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    account_id, own = joined(service, "林晓")
    verify = Passwords.verify

    def disable_meanwhile(self: Passwords, password_hash: str | None, password: str) -> bool:
        is_right = verify(self, password_hash, password)
        service.app.test_client().patch(f"{ACCOUNTS}/{account_id}", json={"disabled": True}, headers=OWNER)
        return is_right

    monkeypatch.setattr(Passwords, "verify", disable_meanwhile)

    assert own.sign_in("林晓")[0] == 401
    assert not own.is_in()


def test_a_password_is_hashed_anew_when_the_parameters_change(service: Service) -> None:
    account_id, own = joined(service, "林晓")
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with service.database.writing() as session:
        session.execute(update(Account).where(Account.id == account_id).values(password_hash=old))

    assert own.sign_in("林晓")[0] == 200

    with service.database.reading() as session:
        kept = session.get_one(Account, account_id).password_hash or ""
    assert kept.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert own.sign_in("林晓")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", SESSION, {"name": "林晓", "password": PASSWORD}),
        ("POST", f"{INVITATIONS}/look", {"token": "guess"}),
        ("POST", f"{INVITATIONS}/accept", {"token": "guess", "password": PASSWORD}),
        ("PUT", f"{SESSION}/password", {"password": PASSWORD, "new_password": ANOTHER}),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, OWN | {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_can_do_nothing_here(
    service: Service, method: str, path: str, body: dict[str, str], headers: dict[str, str]
) -> None:
    _, own = joined(service, "林晓")

    answer = own.client.open(path, method=method, json=body, headers=headers | {"X-CSRF-Token": own.token})

    assert (answer.status_code, (answer.json or {})["code"]) == (403, "csrf_refused")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", "guess", "字"])
def test_a_password_is_not_changed_without_the_sessions_token(service: Service, token: str) -> None:
    _, own = joined(service, "林晓")
    own.token = token

    status, answer = own.call("PUT", f"{SESSION}/password", {"password": PASSWORD, "new_password": ANOTHER})

    assert (status, answer["code"]) == (403, "csrf_refused")
    assert browser(service).sign_in("林晓")[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "林晓"},
        {"password": PASSWORD},
        {"key": "owner-key", "name": "林晓", "password": PASSWORD},
        {"name": "林晓", "password": "x" * 257},
        {"name": "", "password": PASSWORD},
    ],
)
def test_half_a_sign_in_is_told_so(service: Service, body: dict[str, str]) -> None:
    status, answer = browser(service).call("POST", SESSION, body)

    assert (status, answer["code"]) == (422, "invalid")


def test_without_redis_nobody_signs_in_and_nothing_changes(
    service: Service, sqlite_engine: Engine, clock: FakeClock
) -> None:
    account_id, _ = joined(service, "林晓")
    away = connect("redis://127.0.0.1:1/0", timeout_seconds=0.1)
    lost = make_service(sqlite_engine, away, clock, api_keys=KEYS)

    status, answer = browser(lost).sign_in("林晓")
    refused = lost.client.patch(f"{ACCOUNTS}/{account_id}", json={"disabled": True}, headers=OWNER)

    assert (status, answer["code"]) == (503, "sessions_unavailable")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    (account,) = service.client.get(ACCOUNTS, headers=OWNER).json["accounts"]  # type: ignore[index]
    assert account["disabled"] is False


def test_a_lost_redis_only_asks_to_sign_in_again(service: Service, store: Store) -> None:
    _, own = joined(service, "林晓")

    store.flushall()

    assert not own.is_in()
    assert own.sign_in("林晓")[0] == 200


def test_so_many_sessions_of_one_account_live_at_a_time(service: Service, clock: FakeClock) -> None:
    _, first = joined(service, "林晓")
    clock.forward(minutes=1)
    others = [browser(service) for _ in range(20)]

    for other in others:
        assert other.sign_in("林晓")[0] == 200

    assert not first.is_in()
    assert all(other.is_in() for other in others)


@pytest.fixture
def rankings(store: Store, clock: FakeClock, tmp_path_factory: pytest.TempPathFactory) -> Any:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('ranking')}/ranking.db")
    migrate(engine, FOLDER, VERSION_TABLE)
    values = {"secret_key": "a secret of the tests", "partitions": 4, "api_keys": KEYS}
    settings = RankingSettings.model_validate(values)
    yield assemble_rankings(settings, store=store, engine=engine, clock=clock)
    engine.dispose()


def test_the_rankings_know_the_account_its_channels_and_its_end(service: Service, rankings: Any) -> None:
    account_id, own = joined(service, "林晓", channels=["fj"])
    there = Browser(rankings.test_client(), own.token)
    there.client.set_cookie("redian_desk", own.cookie())
    mark = "daily/greatest-age"

    assert there.call("PUT", f"/v1/rankings/fj/{mark}", {"hours": 48})[0] == 204
    assert there.call("PUT", f"/v1/rankings/xm/{mark}", {"hours": 48})[1]["code"] == "channel_forbidden"
    (change,) = there.call("GET", "/v1/rankings/fj/daily/overlay")[1]["changes"]
    assert change["who"] == "林晓"
    there.token = "guess"
    assert there.call("PUT", f"/v1/rankings/fj/{mark}", {"hours": 24})[1]["code"] == "csrf_refused"

    there.token = own.token
    service.client.patch(f"{ACCOUNTS}/{account_id}", json={"disabled": True}, headers=OWNER)
    assert there.call("PUT", f"/v1/rankings/fj/{mark}", {"hours": 24})[0] == 401
