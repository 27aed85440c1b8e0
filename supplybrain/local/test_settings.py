"""The settings of a test run: the real ones, on servers that are started when the environment names none."""

from supplybrain.local.test_servers import provide_servers

provide_servers()

from supplybrain.settings import *  # noqa: E402, F403  (the servers must be named before settings are read)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # logins in tests need no slow hash
