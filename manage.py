#!/usr/bin/env python
"""Run a Django management command."""

import os
import sys


def main() -> None:
    """Point Django at the project's settings and run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supplybrain.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
