# shellcheck shell=bash
# Installs the packages of packages.txt that are missing. Source it after common.sh.

# packages_for SET...: the names in packages.txt that belong to one of the sets.
packages_for() {
    local name set _
    while read -r name set _; do
        case $name in '' | '#'*) continue ;; esac
        case " $* " in *" $set "*) echo "$name" ;; esac
    done <scripts/lib/packages.txt
}

# missing_among NAME...: those that are not installed.
missing_among() {
    local name
    for name in "$@"; do
        dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || echo "$name"
    done
}

# ensure_packages SET...: installs what is missing; without a missing package it needs neither network nor root.
# METERLINK_SKIP_PACKAGES=1 leaves the machine as it is.
ensure_packages() {
    local wanted missing as_root=()
    [ "${METERLINK_SKIP_PACKAGES:-0}" = 1 ] && return
    mapfile -t wanted < <(packages_for "$@")
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        die "there is no apt-get here to install what the build needs.
Install the counterparts of these Debian packages by hand (scripts/lib/packages.txt says what each is for):
    ${wanted[*]}
and run again with METERLINK_SKIP_PACKAGES=1."
    fi
    mapfile -t missing < <(missing_among "${wanted[@]}")
    [ ${#missing[@]} -gt 0 ] || return 0

    step "Installing ${missing[*]}"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "packages are missing, and installing them takes root or sudo. As root, run:
    apt-get install --no-install-recommends ${missing[*]}"
        as_root=(sudo)
    fi
    quietly "${as_root[@]}" apt-get -qq update
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install -y --no-install-recommends "${missing[@]}"
}
