#!/bin/sh
# Makes .venv and installs the pinned packages of one file into it, when it changed.
# Usage: sh sellerportal/local/environment.sh requirements.txt
set -eu

wanted=$1
stamp=.venv/installed-from-$wanted
right='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'
whole='import ensurepip, venv'

stop() {
    echo "$1" >&2
    exit 1
}

# Where root starts the portal it runs as an ordinary user, who may not be able to
# read an interpreter that was installed for root alone: so look in /usr/bin first.
candidates='python3.13 python3.12 python3.11 python3'
if [ "$(id -u)" = 0 ]; then
    candidates="/usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11
        /usr/bin/python3 $candidates"
fi

find_python() {
    incomplete=
    for candidate in $candidates; do
        found=$(command -v "$candidate") || continue
        "$found" -c "$right" 2>/dev/null || continue
        if "$found" -c "$whole" 2>/dev/null; then
            echo "$found"
            return
        fi
        incomplete=$found
    done
    if [ -n "$incomplete" ]; then
        stop "The venv module of $incomplete is missing; install it (on Debian and Ubuntu: apt-get install python3-venv)."
    fi
    stop "Python 3.11, 3.12 or 3.13 is missing; install one of them (on Debian and Ubuntu: apt-get install python3 python3-venv)."
}

if ! .venv/bin/python -c "$right" 2>/dev/null; then
    python=$(find_python)
    rm -rf .venv
    echo "Making .venv with $python." >&2
    "$python" -m venv .venv
fi

if ! cmp -s "$wanted" "$stamp"; then
    echo "Installing the packages of $wanted." >&2
    .venv/bin/python -m pip install --quiet --require-hashes \
        --disable-pip-version-check --root-user-action=ignore -r "$wanted" ||
        stop "The packages of $wanted could not be installed; the lines above say why."
    # What this installed may differ from what another file asked for.
    rm -f .venv/installed-from-*
    cp "$wanted" "$stamp"
    # The file for development holds everything that the other one does.
    [ "$wanted" = requirements.txt ] || cp requirements.txt .venv/installed-from-requirements.txt
fi
