"""Real PostgreSQL and Redis servers out of wheels, for machines that have neither."""

from supplybrain.local.postgres import running_postgres, start_postgres, stop_postgres
from supplybrain.local.redis_server import RedisServer, find_free_port, running_redis, wait_for_redis
from supplybrain.local.wheels import LocalServerError

__all__ = [
    "LocalServerError",
    "RedisServer",
    "find_free_port",
    "running_postgres",
    "running_redis",
    "start_postgres",
    "stop_postgres",
    "wait_for_redis",
]
