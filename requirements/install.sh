#!/bin/sh
# Installs the pins of one set (local or dev) into .venv, made of the first Python here that is new enough.
# Called by the Makefile:  install.sh SET STAMP
set -eu
set_name=$1
stamp=$2

usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if usable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Supply Brain needs Python 3.11 or newer with its venv module; found: $(python3 --version 2>&1 || echo none)." >&2
    echo "Debian: apt-get install python3-venv. macOS: install Python from python.org. Or: make PYTHON=/path/to/python3" >&2
    exit 1
}

if ! usable .venv/bin/python; then
    python=$(find_python)
    echo "Making .venv with $("$python" --version)."
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "Installing requirements/$set_name.txt (once, about a minute)."
rm -f ".venv/installed-$set_name"-*
.venv/bin/python -m pip install --quiet --no-input -r "requirements/$set_name.txt"
touch "$stamp"
