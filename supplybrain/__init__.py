"""Supply Brain: what is about to run out, what to order, and why."""

from supplybrain.celery import app as celery_app

__all__ = ["celery_app"]
