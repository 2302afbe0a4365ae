"""Sessions: what a cookie is worth, and when it is worth nothing any more."""

import pytest

from shared.api_keys import ApiKey, KeyRing
from shared.clock import HOUR_MS
from shared.errors import RedianError
from shared.sessions import SESSION_HOURS, Session, Sessions
from shared.store import Store, connect
from tests.conftest import FakeClock

SECRET = "a secret of the tests"
KEY = ApiKey.model_validate({"name": "小编", "key": "night shift", "scopes": ["moderate"]})
NEW_KEY = ApiKey.model_validate({"name": "小编", "key": "another", "scopes": ["moderate"]})


def make_sessions(store: Store, clock: FakeClock, *keys: ApiKey, secret: str = SECRET) -> Sessions:
    return Sessions(secret, KeyRing(keys), store, clock)


@pytest.fixture
def sessions(store: Store, clock: FakeClock) -> Sessions:
    return make_sessions(store, clock, KEY)


@pytest.fixture
def session(sessions: Sessions) -> Session:
    return sessions.begin(KEY)


def test_a_cookie_is_its_session_again(sessions: Sessions, session: Session) -> None:
    assert sessions.find(sessions.cookie_of(session)) == session
    assert session.ends_at == sessions._clock() + SESSION_HOURS * HOUR_MS


def test_every_sign_in_begins_a_session_of_its_own(sessions: Sessions) -> None:
    first, second = sessions.begin(KEY), sessions.begin(KEY)

    assert first.id != second.id
    assert sessions.csrf_token_of(first) != sessions.csrf_token_of(second)
    assert not sessions.is_csrf_token(first, sessions.csrf_token_of(second))


def test_a_session_ends_by_itself(sessions: Sessions, session: Session, clock: FakeClock) -> None:
    cookie = sessions.cookie_of(session)

    clock.forward(hours=SESSION_HOURS, seconds=-1)
    assert sessions.find(cookie) == session
    clock.forward(seconds=1)
    assert sessions.find(cookie) is None


def test_a_copy_of_the_cookie_is_worth_nothing_after_the_sign_out(
    sessions: Sessions, session: Session, store: Store
) -> None:
    other = sessions.begin(KEY)

    sessions.end(session)

    assert sessions.find(sessions.cookie_of(session)) is None
    assert sessions.find(sessions.cookie_of(other)) == other
    assert 0 < store.pttl(f"session:ended:{session.id}") <= SESSION_HOURS * HOUR_MS


@pytest.mark.parametrize("keys", [(), (NEW_KEY,)], ids=["gone", "exchanged"])
def test_a_revoked_key_ends_its_sessions(
    store: Store, clock: FakeClock, sessions: Sessions, session: Session, keys: tuple[ApiKey, ...]
) -> None:
    later = make_sessions(store, clock, *keys)

    assert later.find(sessions.cookie_of(session)) is None


def test_while_a_key_is_exchanged_both_are_good(
    store: Store, clock: FakeClock, sessions: Sessions, session: Session
) -> None:
    both = make_sessions(store, clock, NEW_KEY, KEY)

    assert both.find(sessions.cookie_of(session)) == session


@pytest.mark.parametrize("cookie", [None, "", "x", "e30.x", "." * 3, "a" * 5_000, "\ud800"])
def test_nothing_but_our_own_signature_counts(sessions: Sessions, cookie: str | None) -> None:
    assert sessions.find(cookie) is None


def test_another_installations_cookie_is_nobodys(store: Store, clock: FakeClock, sessions: Sessions) -> None:
    other = make_sessions(store, clock, KEY, secret="the secret of another")

    assert sessions.find(other.cookie_of(other.begin(KEY))) is None


def test_the_cookie_does_not_tell_the_hash_of_the_key(sessions: Sessions, session: Session) -> None:
    claims = sessions._serializer.loads(sessions.cookie_of(session))

    assert KEY.sha256 not in str(claims)


def test_without_redis_nobody_is_let_in(clock: FakeClock) -> None:
    away = make_sessions(connect("redis://127.0.0.1:1/0"), clock, KEY)

    with pytest.raises(RedianError) as caught:
        away.find(away.cookie_of(away.begin(KEY)))

    assert (caught.value.code, caught.value.status) == ("sessions_unavailable", 503)
