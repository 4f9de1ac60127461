# Makes the two images: what came with the machine (base), and what people made of it (web).
# shellcheck shell=bash disable=SC2154

# key FILE…: a short name for the content of files and folders.
key() { find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sed "s# $lab# #" | sha256sum | cut -c1-12; }

lab_key() {
    [ -f "$cache/key" ] || ssh-keygen -q -t ed25519 -N '' -C 'jenkins@ci-01' -f "$cache/key"
}

base_key() { key "$lab/base" "$cache/key.pub"; }
web_key() { key "$lab/base" "$lab/host" "$lab/app" "$cache/key.pub"; }

make_base() {
    lab_key
    local tag
    tag=$image_base:$(base_key)
    if podman image exists "$tag"; then return; fi
    local root=$cache/base-root
    rm -rf "$root"
    local packages
    packages=$(grep -v '^#' "$lab/base/packages" | paste -sd,)
    stage "base: debootstrap" debootstrap --variant=minbase --include="$packages" bookworm "$root" "$mirror" >"$cache/debootstrap.log" ||
        die "debootstrap failed, see $cache/debootstrap.log"
    cp "$cache/key.pub" "$root/root/.jenkins.pub"
    install -m 755 "$lab/base/cloud-init" "$root/root/.cloud-init"
    chroot "$root" /root/.cloud-init "$mirror" >&2
    rm -f "$root/root/.cloud-init" "$root/root/.jenkins.pub"
    stage "base: import" import_root "$root" "$tag"
    rm -rf "$root"
}

import_root() { tar -C "$1" -c . | podman import -q - "$2" >/dev/null; }

# The scripts that install packages take longest, so what they leave is kept as an image of its own.
packages_key() { key "$lab/base" "$lab"/host/1?-*.sh "$cache/key.pub"; }

make_web() {
    make_base
    local tag script
    tag=$image_web:$(web_key)
    if podman image exists "$tag"; then return; fi
    if ! podman image exists "$image_packages:$(packages_key)"; then
        open_builder "$image_base:$(base_key)"
        for script in "$lab"/host/1?-*.sh; do stage "web: $(basename "$script")" run_history "$(basename "$script")"; done
        stage "web: commit packages" close_builder "$image_packages:$(packages_key)"
    fi
    open_builder "$image_packages:$(packages_key)"
    for script in "$lab"/host/[0-9]*.sh; do
        case $script in */1?-*) continue ;; esac
        stage "web: $(basename "$script")" run_history "$(basename "$script")"
    done
    stage "web: commit" close_builder "$tag"
    drop_older "$image_web" "$tag"
    drop_older "$image_packages" "$image_packages:$(packages_key)"
}

# drop_older NAME TAG: images of that name with other tags, unless a container still uses them.
drop_older() {
    local image
    for image in $(podman images --format '{{.Repository}}:{{.Tag}}' "$1"); do
        [ "$image" = "$2" ] || podman rmi "$image" >/dev/null 2>&1 || true
    done
}

builder=repot-lab-builder

open_builder() {
    podman rm -f -t 0 "$builder" >/dev/null 2>&1 || true
    mkdir -p "$cache/apt"
    podman run -d --name "$builder" --network host --hostname web-03 \
        --cap-add SYS_ADMIN,SETFCAP,LINUX_IMMUTABLE,SYS_PTRACE,NET_ADMIN \
        -v "$cache/apt:/var/cache/apt/archives" \
        "$1" sleep infinity >/dev/null
    tar -C "$lab" -c host app | podman exec -i "$builder" sh -c 'mkdir /tmp/lab && tar -C /tmp/lab --no-same-owner -x'
    # no service may start while the host is built
    podman exec -i "$builder" install -m 755 /dev/stdin /usr/sbin/policy-rc.d <<<$'#!/bin/sh\nexit 101'
}

close_builder() {
    podman exec "$builder" sh -c 'rm -f /usr/sbin/policy-rc.d; rm -rf /tmp/* /var/tmp/*; : >/etc/machine-id
        find / -xdev -type s -delete'
    podman commit -q "$builder" "$1" 2>&1 >/dev/null | { grep -v 'skipping.*socket' >&2 || true; }
    podman rm -f -t 0 "$builder" >/dev/null
}

run_history() {
    podman exec -e DEBIAN_FRONTEND=noninteractive -e LC_ALL=C.UTF-8 "$builder" bash -euo pipefail "/tmp/lab/host/$1" \
        >"$cache/$1.log" 2>&1 || { tail -n 25 "$cache/$1.log" >&2; die "$1 failed, all of it in $cache/$1.log"; }
}
