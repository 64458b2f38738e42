# Sourced by the scripts: makes .venv from the hash-pinned lock, or keeps it if nothing changed.
# Needs Python 3.11 or newer; PYTHON names another interpreter.

say_and_stop() {
    printf '%s\n' "$@" >&2
    exit 3
}

# Run a command; what it prints is shown only if it fails.
quietly() {
    said=$(mktemp)
    if "$@" >"$said" 2>&1; then
        rm -f "$said"
        return 0
    fi
    cat "$said" >&2
    rm -f "$said"
    return 1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

make_venv() {
    rm -rf .venv
    if "$1" -m venv .venv >/dev/null 2>&1; then
        return
    fi
    rm -rf .venv
    echo "This Python has no venv; bringing virtualenv through pip." >&2
    bootstrap=$(mktemp -d)
    if quietly "$1" -m pip install --quiet --disable-pip-version-check --require-hashes \
        --target "$bootstrap" -r requirements/bootstrap.txt &&
        PYTHONPATH="$bootstrap" "$1" -m virtualenv --quiet .venv; then
        rm -rf "$bootstrap"
        return
    fi
    rm -rf "$bootstrap" .venv
    say_and_stop "Cannot make a virtual environment: Python has neither venv nor pip." \
        "Install one with: apt-get install python3-venv"
}

python=$(find_python)
[ -n "$python" ] || say_and_stop "Python 3.11 or newer is needed." \
    "Install it with: apt-get install python3 python3-venv"

lock=$(cat pyproject.toml requirements/dev.txt | cksum)" "$("$python" --version)" "$(pwd)
if [ "$(cat .venv/lock 2>/dev/null)" != "$lock" ] || ! .venv/bin/python -c '' 2>/dev/null; then
    echo "Making .venv from requirements/dev.txt (once; again only when the lock changes)." >&2
    make_venv "$python"
    quietly .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r requirements/dev.txt ||
        say_and_stop "The pinned packages could not be installed; see above."
    quietly .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
        --no-build-isolation -e . || say_and_stop "Qingfeng itself could not be installed; see above."
    printf '%s\n' "$lock" >.venv/lock
fi
