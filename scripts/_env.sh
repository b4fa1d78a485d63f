# Makes .venv in the checkout, once, for scripts/demo and scripts/test. Sourced, not run; POSIX sh.
# Sets $root (the checkout, which becomes the working folder) and $python (the environment's own interpreter).
# PYTHON=... names the interpreter to start from. Where packages come from is pip's business: no index is set here.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
python=$root/.venv/bin/python
cd -- "$root"
export CURETTE_CACHE="${CURETTE_CACHE:-$root/.venv/cache}" # what curette keeps stays in the checkout too

give_up() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 2
}

suits() { # suits PYTHON MODULE...: does it run, is it new enough, has it these modules?
    tried=$1
    shift
    "$tried" -c 'import sys; [__import__(name) for name in sys.argv[1:]]; sys.exit(sys.version_info < (3, 11))' \
        "$@" >/dev/null 2>&1
}

find_python() { # sets $base to the first suitable interpreter that has the modules asked for
    for base in ${PYTHON:+"$PYTHON"} python3 python python3.14 python3.13 python3.12 python3.11; do
        suits "$base" "$@" && return
    done
    return 1
}

pip_is_configured() { # uv does not read pip's configuration, so whoever has one is served by pip
    [ -n "${PIP_INDEX_URL-}${PIP_EXTRA_INDEX_URL-}${PIP_FIND_LINKS-}${PIP_NO_INDEX-}${PIP_CONFIG_FILE-}" ] && return
    for file in /etc/pip.conf /etc/xdg/pip/pip.conf "${XDG_CONFIG_HOME:-${HOME-}/.config}/pip/pip.conf" \
        "${HOME-}/.pip/pip.conf" "${HOME-}/Library/Application Support/pip/pip.conf"; do
        [ -e "$file" ] && return
    done
    return 1
}

uv_serves() {
    command -v uv >/dev/null 2>&1 && ! { pip_is_configured && find_python venv ensurepip; }
}

install() { # install EXTRAS: "" or "[test]". Caches are not used, so that nothing is written outside the checkout.
    find_python || give_up "no Python 3.11 or newer on PATH (or name one: PYTHON=/path/to/python3 $0)"
    if uv_serves; then
        find_python
        echo "Setting up .venv with uv (once) ..." >&2
        suits "$python" || { rm -rf .venv && uv venv --quiet --no-cache --python "$(command -v "$base")" .venv; }
        uv pip install --quiet --no-cache --python "$python" --constraint constraints.txt --editable ".$1"
    else
        find_python venv ensurepip || give_up "this Python cannot make environments: install the Debian package python3-venv"
        echo "Setting up .venv with pip (once, about a minute) ..." >&2
        suits "$python" pip || { rm -rf .venv && "$base" -m venv .venv; }
        "$python" -m pip install --quiet --disable-pip-version-check --no-cache-dir \
            --constraint constraints.txt --editable ".$1"
    fi
}

environment() { # environment base: what curette needs to run; environment test: and its tests
    # The stamp says from what and where it was installed: an edited list or a moved checkout is installed anew.
    state="$root $(cat pyproject.toml constraints.txt | cksum)"
    for kind in "$1" test; do
        if [ "$(cat ".venv/curette-$kind" 2>/dev/null)" = "$state" ] && suits "$python"; then
            return
        fi
    done
    case $1 in test) install '[test]' ;; *) install '' ;; esac
    printf '%s\n' "$state" >".venv/curette-$1"
}
