"""The settings of a test run: the real ones, on servers that are started when the environment names none."""

import os

from supplybrain.local.test_servers import provide_servers

provide_servers()

from supplybrain.settings import *  # noqa: E402, F403  (the servers must be named before settings are read)
from supplybrain.settings import CACHES, REST_FRAMEWORK  # noqa: E402  (as above)

PUBLIC_URL = "https://brain.example.com"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # logins in tests need no slow hash

# Workers of pytest-xdist have a database each but share Redis: user 1 of one must not use up the rate of another's.
CACHES["default"]["KEY_PREFIX"] = f"supplybrain-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
# A suite makes more requests a minute than a person; tests of the rates set their own.
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = dict.fromkeys(("anon", "user", "login"), "1000000/min")
# Static files straight from the apps: nobody runs collectstatic before the tests.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
