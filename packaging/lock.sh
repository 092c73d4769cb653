#!/bin/sh
# Remakes the locks: exact versions with hashes, for Python 3.11 to 3.13, naming no index.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "lock: uv is missing: install it (pip install uv) and run make lock again" >&2; exit 2; }

lock() { # OUTPUT INPUT [OPTION...]
    output=$1; shift
    uv pip compile "$@" --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --output-file "requirements/$output"
    echo "lock: requirements/$output: $(grep -c '^[a-z]' "requirements/$output") packages"
}

lock build.txt requirements/build.in
lock fuzz.txt requirements/fuzz.in
lock all.txt setup.cfg --all-extras
# The smaller lock is a part of the larger: one version of each package, whichever is installed.
lock core-paper.txt setup.cfg --extra paper --constraint requirements/all.txt
