"""No window of one second holds more packets than the profile says, over all, to a host, and on a link."""

from __future__ import annotations

import pytest

from agent.budget import PROFILES, Bucket, Budget


def drive(budget: Budget, hosts: int, seconds: float, on_link: bool = False) -> list[tuple[float, int]]:
    """(time, host) of every question of hosts that all want to be asked as often as may be."""
    now, sent = 0.0, []
    while now < seconds:
        waits = []
        for host in range(hosts):
            wait = budget.take(now, str(host), 1, on_link)
            if wait == 0:
                sent.append((now, host))
            waits.append(wait)
        now += max(min(waits), 0.0005)
    return sent


def busiest(times: list[float]) -> int:
    """The most events in any one second, but for the rounding of its end."""
    return max(sum(start <= at < start + 0.999 for at in times) for start in times)


@pytest.mark.parametrize("name", ["gentle", "normal"])
def test_rates_over_all_and_per_host(name: str) -> None:
    profile = PROFILES[name]
    sent = drive(Budget(profile), 60, 2.0)
    assert busiest([at for at, _ in sent]) <= profile.total * 1.02
    assert busiest([at for at, host in sent if host == 7]) <= profile.host
    assert len(sent) >= profile.total * 2 * 0.9  # and it is used: a budget of nothing would pass the rest


def test_one_host_cannot_have_the_total() -> None:
    assert len(drive(Budget(PROFILES["gentle"]), 1, 3.0)) == pytest.approx(60, abs=1)


def test_links_have_their_own() -> None:
    sent = drive(Budget(PROFILES["gentle"]), 100, 3.0, on_link=True)
    assert busiest([at for at, _ in sent]) <= 10
    assert len(sent) == pytest.approx(30, abs=1)


def test_the_kernel_limit_holds_whatever_the_profile() -> None:
    sent = drive(Budget(PROFILES["fast"]), 400, 1.5, on_link=True)
    assert busiest([at for at, _ in sent]) <= 151


def test_debt_delays_what_is_next() -> None:
    budget = Budget(PROFILES["gentle"])
    assert budget.take(0.0, "a") == 0.0
    budget.spend(0.0, "a", 9)
    assert budget.take(0.0, "a") == pytest.approx(0.5)
    assert budget.take(0.49, "a") > 0
    assert budget.take(0.51, "a") == 0.0
    assert budget.sent == 11


@pytest.mark.parametrize("burst", [2, 5, 11])
def test_bursts_do_not_come_on_top_of_a_second(burst: int) -> None:
    """A connection's packets leave at once and are booked then; single ones come between."""
    budget, now, sent = Budget(PROFILES["gentle"]), 0.0, list[float]()
    for turn in range(40):
        follow = burst if turn % 3 else 0
        while (wait := budget.take(now, "a", 1, burst=follow)) > 0:
            now += max(wait, 0.001)
        budget.spend(now, "a", follow)
        sent += [now] * (1 + follow)
    assert 12 <= busiest(sent) <= 20
    assert len(sent) / now > 9


def test_a_burst_larger_than_a_second_follows_a_second_of_rest() -> None:
    budget = Budget(PROFILES["gentle"])
    assert budget.take(0.0, "a") == 0.0
    assert budget.take(0.6, "a", 1, burst=30) == pytest.approx(0.4, abs=0.03)
    assert budget.take(1.1, "a", 1, burst=30) == 0.0


def test_what_is_put_by_is_the_totals_and_comes_back() -> None:
    """Connections to many hosts: their packets leave at once, and no second holds more than the total."""
    budget, now, sent = Budget(PROFILES["gentle"]), 0.0, list[float]()
    for turn in range(300):
        host = str(turn % 60)
        while (wait := budget.take(now, host, 1, burst=5, held=5)) > 0:
            now += max(wait, 0.0001)
        budget.spend(now, host, 4, held=4)
        budget.release(1)
        sent += [now] * 5
    assert 250 <= busiest(sent) <= 305
    assert budget.sent == 1500


def test_a_refusal_books_nothing() -> None:
    budget = Budget(PROFILES["gentle"])
    budget.take(0.0, "a")
    before = budget.sent
    assert budget.take(0.0, "a") > 0
    assert budget.sent == before


def test_forgetting_idle_hosts_keeps_busy_ones() -> None:
    budget = Budget(PROFILES["fast"])
    budget.spend(0.0, "busy", 10_000)
    for host in range(9_000):
        budget.take(10.0 + host, str(host))
    assert budget.take(10.0 + 9_000, "busy") == 0.0
    budget.spend(20_000.0, "busy", 10_000)
    for host in range(9_000):
        budget.take(20_000.5, str(host))
    assert budget.take(20_001.0, "busy") > 1


def test_a_bucket_never_goes_back_in_time() -> None:
    bucket = Bucket(10, 0.0)
    bucket.book(5.0, 1)
    assert bucket.wait(4.0) == pytest.approx(1.1)
