#!/bin/sh
# Sees to a Chromium for the browser tests, unless BROWSER=none says to do without.
set -eu

[ "${BROWSER:-}" != none ] || exit 0
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests." >&2
    export DEBIAN_FRONTEND=noninteractive
    packages='chromium fonts-liberation'
    # shellcheck disable=SC2086 # two packages, two words
    if apt-get install -qq -y --no-install-recommends $packages >/dev/null 2>&1 ||
        { apt-get update -qq >/dev/null 2>&1 &&
            apt-get install -qq -y --no-install-recommends $packages >/dev/null 2>&1; }; then
        exit 0
    fi
fi
echo "The browser tests need Chromium: install it (as root: apt-get install chromium), or leave them out with BROWSER=none." >&2
exit 1
