# What the changes in lab/mutations/*.yaml may call, sourced in the host before each of them.

kept=/run/repot-lab/kept

# keep PATH…: remembers what is there now, or that nothing is.
keep() {
    for path; do
        mkdir -p "$kept${path%/*}"
        rm -rf "${kept:?}$path" "${kept:?}$path.absent"
        if [ -e "$path" ] || [ -L "$path" ]; then cp -a "$path" "$kept$path"; else : >"$kept$path.absent"; fi
    done
}

# back PATH…: puts back what keep remembered.
back() {
    for path; do
        if [ -e "$kept$path.absent" ]; then
            rm -rf "$path" "$kept$path.absent"
        elif mountpoint -q "$path" 2>/dev/null && [ -f "$path" ]; then
            # podman mounts this file, so it cannot be replaced, only filled
            cat "$kept$path" >"$path"
            rm "$kept$path"
        else
            rm -rf "$path"
            cp -a "$kept$path" "$path"
            rm -rf "${kept:?}$path"
        fi
    done
}

# reversion FILE.deb VERSION: installs the same package under another version.
reversion() {
    rm -rf /run/repot-lab/deb
    mkdir -p /run/repot-lab
    dpkg-deb -R "$1" /run/repot-lab/deb
    sed -i "s/^Version: .*/Version: $2/" /run/repot-lab/deb/DEBIAN/control
    dpkg-deb -b /run/repot-lab/deb /run/repot-lab/other.deb >/dev/null
    dpkg -i --force-downgrade /run/repot-lab/other.deb >/dev/null 2>&1
    rm -rf /run/repot-lab/deb /run/repot-lab/other.deb
}

# sysctl_now KEY=VALUE: /proc/sys is read-only in the container, except where it was mounted again.
sysctl_now() { unshare -m sh -c 'mount -o remount,rw /proc/sys && sysctl -q -w "$1"' sh "$1"; }

# behind COMMAND…: runs it in the background until no_longer_behind.
behind() {
    mkdir -p /run/repot-lab
    setsid "$@" </dev/null >/dev/null 2>&1 &
    echo $! >/run/repot-lab/behind
    sleep 1
}
no_longer_behind() {
    kill "$(cat /run/repot-lab/behind)"
    rm /run/repot-lab/behind
    sleep 0.2
}

# again_nginx, again_php: what was changed counts from now on.
again_nginx() {
    nginx -t -q
    systemctl reload nginx
    # The old workers are gone when the new configuration answers.
    for _ in $(seq 50); do
        pgrep -f 'nginx: worker process is shutting down' >/dev/null || break
        sleep 0.1
    done
    sleep 0.3
}
# As often as somebody likes: systemd would stop at five.
again_php() { systemctl reset-failed php8.2-fpm 2>/dev/null; systemctl restart php8.2-fpm; }
