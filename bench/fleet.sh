# Forty hosts over ssh against forty plain ssh, and against what Ansible asks of every host before it does anything.
# shellcheck shell=bash disable=SC2154

section "40 hosts over ssh, 8 at a time"
throw_away=no
podman container exists repot-lab-fleet-00 || throw_away=yes
quietly lab/fleet 40
# Ansible, and what writes the checks, want all of Python there.
quietly lab/exec fleet-00 sh -c 'python3 -c "import json, grp" 2>/dev/null || {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3; }'
config=lab/.cache/ssh_config
hosts=$(seq -f fleet-%02g 40)
targets=$(seq -f ssh:fleet-%02g 40)
mkdir -p "$work/fleet/spec"
lab/exec fleet-00 python3 - plain /tmp/bench <bench/checks.py >"$work/count"
podman cp repot-lab-fleet-00:/tmp/bench/spec/plain "$work/fleet/spec/plain"
plain_ssh() { printf '%s\n' "$hosts" | xargs -P 8 -I HOST ssh -F "$config" -o BatchMode=yes HOST true; }
export -f plain_ssh
export hosts config
# shellcheck disable=SC2086
verify() { wall "$1" "$repot" --project "$work/fleet" verify --ssh-config "$config" -j 8 --role plain $targets; }
lab/exec fleet-00 sh -c 'rm -rf /home/*/.cache/repot* /tmp/.repot* /var/tmp/.repot*'
first=$(verify 1)
plain=$(wall 3 bash -c plain_ssh)
ours=$(verify 3)
figure "40 times ssh HOST true, seconds" "$plain"
figure "repot verify of $(cat "$work/count") checks on each, seconds" "$ours"
figure "the same the first time, with the agent sent to each, seconds" "$first"
goal "repot / plain ssh" "$(ratio "$ours" "$plain")" most 1.5
printf '%s\n' "$hosts" >"$work/inventory"
facts=$(ANSIBLE_SSH_ARGS="-F $PWD/$config -o ControlMaster=auto -o ControlPersist=60s" ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3 \
    wall 1 ansible -i "$work/inventory" all -f 8 -m ansible.builtin.setup)
figure "Ansible's facts of the same hosts, seconds" "$facts"
figure "Ansible / repot" "$(ratio "$facts" "$ours")"
[ $throw_away = no ] || quietly lab/fleet --down
