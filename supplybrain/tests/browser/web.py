"""The web process under a clock of our own: `python -m supplybrain.tests.browser.web OFFSET_SECONDS`."""

import sys
import time


def main() -> None:
    """Shift the clock of this process and its workers, then become gunicorn."""
    import time_machine

    time_machine.travel(time.time() + float(sys.argv[1]), tick=True).start()
    import gunicorn.http.wsgi
    from gunicorn.app.wsgiapp import run

    # The browser's clock is right: by a wrong Date it would take every file of its cache for stale.
    real_time, http_date = time_machine.escape_hatch.time.time, gunicorn.http.wsgi.util.http_date
    gunicorn.http.wsgi.util.http_date = lambda timestamp=None: http_date(timestamp or real_time())
    sys.argv = ["gunicorn", "--config", "python:supplybrain.gunicorn", "supplybrain.wsgi"]
    run()


if __name__ == "__main__":
    main()
