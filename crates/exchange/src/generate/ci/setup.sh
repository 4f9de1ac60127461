#!/bin/sh
# Installs what ci/rebuild needs on a runner with Debian or Ubuntu. Made by `repot generate ci`; what you edit stays.
set -eu
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
$as_root apt-get -q update
DEBIAN_FRONTEND=noninteractive $as_root apt-get -qy --no-install-recommends install \
    ca-certificates git make pipx podman python3 openssh-client

if ! command -v ansible-playbook >/dev/null; then
    PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin $as_root env PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin \
        pipx install --include-deps ansible
fi

# Both are built once where the runner's image does not bring them: put them into it, and this takes no time.
needs_cargo() {
    if ! command -v cargo >/dev/null; then
        echo "ci/setup: $1 is not installed, and neither is cargo to build it" >&2
        exit 1
    fi
}
if ! command -v hurl >/dev/null; then
    needs_cargo hurl
    DEBIAN_FRONTEND=noninteractive $as_root apt-get -qy --no-install-recommends install \
        gcc libc6-dev libclang-dev libcurl4-openssl-dev libssl-dev libxml2-dev pkg-config
    cargo install --quiet --locked hurl --version 8.0.1
    $as_root install -m 755 "${CARGO_HOME:-$HOME/.cargo}/bin/hurl" /usr/local/bin/hurl
fi
if ! command -v repot >/dev/null; then
    needs_cargo repot
    if [ -z "${REPOT_SOURCE:-}" ]; then
        echo "ci/setup: repot is not installed; set the variable REPOT_SOURCE to the git repository it is built from" >&2
        exit 1
    fi
    source=$(mktemp -d)
    git clone --quiet --depth 1 "$REPOT_SOURCE" "$source"
    make -C "$source" all
    $as_root make -C "$source" install
fi
repot --version
hurl --version
ansible-playbook --version
