"""The Celery application. The schedule is `supplybrain.beat`; tasks live in each app's `tasks.py`."""

import os

from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.signals import setup_logging, worker_init, worker_ready
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supplybrain.settings")


class Task(DjangoTask):  # type: ignore[type-arg]  # generic in its stubs alone
    """A task whose messages outlive wrong clocks."""

    Request = "supplybrain.messages:SkewTolerantRequest"


app = Celery("supplybrain", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)  # binds task_id and the caller's request_id to every line
app.autodiscover_tasks()


@setup_logging.connect
def use_django_logging(**_kwargs: object) -> None:
    """Keep the LOGGING of the settings: connecting this signal stops Celery from installing its own handlers."""


@worker_init.connect
def count_tasks(**_kwargs: object) -> None:
    """Count tasks, in workers alone."""
    from supplybrain import task_metrics  # noqa: F401  (importing connects it)


@worker_ready.connect
def show_counts(**_kwargs: object) -> None:
    """Let Prometheus ask this worker, if WORKER_METRICS_PORT says where."""
    from django.conf import settings

    from supplybrain.worker_metrics import serve

    serve(host=settings.WORKER_METRICS_HOST, port=settings.WORKER_METRICS_PORT)
