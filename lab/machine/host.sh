# One host of the lab: creating its container, booting it, waiting for its services.
# shellcheck shell=bash disable=SC2154

# What a virtual machine's root may do and a container's may not, as far as it stays inside the container.
# vm.*, fs.* and kernel.* stay read-only: they are the machine's own.
capabilities=SYS_PTRACE,NET_ADMIN,NET_RAW,SYS_ADMIN,SETFCAP,LINUX_IMMUTABLE,DAC_READ_SEARCH,AUDIT_WRITE,MKNOD,SYS_NICE

make_network() {
    podman network exists "$network" ||
        podman network create --subnet "$subnet" --gateway "$gateway" --disable-dns "$network" >/dev/null
}

# mac ADDRESS: the same at every start, as a machine's is.
mac() { IFS=. read -r a b c d <<<"$1"; printf '02:57:%02x:%02x:%02x:%02x' "$a" "$b" "$c" "$d"; }

create() {
    local name=$1 image=$2 kind=$3 ip
    make_network
    ip=$(address "$name")
    say "$name: create from $image"
    podman create --name "$(container "$name")" --hostname "$name" --systemd=always \
        --network "$network" --ip "$ip" --mac-address "$(mac "$ip")" --cap-add "$capabilities" --label repot-lab="$kind" \
        "$image" /lib/systemd/systemd >/dev/null
}

# A host whose processes were killed behind podman's back: podman takes it for running and cannot start it again.
throw_away_killed() {
    local state
    state=$(podman inspect -f '{{.State.Status}}' "$(container "$1")" 2>/dev/null || true)
    case $state in
    '' | created | configured | exited | stopped) ;;
    *)
        say "$1: podman says $state, but nothing runs: making it anew"
        # The first try may only teach podman that nothing is left to stop.
        podman rm -f -t 1 "$(container "$1")" >/dev/null 2>&1 || podman rm -f -t 1 "$(container "$1")" >/dev/null
        ;;
    esac
}

# A host that another checkout made has keys that nobody has here.
throw_away_foreign() {
    local box own
    box=$(container "$1")
    own=$(cut -d' ' -f2 "$cache/key.pub" 2>/dev/null || echo none)
    podman exec "$box" sh -c 'cat /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys 2>/dev/null; true' | grep -qF "$own" &&
        return
    say "$1 was made by another checkout, whose keys are not here: making it anew"
    podman rm -f -t 1 "$box" >/dev/null
}

boot() {
    local name=$1 box kind state='' i
    box=$(container "$name")
    podman start "$box" >/dev/null
    kind=$(podman inspect -f '{{index .Config.Labels "repot-lab"}}' "$box")
    cat "$lab/machine/host-keys" "$lab/start/$kind" |
        podman exec -i -e NAME="$name" -e ADDRESS="$(address "$name")" "$box" sh -s
    for ((i = 0; i < 240; i++)); do
        state=$(podman exec "$box" systemctl is-system-running 2>/dev/null || true)
        case $state in running | degraded) break ;; esac
        sleep 0.25
    done
    case $state in
    running) ;;
    degraded)
        say "$name: some units failed:"
        podman exec "$box" systemctl --failed --no-legend --plain >&2 ;;
    *) die "$name did not boot: $state" ;;
    esac
    wait_for_ssh "$(address "$name")"
}

wait_for_ssh() {
    local i
    for ((i = 0; i < 100; i++)); do
        if (exec 3<>"/dev/tcp/$1/22") 2>/dev/null; then return; fi
        sleep 0.1
    done
    die "no answer on $1:22"
}
