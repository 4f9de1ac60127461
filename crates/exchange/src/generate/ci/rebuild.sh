#!/bin/sh
# Builds a bare machine from the code and proves it: the command that a person runs, with what CI has to give.
# Made by `repot generate ci`; what you edit stays.
#   ROLE                     the role
#   BASE_IMAGE               an image with systemd, instead of the one of ci/Containerfile
#   ANSIBLE_VAULT_PASSWORD   the password of group_vars/all/vault.yml, if that is kept here
#   REPOT_SECRETS            the values that vault.example.yml names, as YAML
#   REPOT_KEY                the key of the project (.repot/key): without it secrets cannot be compared
#   PAYLOAD                  a directory like ansible/payload, or a target that has what PAYLOAD.md names
set -eu
image=${BASE_IMAGE:-localhost/repot-base}
if ! podman image exists "$image"; then
    podman build --quiet --tag "$image" --file ci/Containerfile ci
fi
kept=$(mktemp -d)
trap 'rm -rf "$kept"' EXIT
umask 077
if [ -n "${ANSIBLE_VAULT_PASSWORD:-}" ]; then
    printf '%s\n' "$ANSIBLE_VAULT_PASSWORD" >"$kept/password"
    set -- --vault-password-file "$kept/password" "$@"
fi
if [ -n "${REPOT_SECRETS:-}" ]; then
    printf '%s\n' "$REPOT_SECRETS" >"$kept/secrets.yml"
    set -- --secrets "$kept/secrets.yml" "$@"
fi
if [ -n "${PAYLOAD:-}" ]; then
    set -- --payload-from "$PAYLOAD" "$@"
fi
[ -n "${REPOT_KEY:-}" ] || unset REPOT_KEY
repot rebuild --image "$image" --role "$ROLE" "$@"
