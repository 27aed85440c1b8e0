"""Taking notice of an episode: somebody looks after it, and reminders stop.

Rows are only added, or marked as withdrawn: neither the alert nor its episode is touched, so that a capture, which sees
the database as of its beginning, never collides with somebody's click.
"""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from monitoring.domain.alerting.overlays import find_acknowledgement
from monitoring.models import AlertAcknowledgement, AlertEpisode
from monitoring.selectors.clock import get_database_clock
from monitoring.services.errors import EpisodeClosedError
from monitoring.services.interval import get_interval
from supplybrain.errors import NotFoundError


def acknowledge_episode(*, episode_id: int, user: User, note: str = "") -> AlertAcknowledgement:
    """Return the acknowledgement that a user leaves on an open episode, or left before; see `acknowledge_once`."""
    return acknowledge_once(episode_id=episode_id, user=user, note=note)[0]


@transaction.atomic
def acknowledge_once(*, episode_id: int, user: User, note: str = "") -> tuple[AlertAcknowledgement, bool]:
    """Acknowledge an open episode, unless the same user already did; safe to repeat, also at the same time.

    An acknowledgement that still holds is left as it is, note included: to say something else, withdraw it first. It
    ends with the episode, or when the severity rises; then the same user may acknowledge what it has become.

    Args:
        episode_id: The episode.
        user: Who takes notice.
        note: What they want to say, may be empty.

    Returns:
        The acknowledgement, and whether it is new.

    Raises:
        NotFoundError: If there is no such episode.
        EpisodeClosedError: If it is over.
    """
    episode = get_open_episode(episode_id)
    own = AlertAcknowledgement.objects.filter(episode=episode, author=user, withdrawn_at=None)
    if standing := find_acknowledgement(own, severity=episode.severity):
        return standing, False
    now = get_database_clock(interval=get_interval()).now
    return AlertAcknowledgement.objects.get_or_create(
        episode=episode,
        author=user,
        severity=episode.severity,
        withdrawn_at=None,
        defaults={"author_name": user.get_username(), "note": note, "created_at": now},
    )


@transaction.atomic
def withdraw_acknowledgement(*, episode_id: int, user: User) -> int:
    """Withdraw every acknowledgement of an open episode, whoever left it, so that nobody looks after it any more.

    Args:
        episode_id: The episode.
        user: Who withdraws.

    Returns:
        How many were withdrawn; none if nobody had acknowledged it.

    Raises:
        NotFoundError: If there is no such episode.
        EpisodeClosedError: If it is over: who looked after it is history.
    """
    episode = get_open_episode(episode_id)
    now = get_database_clock(interval=get_interval()).now
    standing = AlertAcknowledgement.objects.filter(episode=episode, withdrawn_at=None)
    return standing.update(withdrawn_at=now, withdrawn_by=user.get_username())


def get_open_episode(episode_id: int) -> AlertEpisode:
    """Return an episode that is not over.

    Raises:
        NotFoundError: If there is no such episode.
        EpisodeClosedError: If it is over.
    """
    episode = AlertEpisode.objects.filter(pk=episode_id).first()
    if episode is None:
        raise NotFoundError(_("There is no such alert episode."))
    if episode.closed_slot:
        raise EpisodeClosedError(
            _("This episode is over since %(moment)s UTC. Its acknowledgements are history; nothing is left to do.")
            % {"moment": f"{episode.closed_slot:%Y-%m-%d %H:%M}"}
        )
    return episode
