"""Who may send a notification, and who may write down what became of it: one dispatcher at a time."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import close_old_connections, connection, transaction
from pytest_django import Settings

from monitoring.domain.alerting.words import MessageKind
from monitoring.models import AlertMessage, Notification, NotificationChannel, WithheldMessage
from monitoring.services.dispatch import claims, content, outcomes
from monitoring.services.dispatch.claims import Claim, claim_next
from monitoring.services.dispatch.outcomes import Outcome
from monitoring.services.messages import NewMessage, post_messages
from monitoring.services.transactions import consistent_view
from monitoring.tests.alerts import make_channel
from monitoring.tests.outbox import make_due, make_episode, post
from monitoring.tests.rivals import connect_rival

pytestmark = pytest.mark.django_db(transaction=True)

N_DISPATCHERS = 4
ENDINGS: dict[str, Callable[[Claim], object]] = {
    "sent": outcomes.mark_sent,
    "postponed": lambda claim: outcomes.postpone(claim, "late", retry_after=timedelta(hours=1)),
    "given up": lambda claim: outcomes.give_up(claim, "late"),
    "switched off": lambda claim: outcomes.switch_channel_off(claim, "late"),
    "frozen": content.freeze_content,
}


def claim() -> Claim:
    claimed = claim_next()
    assert claimed is not None
    return claimed


def read_everything() -> list[object]:
    models = (Notification, NotificationChannel, AlertMessage, WithheldMessage)
    return [list(model._default_manager.order_by("id").values()) for model in models]


@pytest.fixture
def channel() -> NotificationChannel:
    make_channel("Other")
    return make_channel()


def test_a_claim_lasts_for_its_lease_by_the_clock_of_the_database(
    channel: NotificationChannel, settings: Settings
) -> None:
    post(make_episode(), channel)
    settings.NOTIFICATION_LEASE_SECONDS = 90
    claimed = claim()
    notification = Notification.objects.get()
    assert notification.next_attempt_at == notification.sending_until == claimed.claimed_at + timedelta(seconds=90)
    assert claim_next() is None

    make_due()
    taken_over = claim()
    assert (claimed.attempts, taken_over.attempts) == (1, 2)


def test_the_one_that_is_due_for_longest_comes_first(channel: NotificationChannel) -> None:
    episode = make_episode()
    for minutes in (1, 3, 2):
        post(episode, channel, batch=f"slot:{minutes}", age=timedelta(minutes=minutes))
    assert [claim().notification.batch for _ in range(3)] == ["slot:3", "slot:2", "slot:1"]


def test_who_finds_one_locked_takes_the_next_and_waits_for_nobody(channel: NotificationChannel) -> None:
    episode = make_episode()
    for minutes in (2, 1):
        post(episode, channel, batch=f"slot:{minutes}", age=timedelta(minutes=minutes))
    with connect_rival(autocommit=False) as rival:
        rival.execute("SELECT FROM monitoring_notifications WHERE batch = 'slot:2' FOR UPDATE")
        assert claim().notification.batch == "slot:1"
        assert claim_next() is None
    assert claim().notification.batch == "slot:2"


def test_a_crowd_of_dispatchers_claims_each_once(channel: NotificationChannel) -> None:
    episode, n_notifications = make_episode(), 100
    for number in range(n_notifications):
        post(episode, channel, batch=f"slot:{number}")
    claimed: list[tuple[str, int]] = []
    start = Barrier(N_DISPATCHERS)

    def claim_all() -> None:
        with closing(connection):
            start.wait()
            while one := claim_next():
                claimed.append((one.notification.batch, one.attempts))

    crowd = [Thread(target=claim_all) for _ in range(N_DISPATCHERS)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert sorted(claimed) == sorted((f"slot:{number}", 1) for number in range(n_notifications))


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
@pytest.mark.parametrize("is_settled", [False, True])
def test_a_zombie_changes_nothing(
    channel: NotificationChannel, ending: Callable[[Claim], object], *, is_settled: bool
) -> None:
    """It was asleep for longer than its lease, and somebody else has taken over, or is done."""
    post(make_episode(), channel)
    zombie = claim()
    make_due()
    successor = claim()
    if is_settled:
        assert outcomes.mark_sent(successor) is Outcome.SENT
    before = read_everything()
    assert ending(zombie) is Outcome.LOST
    assert read_everything() == before


def test_whoever_is_late_and_has_not_been_taken_over_may_still_mark(channel: NotificationChannel) -> None:
    post(make_episode(), channel)
    late = claim()
    make_due()
    assert outcomes.mark_sent(late) is Outcome.SENT


def test_a_claim_is_held_until_the_end_of_the_transaction(channel: NotificationChannel) -> None:
    post(make_episode(), channel)
    held = claim()
    make_due()
    with transaction.atomic():
        assert claims.hold_claim(held) is not None
        with connect_rival() as rival:
            rows = rival.execute("SELECT id FROM monitoring_notifications FOR UPDATE SKIP LOCKED").fetchall()
        assert rows == []


def test_nothing_of_a_session_is_left_behind(channel: NotificationChannel) -> None:
    """Behind PgBouncer the next transaction may run anywhere, and somebody else's on this connection."""
    post(make_episode(), channel)
    assert outcomes.mark_sent(claim()) is Outcome.SENT
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("0",)
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'")
        assert cursor.fetchone() == (0,)


def test_a_capture_is_not_disturbed_by_what_becomes_of_channels_meanwhile(channel: NotificationChannel) -> None:
    """It posts to channels as they were at its beginning, and must not fail because one has just been used."""
    post(make_episode(), channel)
    claimed = claim()
    with consistent_view():
        assert NotificationChannel.objects.get(pk=channel.pk).last_success_at is None
        run_elsewhere(lambda: outcomes.mark_sent(claimed))
        assert NotificationChannel.objects.get(pk=channel.pk).last_success_at is None
        message = NewMessage(kind=MessageKind.FIRING, severity="critical")
        post_messages([message], batch="slot:2", now=claimed.claimed_at)
    assert Notification.objects.filter(batch="slot:2").count() == 2
    channel.refresh_from_db()
    assert channel.last_success_at is not None


def run_elsewhere(happen: Callable[[], object]) -> None:
    """Do something on a connection of its own, and wait for its end."""

    def run() -> None:
        with closing(connection):
            happen()

    thread = Thread(target=run)
    thread.start()
    thread.join()


@pytest.fixture(autouse=True)
def fresh_connections() -> Iterator[None]:
    yield
    close_old_connections()
