"""All that became of one episode."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from monitoring.models import AlertAcknowledgement, AlertMessage, AlertTransition
from monitoring.selectors.episode_events import MOST_EVENTS, Delivery, list_deliveries
from monitoring.selectors.episodes import EpisodeEntry, EpisodeFilter, describe_episodes, list_episodes
from monitoring.selectors.transitions import list_story


@dataclass(frozen=True, slots=True)
class ToldMessage:
    """A message, and what became of it on every channel that was to tell it."""

    message: AlertMessage
    deliveries: list[Delivery]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeStory:
    """An episode with all that became of it, oldest first; the last `MOST_EVENTS` of each kind.

    Args:
        entry: How it stands.
        acknowledgements: All of them, withdrawn ones included.
        transitions: Its changes of state, from the first breach on.
        messages: What there was to tell.
    """

    entry: EpisodeEntry
    acknowledgements: list[AlertAcknowledgement]
    transitions: list[AlertTransition]
    messages: list[ToldMessage]


def find_episode_story(*, episode_id: int, now: datetime) -> EpisodeStory | None:
    """Return an episode with all that became of it, in six statements; None if there is no such episode.

    Args:
        episode_id: The episode.
        now: The time.
    """
    episode = list_episodes(EpisodeFilter()).filter(pk=episode_id).first()
    if episode is None:
        return None
    return EpisodeStory(
        entry=describe_episodes([episode], now=now)[0],
        acknowledgements=list(episode.acknowledgements.all()),
        transitions=list_story(episode, most=MOST_EVENTS),
        messages=_load_messages(episode_id),
    )


def _load_messages(episode_id: int) -> list[ToldMessage]:
    newest = AlertMessage.objects.filter(episode=episode_id).order_by("-created_at", "-id")[:MOST_EVENTS]
    deliveries: dict[int, list[Delivery]] = defaultdict(list)
    for one in list_deliveries(episode_id=episode_id):
        if one.notification_id is not None:
            deliveries[one.message_id].append(one)
    return [ToldMessage(message, deliveries[message.pk]) for message in reversed(newest)]
