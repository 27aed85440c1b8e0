"""Taking notice of episodes: once, withdrawn or outgrown, and never in the way of a capture."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection

from monitoring.domain.alerting.overlays import find_acknowledgement
from monitoring.models import AlertAcknowledgement, AlertEpisode
from monitoring.services.acknowledge import acknowledge_episode, acknowledge_once, withdraw_acknowledgement
from monitoring.services.errors import EpisodeClosedError
from monitoring.tests.alerts import close_episode, make_alert, make_rule, open_episode
from monitoring.tests.past import NOON, QUARTER
from supplybrain.errors import NotFoundError

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(db: None) -> AlertEpisode:
    """An open episode of a warning."""
    return open_episode(make_alert(make_rule(severity="warning")), NOON)


@pytest.fixture
def ann(db: None) -> User:
    return User.objects.create_user("ann")


def find_counting(episode: AlertEpisode) -> AlertAcknowledgement | None:
    episode.refresh_from_db()
    return find_acknowledgement(episode.acknowledgements.all(), severity=episode.severity)


def test_an_acknowledgement_says_who_what_and_how_bad_it_was(episode: AlertEpisode, ann: User) -> None:
    row = acknowledge_episode(episode_id=episode.pk, user=ann, note="Ordering more")
    row.refresh_from_db()
    assert (row.author, row.author_name, row.note, row.severity) == (ann, "ann", "Ordering more", "warning")
    assert (row.withdrawn_at, row.withdrawn_by) == (None, "")
    assert find_counting(episode) == row


def test_a_second_one_of_the_same_user_changes_nothing(episode: AlertEpisode, ann: User) -> None:
    first, is_new = acknowledge_once(episode_id=episode.pk, user=ann, note="Mine")
    second, is_new_again = acknowledge_once(episode_id=episode.pk, user=ann, note="Still mine")
    assert (is_new, is_new_again, second) == (True, False, first)
    assert [row.note for row in AlertAcknowledgement.objects.all()] == ["Mine"]


def test_the_latest_of_several_users_counts(episode: AlertEpisode, ann: User) -> None:
    acknowledge_episode(episode_id=episode.pk, user=ann)
    second = acknowledge_episode(episode_id=episode.pk, user=User.objects.create_user("bob"))
    assert find_counting(episode) == second


def test_what_grows_worse_is_acknowledged_anew(episode: AlertEpisode, ann: User) -> None:
    acknowledge_episode(episode_id=episode.pk, user=ann)
    AlertEpisode.objects.update(severity="critical")
    assert find_counting(episode) is None
    worse, is_new = acknowledge_once(episode_id=episode.pk, user=ann)
    assert (is_new, find_counting(episode)) == (True, worse)
    AlertEpisode.objects.update(severity="warning")
    assert acknowledge_once(episode_id=episode.pk, user=ann) == (worse, False)


def test_withdrawing_leaves_nobody_in_charge_and_says_who_did_it(episode: AlertEpisode, ann: User) -> None:
    bob = User.objects.create_user("bob")
    acknowledge_episode(episode_id=episode.pk, user=ann)
    acknowledge_episode(episode_id=episode.pk, user=bob)
    assert withdraw_acknowledgement(episode_id=episode.pk, user=bob) == 2
    assert find_counting(episode) is None
    assert {row.withdrawn_by for row in AlertAcknowledgement.objects.all()} == {"bob"}
    assert withdraw_acknowledgement(episode_id=episode.pk, user=bob) == 0
    assert acknowledge_once(episode_id=episode.pk, user=ann)[1]


def test_what_is_over_or_was_never_there_is_refused(episode: AlertEpisode, ann: User) -> None:
    acknowledge_episode(episode_id=episode.pk, user=ann)
    close_episode(episode, NOON + QUARTER)
    for change in (acknowledge_episode, withdraw_acknowledgement):
        with pytest.raises(EpisodeClosedError, match="over since 2026-03-01 12:15 UTC"):
            change(episode_id=episode.pk, user=ann)
        with pytest.raises(NotFoundError):
            change(episode_id=episode.pk + 1, user=ann)
    row = AlertAcknowledgement.objects.get()
    assert row.withdrawn_at is None


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_are_one_acknowledgement(episode: AlertEpisode, ann: User) -> None:
    together = Barrier(4)

    def click(_number: int) -> bool:
        try:
            together.wait(timeout=20)
            return acknowledge_once(episode_id=episode.pk, user=ann)[1]
        finally:
            connection.close()  # this thread's own

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(click, range(4))) == [False, False, False, True]
    assert AlertAcknowledgement.objects.count() == 1
