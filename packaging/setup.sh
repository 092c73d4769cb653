#!/bin/sh
# Makes the clone's own environment: .venv with the packages of one lock, and this project in it.
# usage: packaging/setup.sh core-paper|all
# Changes nothing outside the clone. A second run with the same lock installs nothing.
set -eu
cd "$(dirname "$0")/.."
want=$1
log=.make/setup.log

say() { echo "laydown: $*"; }
stop() { echo "laydown: $*" >&2; exit 1; }

# What a user's own settings could bend: where packages go. Where they come from stays the user's choice.
unset PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV PYTHONHOME PYTHONPATH VIRTUAL_ENV || true
export PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_RETRIES="${PIP_RETRIES:-2}" PYTHONNOUSERSITE=1

version_fits() { # PYTHON FIRST LAST: is its minor version between the two?
    "$1" -c "import sys; sys.exit(not (3, $2) <= sys.version_info[:2] <= (3, $3))" 2>/dev/null
}

find_python() {
    # The locks are tried with 3.11 to 3.13; a newer Python is taken only where none of these is there.
    for name in python3 python3.13 python3.12 python3.11; do
        if version_fits "$name" 11 13; then echo "$name"; return; fi
    done
    if version_fits python3 11 99; then echo python3; return; fi
    command -v python3 >/dev/null ||
        stop "Python is missing: install it (sudo apt install python3 python3-venv), then run make again"
    stop "Python 3.11 or newer is needed, and $(python3 --version 2>&1) is too old:" \
        "install python3.11 and python3.11-venv, or use Debian 12/13 or Ubuntu 24.04, then run make again"
}

digest() { # of all that the environment is made from, this folder and its Python included
    { pwd; .venv/bin/python --version; cat requirements/build.txt "requirements/$1.txt" setup.cfg pyproject.toml packaging/setup.sh
    } 2>/dev/null | sha256sum | cut -d' ' -f1
}

current() { # LOCK: is .venv up to date with it?
    [ -x .venv/bin/laydown ] && [ "$(cat ".venv/laydown-$1" 2>/dev/null)" = "$(digest "$1")" ]
}

make_venv() {
    # A venv that another folder's clone left behind, or that was cut short, is made anew.
    if [ -x .venv/bin/pip ] && [ "$(.venv/bin/python -c 'import sys; print(sys.prefix)' 2>/dev/null)" = "$(pwd -P)/.venv" ]; then
        return
    fi
    python=$(find_python)
    "$python" -c 'import ensurepip' 2>/dev/null || stop "the module venv of $python is missing:" \
        "install it (sudo apt install $(basename "$python")-venv), then run make again"
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv >>$log 2>&1 || explain "$python -m venv .venv"
}

explain() { # WHAT FAILED: one line with the remedy, read from the log
    if grep -q "No space left" $log; then
        stop "the disk is full: free 1 GB and run make again (log: $log)"
    elif grep -q "DO NOT MATCH THE HASHES" $log; then
        stop "a package differs from the one the lock names, so it was not installed: check the package index in use (log: $log)"
    elif grep -qiE "connection broken|network is unreachable|ReadTimeoutError|from versions: none" $log; then
        # An index that is reached has some version of each of these packages.
        stop "no package index was reached: connect to the network, or set PIP_INDEX_URL to a mirror, then run make again (log: $log)"
    fi
    stop "failed: $1 (the reason is at the end of $log)"
}

pip() { .venv/bin/python -m pip "$@" >>$log 2>&1 || explain "pip $1 $2 $3"; }

{ mkdir -p .make && touch $log; } 2>/dev/null || stop "this folder cannot be written to: clone into a folder of your own"
for lock in "$want" all; do
    if current "$lock"; then say ".venv is up to date"; exit 0; fi
done
: >$log
make_venv
say "installing the $(grep -c '^[a-z]' "requirements/$want.txt") packages of requirements/$want.txt into .venv (log: $log)"
# First what builds the packages that come as source: pip would fetch that without checking its hash.
pip install --require-hashes -r requirements/build.txt
# --no-deps: the lock is whole, and pip takes name[extra], asked for by a package of it, to be unpinned though name is pinned.
pip install --require-hashes --no-deps --no-build-isolation --use-pep517 -r "requirements/$want.txt"
.venv/bin/python -m pip check >>$log 2>&1 || explain "pip check"
pip install --no-deps --no-build-isolation --use-pep517 --editable .
digest "$want" >".venv/laydown-$want"
say ".venv is ready"
