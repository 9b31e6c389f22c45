#!/bin/sh
# need.sh THING.. installs what a make target needs and says so; silent when nothing is missing.
# THING: cargo, cc (a C compiler), node (npx), postgresql (server binaries).
set -eu

say() { printf 'need: %s\n' "$*" >&2; }

has() {
    case $1 in
    cargo) command -v cargo ;;
    # A compiler without the C library's headers cannot build SQLite.
    cc) echo '#include <stdio.h>' | cc -E - && command -v ar ;;
    node) command -v npx ;;
    # Debian keeps the server's binaries off the PATH.
    postgresql)
        for folder in /usr/lib/postgresql/*/bin; do
            if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then return 0; fi
        done
        command -v initdb
        ;;
    esac
}

packages_of() {
    case $1 in
    cc) echo build-essential ;;
    node) echo nodejs npm ;;
    postgresql) echo postgresql ;;
    esac
}

missing=
for thing in "$@"; do
    case $thing in
    cargo | cc | node | postgresql) ;;
    *)
        say "'$thing' is not known; known: cargo cc node postgresql"
        exit 2
        ;;
    esac
    if has "$thing" >/dev/null 2>&1 </dev/null; then continue; fi
    if [ "$thing" = cargo ]; then
        say "cargo is missing. Get Rust from https://rustup.rs, open a new shell (or add ~/.cargo/bin to PATH) and try again."
        exit 1
    fi
    missing="$missing $(packages_of "$thing")"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    say "missing:$missing (Debian's names). There is no apt-get here: install them by hand and try again."
    exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        say "missing:$missing. Run as root: apt-get install$missing"
        exit 1
    fi
    as_root=sudo
fi

say "installing Debian packages:$missing"
case $missing in
*postgresql*) say "Debian's postgresql package also starts a server of its own; the tests never touch it" ;;
esac
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2; }
apt update || say "the package lists could not be refreshed; trying with those at hand"
# shellcheck disable=SC2086 # a list of package names
apt install -y --no-install-recommends $missing
say "installed:$missing"
