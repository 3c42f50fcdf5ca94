#!/usr/bin/env bash
# Prepares .venv so that `make run` and `make test` work on a bare Debian or Ubuntu with Python 3.11 or later.
#
# It does nothing, in a few milliseconds and without the network, when what it would install is there already.
# As root it installs missing system packages with apt-get; otherwise it names them in one line and goes on as far
# as it can. Every Python package comes in the version that constraints.txt pins.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
stamp=$venv/.writer-app-wheels          # holds the hash of what the wheels were installed from
system_stamp=$venv/.writer-app-system   # holds the list of system packages that were all there

# What the PySide6 wheel loads but does not carry (its own libraries, the xcb and Wayland platform plugins), then fonts:
# Noto Serif for the page, Inter for the panels, Droid Fallback for Chinese, Japanese and Korean in windows and PDF.
# `a|b` means: whichever of the two this release of Debian or Ubuntu has.
packages='
    libdbus-1-3 libegl1 libfontconfig1 libfreetype6 libgl1 libglib2.0-0t64|libglib2.0-0
    libwayland-client0 libwayland-cursor0 libwayland-egl1
    libx11-6 libx11-xcb1 libxcb-cursor0 libxcb-glx0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
    libxcb-render-util0 libxcb-render0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xkb1
    libxcb1 libxkbcommon-x11-0 libxkbcommon0 libzstd1
    fonts-droid-fallback fonts-inter fonts-noto-core'

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

wanted_hash() { cat pyproject.toml constraints.txt tools/setup.sh | sha256sum | cut -d' ' -f1; }

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_updated=
apt_update() {
    [ -z "$apt_updated" ] || return 0
    apt-get update -qq || say "apt-get update failed; trying with the package lists that are here"
    apt_updated=yes
}

apt_install() {
    apt_update
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# The packages that are missing, each under the name this release knows it by.
missing_packages() {
    local entry name
    for entry in $packages; do
        for name in ${entry//|/ }; do
            is_installed "$name" && continue 2
        done
        for name in ${entry//|/ }; do
            if [ "$name" = "${entry##*|}" ] || apt-cache show "$name" >/dev/null 2>&1; then
                printf '%s ' "$name"
                break
            fi
        done
    done
}

ensure_system_packages() {
    command -v dpkg-query >/dev/null || return 0   # another system: the check at the end says what is missing
    [ -f "$system_stamp" ] && [ "$(cat "$system_stamp")" = "$packages" ] && return 0
    local missing
    missing=$(missing_packages)
    if [ -n "$missing" ] && can_apt; then
        apt_update
        missing=$(missing_packages)   # again: only now the package lists can tell which names exist
        say "installing system packages: $missing"
        # shellcheck disable=SC2086  # a list of words
        if apt_install $missing; then missing=; fi
    fi
    if [ -n "$missing" ]; then
        say "these system packages are missing; install them with: sudo apt-get install --no-install-recommends $missing"
    else
        printf '%s' "$packages" >"$system_stamp"
    fi
}

is_usable_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 /usr/bin/python3; do
        if is_usable_python "$name"; then
            "$name" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    return 1
}

ensure_venv() {
    [ -x "$venv/bin/python" ] && is_usable_python "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
    local python version
    if ! python=$(find_python); then
        can_apt || fail "Python 3.11 or later is needed; install it with: sudo apt-get install python3 python3-venv"
        apt_install python3 python3-venv || fail "apt-get could not install python3"
        python=$(find_python) || fail "Python 3.11 or later is needed, and this system's own is older: install one and run make again"
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        can_apt || fail "Python's venv module is missing; install it with: sudo apt-get install python$version-venv"
        apt_install "python$version-venv" || fail "apt-get could not install python$version-venv"
    fi
    say "creating $venv with $python"
    "$python" -m venv --clear "$venv"
}

# torch goes first and by itself, in the exact version that constraints.txt names. Where pip finds a CPU and a CUDA build of
# it, pip's own settings choose (PIP_INDEX_URL, PIP_EXTRA_INDEX_URL; see README.md). An installed build of that version, CUDA
# or not, is left as it is.
install_wheels() {
    local torch
    torch=$(sed -n 's/^torch==/torch==/p' constraints.txt)
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    say "installing Python packages (some 350 MB the first time with a CPU build of torch; a minute or two)"
    "$venv/bin/python" -m pip install -q --no-deps "$torch"
    "$venv/bin/python" -m pip install -q -c constraints.txt hatchling editables
    "$venv/bin/python" -m pip install -q -c constraints.txt --no-build-isolation --editable '.[dev]'
}

check_qt() {
    QT_QPA_PLATFORM=offscreen "$venv/bin/python" -c 'from PySide6.QtWidgets import QApplication; QApplication([])' >/dev/null ||
        fail "Qt does not start; the line above names the library that is missing (packages: $(echo $packages))"
}

hash=$(wanted_hash)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$hash" ] && [ -f "$system_stamp" ]; then
    exit 0
fi
ensure_venv
ensure_system_packages
if ! [ -f "$stamp" ] || [ "$(cat "$stamp")" != "$hash" ]; then
    install_wheels
    check_qt
    printf '%s' "$hash" >"$stamp"
    say "ready"
fi
