"""PostgreSQL, Redis and secrets for one local installation: given by the environment, or its own."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from supplybrain.local.children import Children
from supplybrain.local.postgres import find_postmaster, running_postgres
from supplybrain.local.redis_server import start_on_free_port
from supplybrain.local.state import SECRET_NAMES, StateFolder

# What a machine without TLS in front of it needs; whatever the environment says wins.
LOCAL_DEFAULTS = {
    "HTTPS_ONLY": "false",
    "WHITENOISE_USE_FINDERS": "true",  # no collectstatic: files come straight from the installed packages
    "DJANGO_SETTINGS_MODULE": "supplybrain.settings",
}

# What another command needs to work on the running system, and nothing else of the caller's environment.
PUBLISHED = ("DATABASE_URL", "REDIS_URL", *SECRET_NAMES, *LOCAL_DEFAULTS)


@contextmanager
def provided_services(state: StateFolder, given: Mapping[str, str], children: Children) -> Iterator[dict[str, str]]:
    """Start what the given environment does not name, and yield the whole environment of the processes.

    Args:
        state: Where own servers keep their data.
        given: The environment as it is; DATABASE_URL and REDIS_URL in it are used instead of own servers.
        children: Is told about own servers, to watch them.

    Raises:
        LocalServerError: If a server cannot be started.
    """
    environment = {**LOCAL_DEFAULTS, **state.load_secrets(), **{name: value for name, value in given.items() if value}}
    with ExitStack() as stack:
        if "DATABASE_URL" not in environment:
            environment["DATABASE_URL"] = stack.enter_context(running_postgres(state.postgres, keep_data=True))
            if (postmaster := find_postmaster(state.postgres)) is not None:
                children.watched["postgres"] = postmaster
        if "REDIS_URL" not in environment:
            redis = start_on_free_port(state.redis, keep_data=True)
            stack.callback(redis.stop)
            children.watch("redis", redis.pid)
            environment["REDIS_URL"] = redis.url
        with state.published({name: environment[name] for name in PUBLISHED}):
            yield environment
