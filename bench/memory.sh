# Peak memory of repot, and of its agent, on a root with a million files beside the system's own.
# shellcheck shell=bash disable=SC2154

section "memory on a host with a million files"
root=$work/million
mkdir "$root"
if [ "$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)" -ge 6 ]; then
    mount -t tmpfs -o size=5g,nr_inodes=0 repot-bench "$root"
    mounted=$root
fi
quietly lab/up --images
image=$(podman images --format '{{.Repository}}:{{.Tag}}' --filter reference='*repot-lab-base*' --sort created | head -1)
made=$(podman create "$image" true)
podman export "$made" | tar -x -C "$root" --exclude='./dev/*' --exclude='dev/*'
podman rm "$made" >/dev/null
python3 - "$root" <<'P'
import os
import sys

root = sys.argv[1]


def fill(top, dirs, files):
    for d in range(dirs):
        path = f"{root}{top}/{d:04}"
        os.makedirs(path)
        for n in range(files):
            fd = os.open(f"{path}/photo-{n:05}.jpg", os.O_CREAT | os.O_WRONLY, 0o644)
            if n % 10 == 0:
                os.write(fd, b"%d" % n)
            os.close(fd)


fill("/srv/media", 600, 1000)  # what an application stores
fill("/srv/flat", 1, 200000)  # one directory of them
fill("/opt/app/releases-old", 100, 1000)  # forgotten releases
fill("/home/deploy/backup", 1000, 100)  # somebody's copies
P
figure "paths below the root" "$(find "$root" -xdev | wc -l)"
# The last line, because the one before it may say how the command ended.
peak() { tail -1 "$1" | awk '{ print int($1 / 1024) }'; }
capture() {
    quietly undecided /usr/bin/time -o "$work/peak" -f %M "$repot" --project "$work/memory" \
        capture "$@" --settle 1 --kind-timeout 600 --timeout 700
}
capture "rootfs:$root" --role in-process
[ -s "$work/memory/spec/in-process/site.yaml" ]
goal "repot over a root directory, MB" "$(peak "$work/peak")" most 150

# The agent travels as it does to a container: what stands for docker runs the command in the root.
mkdir -p "$work/bin"
cat >"$work/bin/docker" <<D
#!/bin/sh
# docker exec -i NAME COMMAND…
shift 3
exec /usr/bin/time -o "$work/agent" -f %M chroot "$root" "\$@"
D
chmod +x "$work/bin/docker"
mount -t proc proc "$root/proc"
PATH=$work/bin:$PATH capture docker:million --role agent
umount "$root/proc"
[ -s "$work/memory/spec/agent/site.yaml" ]
goal "the agent on it, MB" "$(peak "$work/agent")" most 150
goal "repot beside the agent, MB" "$(peak "$work/peak")" most 150
if [ -n "${mounted:-}" ]; then umount "$mounted"; fi
rm -rf "$root"
