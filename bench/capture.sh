# Capture of the lab's host, inside its container, against find and hashing what changed since it was installed.
# shellcheck shell=bash disable=SC2154

section "capture of the lab's host, inside its container"
host=${REPOT_BENCH_HOST:-bench-01}
box=repot-lab-$host
throw_away=no
podman container exists "$box" || throw_away=yes
quietly lab/up "$host"
podman exec "$box" sh -c 'rm -rf /tmp/bench && mkdir /tmp/bench'
podman cp "$repot" "$box:/tmp/bench/repot"
podman exec -i "$box" sh -s <<'S'
# Files of packages whose change time, which nobody can set, is later than their package's installation.
cd /var/lib/dpkg/info
for list in *.list; do
    sums=${list%.list}.md5sums
    [ -f "$sums" ] || continue
    sed 's/^[0-9a-f]*  /\//' "$sums" | tr '\n' '\0' | xargs -0r stat -c '%Z %n' 2>/dev/null |
        awk -v at="$(stat -c %Y "$list")" '$1 > at { sub(/^[0-9]+ /, ""); printf "%s%c", $0, 0 }'
done >/tmp/bench/changed
S
cat >"$work/inside" <<'S'
# Prints the wall time in seconds of the best of RUNS runs, and its processor time.
runs=$1; shift
for _ in $(seq "$runs"); do
    rm -rf /tmp/bench/project
    TIMEFORMAT='%R %U %S'
    { time "$@" >/tmp/bench/said 2>&1; } 2>&1
done | awk '!n || $1 < wall { wall = $1; cpu = $2 + $3; n = 1 } END { print wall, cpu }'
S
podman cp "$work/inside" "$box:/tmp/bench/inside"
inside() { podman exec -w /tmp/bench "$box" bash /tmp/bench/inside "$@"; }
read -r peers peers_cpu < <(inside 3 sh -c 'find / -xdev -ls >/dev/null 2>&1; xargs -0r md5sum <changed >/dev/null')
read -r once _ < <(inside 3 ./repot --project project capture local --role bench --settle 0)
read -r twice twice_cpu < <(inside 3 ./repot --project project capture local --role bench --settle 1)
podman exec "$box" test -s /tmp/bench/project/spec/bench/site.yaml
files=$(podman exec "$box" sh -c "find / -xdev | wc -l")
hashed=$(podman exec "$box" sh -c "tr -cd '\\0' </tmp/bench/changed | wc -c")
figure "find / -xdev -ls of $files paths and md5sum of $hashed, seconds" "$peers"
figure "the same, seconds of processor time" "$peers_cpu"
figure "capture that looks once, seconds" "$once"
figure "capture, both looks, without the pause between them, seconds" "$(calc "$twice - 1")"
figure "capture, both looks, seconds of processor time" "$twice_cpu"
figure "the pause (--settle, 3 unless said otherwise), seconds on top" 3
goal "capture without the pause / find and hashing" "$(ratio "$(calc "$twice - 1")" "$peers")" most 2
podman exec "$box" rm -rf /tmp/bench
[ $throw_away = no ] || quietly lab/down "$host"
