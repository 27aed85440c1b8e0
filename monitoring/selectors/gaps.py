"""Why a slot was missed, as the run log tells it."""

# Over the runs of one slot (rows `attempt`, none of them matched by a LEFT JOIN). An attempt says more than a refusal:
# somebody who failed had the lock, somebody who found it taken was at least there. A run of a slot that is over and
# still called running was killed.
REASON_OF_ATTEMPTS = """CASE
    WHEN bool_or(attempt.state IN ('failed', 'running')) THEN 'failed'
    WHEN bool_or(attempt.state IN ('skipped_locked', 'lost_race')) THEN 'lock_held'
    WHEN bool_or(attempt.state = 'disabled') THEN 'disabled'
    ELSE 'no_worker'
END"""
