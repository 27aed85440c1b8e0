"""Fills a new database for the browser: `python -m supplybrain.tests.browser.prepare TODAY ARTICLES DAYS`.

One process for everything: every start of Django costs seconds on a small machine.
"""

import sys

import django
from django.core.management import call_command
from django.db import connection

from supplybrain.tests.browser.people import PASSWORD, PEOPLE, Person

# Names in `public` hide those of `pg_catalog` once the search path says so: statements that ask the database for the
# time get that of the company, and run on from there.
SHIFT_CLOCK = """
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
    AS 'SELECT pg_catalog.clock_timestamp() + current_setting(''browser.shift'')::interval';
CREATE FUNCTION public.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql
    AS 'SELECT pg_catalog.statement_timestamp() + current_setting(''browser.shift'')::interval';
CREATE FUNCTION public.now() RETURNS timestamptz STABLE LANGUAGE sql
    AS 'SELECT pg_catalog.now() + current_setting(''browser.shift'')::interval';
"""


def main(today: str, articles: str, days: str) -> None:
    """Migrate, make up the company, hire everybody, and let the database have a clock that can be set."""
    django.setup()
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(SHIFT_CLOCK)
    connection.close()  # the next one has no plans with the other functions
    call_command("seed_demo", f"--today={today}", f"--articles={articles}", f"--days={days}")
    for person in PEOPLE:
        hire(person)
    open_channel()


def hire(person: Person) -> None:
    """Store a user with their group, and the language they chose, if any."""
    from django.contrib.auth.models import Group, User

    from supplybrain.languages import choose_language

    is_superuser = person.role == "superuser"
    user = User.objects.create_user(
        person.login, password=PASSWORD, is_staff=True, is_superuser=is_superuser, first_name=person.name
    )
    if not is_superuser:
        user.groups.add(Group.objects.get(name=person.role))
    if person.language:
        choose_language(user=user, language=person.language)


def open_channel() -> None:
    """Store a channel that nothing has gone through yet."""
    from monitoring.models import ChannelKind, NotificationChannel

    NotificationChannel.objects.create(name="Buyers", kind=ChannelKind.EMAIL, recipients="buyers@example.com")


if __name__ == "__main__":
    main(*sys.argv[1:])
