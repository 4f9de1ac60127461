#!/bin/sh
# Builds the instance that Packer started and proves it; its exit status decides whether there is an image.
# Made by `repot generate image`; what you edit stays.
set -eu
umask 077
kept=$(mktemp -d)
trap 'rm -rf "$kept"' EXIT
printf '%s\n' "$KEY" >"$kept/key"
set --
[ -z "${PAYLOAD:-}" ] || set -- --payload-from "$PAYLOAD"
# A new instance has a new host key: it is learnt once and then kept for this build.
repot rebuild --on "ssh:$LOGIN@$HOST:$PORT" --sudo --role "$ROLE" --secrets "$SECRETS" --remove-agent \
    --ssh-option "IdentityFile=$kept/key" --ssh-option IdentitiesOnly=yes \
    --ssh-option "UserKnownHostsFile=$kept/known_hosts" --ssh-option StrictHostKeyChecking=accept-new "$@"
