# What a large spec costs by itself: parse, compare, and write it again.
# shellcheck shell=bash disable=SC2154

section "a spec of 50,000 files, 150,000 claims"
python3 - "$work/large" <<'P'
import os
import sys

top = sys.argv[1]
os.makedirs(f"{top}/spec/large")
os.makedirs(f"{top}/root/etc")
open(f"{top}/root/etc/passwd", "w").write("root:x:0:0:root:/root:/bin/sh\n")
open(f"{top}/root/etc/group", "w").write("root:x:0:\n")
with open(f"{top}/spec/large/site.yaml", "w") as spec:
    spec.write("repot: 1\nfile:\n")
    for n in range(50000):
        path = f"/srv/f/d{n // 500}/n{n}.conf"
        if n % 500 == 0:
            os.makedirs(f"{top}/root/srv/f/d{n // 500}")
        open(f"{top}/root{path}", "w").close()
        os.chmod(f"{top}/root{path}", 0o644)
        spec.write(f'  {path}: {{mode: "0644", owner: root, group: root, why: "number {n}"}}\n')
P
large() { cpu "$1" bash -c 'undecided "$@"' bash "$repot" --project "$work/large" "${@:2}" "rootfs:$work/large/root" --role large; }
figure "verify, seconds of processor time" "$(large 3 verify)"
figure "capture into it, seconds of processor time" "$(large 1 capture --settle 0)"
figure "PyYAML with libyaml only reading it, seconds of processor time" \
    "$(cpu 1 python3 -c 'import sys, yaml; yaml.load(open(sys.argv[1]), yaml.CSafeLoader)' "$work/large/spec/large/site.yaml")"
rm -rf "$work/large"
