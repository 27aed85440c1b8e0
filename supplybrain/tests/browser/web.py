"""The web process under a clock of our own: `python -m supplybrain.tests.browser.web OFFSET_SECONDS`."""

import sys
import time


def main() -> None:
    """Shift the clock of this process and its workers, then become gunicorn."""
    import time_machine

    time_machine.travel(time.time() + float(sys.argv[1]), tick=True).start()
    from gunicorn.app.wsgiapp import run

    sys.argv = ["gunicorn", "--config", "python:supplybrain.gunicorn", "supplybrain.wsgi"]
    run()


if __name__ == "__main__":
    main()
