# Where the lab keeps things and how it speaks. Sourced by every command of the lab.
# shellcheck shell=bash disable=SC2034

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# All worktrees of one checkout share one lab, because they share podman's containers.
if [ -z "${REPOT_LAB_CACHE:-}" ]; then
    common=$(git -C "$lab" rev-parse --path-format=absolute --git-common-dir 2>/dev/null || true)
    if [ -n "$common" ] && [ "$(basename "$common")" = .git ]; then
        REPOT_LAB_CACHE=$(dirname "$common")/lab/.cache
    else
        REPOT_LAB_CACHE=$lab/.cache
    fi
fi
cache=$REPOT_LAB_CACHE
mkdir -p "$cache"
if [ "$cache" != "$lab/.cache" ] && [ ! -e "$lab/.cache" ]; then
    ln -sfn "$cache" "$lab/.cache"
fi

export CONTAINERS_CONF="$lab/machine/containers.conf"
mirror=${REPOT_LAB_MIRROR:-http://deb.debian.org/debian}
network=repot-lab
subnet=10.57.0.0/16
gateway=10.57.0.1
image_base=localhost/repot-lab-base
image_packages=localhost/repot-lab-packages
image_web=localhost/repot-lab-web

say() { printf 'lab: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# stage WHAT COMMAND…: runs the command and says how long it took.
stage() {
    local what=$1 from=$SECONDS status
    shift
    say "$what"
    "$@"
    # A failure comes here only where the caller looks at it.
    status=$?
    say "$what: $([ $status = 0 ] && echo done || echo "ended with $status") in $((SECONDS - from)) s"
    return $status
}

# one_at_a_time NAME: holds a lock until this process ends.
one_at_a_time() {
    exec 8>"$cache/$1.lock"
    flock -n 8 || { say "waiting for another $1"; flock 8; }
}

container() { printf 'repot-lab-%s' "$1"; }

# What podman remembers of a container is not enough: its processes may have been killed behind podman's back.
runs() { podman exec "$(container "$1")" true >/dev/null 2>&1; }
exists() { podman container exists "$(container "$1")"; }

# A container's monitor outlives the command that started it, and must not inherit its lock.
podman() { command podman "$@" 8>&-; }

need_root() { [ "$(id -u)" = 0 ] || die "must be root: systemd in a container needs it here"; }

# address NAME: the address that belongs to a name, always the same one.
address() {
    local name=$1 n
    if [[ $name =~ ^[a-z]+-[0-9]+$ ]]; then
        n=$((10#${name##*-}))
        case ${name%-*} in
        web) echo "10.57.1.$n" ; return ;;
        bare) echo "10.57.2.$n" ; return ;;
        fleet) echo "10.57.$((3 + n / 200)).$((n % 200 + 2))" ; return ;;
        esac
    fi
    n=$(($(printf '%s' "$name" | cksum | cut -d' ' -f1) % 60000))
    echo "10.57.$((16 + n / 250)).$((n % 250 + 2))"
}
