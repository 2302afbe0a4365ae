"""Passwords: what is one, what it costs, and how few are compared at once."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from argon2 import PasswordHasher

from comments_service.accounts.passwords import IN_LINE, LONGEST, NOBODYS, Passwords, fault_of
from shared.errors import RedianError


def quick() -> PasswordHasher:
    """A hasher that costs nothing to speak of."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_a_password_is_known_again_and_another_is_not() -> None:
    passwords = Passwords(quick())
    kept = passwords.hash("水仙花开了 2026")

    assert passwords.verify(kept, "水仙花开了 2026")
    assert passwords.verify(kept, "水仙花开了 ２０２６"), "full width is another keyboard, not another password"
    assert not passwords.verify(kept, "水仙花开了 2025")
    assert passwords.hash("水仙花开了 2026") != kept


def test_nobodys_hash_costs_what_a_new_hash_costs_and_is_no_password() -> None:
    passwords = Passwords()

    assert not passwords.is_outdated(NOBODYS)
    assert not passwords.is_outdated(passwords.hash("a password of today"))
    assert not passwords.verify(None, "anything at all")


@pytest.mark.parametrize("kept", ["", "plain text", "$argon2id$v=19$m=8,t=1,p=1$broken"])
def test_a_hash_that_is_none_lets_nobody_in(kept: str) -> None:
    assert not Passwords(quick()).verify(kept, "anything at all")


def test_a_hash_of_other_parameters_is_outdated() -> None:
    old = Passwords(quick()).hash("a password of before")

    assert Passwords().is_outdated(old)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "12 to 256 characters"),
        ("x" * (LONGEST + 1), "12 to 256 characters"),
        ("abababababab", "5 different"),
        ("LinXiao@Example.org-1", "must not contain"),
        ("correct horse battery", None),
        ("漳州古城的灯会真好看极了啊", None),
    ],
)
def test_what_is_no_password_is_told_why(password: str, fault: str | None) -> None:
    found = fault_of(password, "linxiao@example.org")

    assert found is None if fault is None else fault in (found or "")


class Gate(PasswordHasher):
    """Holds whoever compares until the test lets go, and counts them."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.inside = 0
        self.most = 0
        self.entered = threading.Event()
        self.opened = threading.Event()

    def verify(self, *_: Any) -> Any:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.entered.set()
        self.opened.wait(10)
        self.inside -= 1
        return True


def test_a_flood_is_compared_one_at_a_time_and_told_to_come_again() -> None:
    gate = Gate()
    passwords = Passwords(gate)
    pool = ThreadPoolExecutor(50)

    tries = [pool.submit(passwords.verify, NOBODYS, "guess") for _ in range(50)]
    refused: set[Future[bool]] = set()
    while len(refused) < 50 - IN_LINE:
        done, _ = wait(tries, timeout=10, return_when="FIRST_COMPLETED")
        assert done
        refused = done
    gate.opened.set()
    wait(tries, timeout=10)
    pool.shutdown()

    assert gate.most == 1
    errors = [each.exception() for each in tries]
    busy = [error for error in errors if isinstance(error, RedianError)]
    assert [(error.code, error.retry_after) for error in busy] == [("sign_in_busy", 1)] * (50 - IN_LINE)
    assert errors.count(None) == IN_LINE
