# shellcheck shell=bash
# What the scripts share. Source it; it changes to the project's root.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1

step() { printf '\n==> %s\n' "$*"; }

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# quietly COMMAND...: shows what the command said only if it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "failed: $*"
    fi
    rm -f "$log"
}

# jobs_here: one compiler per processor, but no more than one per GiB of memory.
jobs_here() {
    local processors memory
    processors=$(nproc 2>/dev/null || echo 2)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo 2>/dev/null || echo 2)
    [ "${memory:-0}" -ge 1 ] || memory=1
    [ "$memory" -lt "$processors" ] && processors=$memory
    echo "$processors"
}
