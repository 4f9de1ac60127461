#!/usr/bin/env python3
"""Writes one and the same checks of this machine for repot, Goss, ServerSpec and testinfra.

usage: bench/checks.py plain|mixed DIRECTORY

plain: 1,000 checks of files, packages and users. mixed: what people check besides: digests, kernel parameters, versions,
groups, ports, and services where systemd runs.
"""
import grp
import hashlib
import json
import os
import pwd
import re
import stat
import subprocess
import sys


class Checks:
    """The checks in each tool's language, one property at a time."""

    def __init__(self):
        self.count = 0
        self.spec = {}
        self.ruby = ["require 'serverspec'", "set :backend, :exec"]
        self.python = []

    def add(self, kind, name, claims, ruby, python):
        """claims: repot's; ruby: a resource and what is said of it; python: expressions that must be true."""
        self.spec.setdefault(kind, {})[name] = claims
        resource, said = ruby
        self.ruby.append(f"describe {resource} do\n" + "".join(f"  {line}\n" for line in said) + "end")
        for expression in python:
            self.python.append(f"def test_{self.count}(host):\n    assert {expression}")
            self.count += 1

    def write(self, out, role):
        os.makedirs(f"{out}/spec/{role}", exist_ok=True)
        os.makedirs(f"{out}/serverspec", exist_ok=True)
        with open(f"{out}/spec/{role}/checks.yaml", "w") as file:
            for kind, resources in self.spec.items():
                file.write(f"{kind}:\n")
                for name, claims in resources.items():
                    file.write(f"  {json.dumps(name)}: {json.dumps(claims)}\n")
        # Goss wants to be told that a thing is there before it looks at the rest of it.
        there = {"file", "user", "group"}
        goss = {kind: {name: ({"exists": True} | claims if kind in there else claims) for name, claims in resources.items()}
                for kind, resources in self.spec.items()}
        with open(f"{out}/goss-{role}.yaml", "w") as file:
            json.dump(goss, file)
        with open(f"{out}/serverspec/{role}_spec.rb", "w") as file:
            file.write("\n".join(self.ruby) + "\n")
        with open(f"{out}/test_{role}.py", "w") as file:
            file.write("\n\n\n".join(self.python) + "\n")


def should(*matchers):
    return [f"it {{ should {matcher} }}" for matcher in matchers]


def quoted(text):
    return "'" + str(text).replace("\\", "\\\\").replace("'", "\\'") + "'"


def packages():
    listed = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version}\n"], capture_output=True, text=True, check=True
    )
    return sorted({tuple(line.split()[1:]) for line in listed.stdout.splitlines() if line.startswith("installed ")})


def documents(most):
    found = []
    for top, dirs, names in os.walk("/usr/share/doc"):
        dirs.sort()
        paths = (os.path.join(top, name) for name in sorted(names))
        found += [path for path in paths if os.path.isfile(path) and not os.path.islink(path)]
        if len(found) >= most:
            break
    return found[:most]


def plain(checks):
    for path in documents(220):
        info = os.lstat(path)
        mode, owner = oct(stat.S_IMODE(info.st_mode))[2:], pwd.getpwuid(info.st_uid).pw_name
        group = grp.getgrgid(info.st_gid).gr_name
        checks.add(
            "file",
            path,
            {"mode": f"{int(mode, 8):04o}", "owner": owner, "group": group},
            (f"file({quoted(path)})", should(f"be_mode {mode}", f"be_owned_by {quoted(owner)}", f"be_grouped_into {quoted(group)}")),
            [
                f"host.file({path!r}).mode == 0o{mode}",
                f"host.file({path!r}).user == {owner!r}",
                f"host.file({path!r}).group == {group!r}",
            ],
        )
    for name, _ in packages()[:265]:
        checks.add("package", name, {"installed": True}, (f"package('{name}')", should("be_installed")), [f"host.package('{name}').is_installed"])
    for user in sorted(pwd.getpwall(), key=lambda user: user.pw_uid)[:30]:
        if checks.count >= 1000:
            break
        name = user.pw_name
        checks.add(
            "user",
            name,
            {"uid": user.pw_uid, "home": user.pw_dir, "shell": user.pw_shell},
            (f"user('{name}')", should(f"have_uid {user.pw_uid}", f"have_home_directory '{user.pw_dir}'", f"have_login_shell '{user.pw_shell}'")),
            [
                f"host.user('{name}').uid == {user.pw_uid}",
                f"host.user('{name}').home == {user.pw_dir!r}",
                f"host.user('{name}').shell == {user.pw_shell!r}",
            ],
        )


def mixed(checks):
    for path in documents(60):
        digest = hashlib.sha256(open(path, "rb").read()).hexdigest()
        checks.add(
            "file",
            path,
            {"sha256": digest},
            (f"file({quoted(path)})", [f"its(:sha256sum) {{ should eq '{digest}' }}"]),
            [f"host.file({path!r}).sha256sum == '{digest}'"],
        )
    for name, version in packages()[-60:]:
        checks.add(
            "package",
            name,
            {"installed": True, "versions": [version]},
            (f"package('{name}')", should(f"be_installed.with_version('{version}')")),
            [f"host.package('{name}').version == '{version}'"],
        )
    for name in parameters(60):
        value = open("/proc/sys/" + name.replace(".", "/")).read().strip()
        shown = int(value) if re.fullmatch(r"-?\d+", value) else value
        checks.add(
            "kernel-param",
            name,
            {"value": value},
            (f"linux_kernel_parameter('{name}')", [f"its(:value) {{ should eq {json.dumps(shown)} }}"]),
            [f"host.sysctl('{name}') == {shown!r}"],
        )
    for group in grp.getgrall()[:20]:
        name, gid = group.gr_name, group.gr_gid
        checks.add("group", name, {"gid": gid}, (f"group('{name}')", should(f"have_gid {gid}")), [f"host.group('{name}').gid == {gid}"])
    for port in listening():
        checks.add(
            "port",
            f"tcp:{port}",
            {"listening": True},
            (f"port({port})", should("be_listening")),
            [f"host.socket('tcp://0.0.0.0:{port}').is_listening"],
        )
    for name in services():
        checks.add(
            "service",
            name,
            {"running": True},
            (f"service('{name}')", should("be_running")),
            [f"host.service('{name}').is_running"],
        )


def parameters(most):
    """Kernel parameters that stand still, a number or a word each."""
    found = []
    for top in ("/proc/sys/net/ipv4", "/proc/sys/vm", "/proc/sys/kernel"):
        for name in sorted(os.listdir(top)):
            path = f"{top}/{name}"
            try:
                values = {open(path).read().strip() for _ in range(3)}
            except OSError:
                continue
            value = values.pop()
            if not values and re.fullmatch(r"[A-Za-z0-9_.-]+", value) and "random" not in name and "_ns_" not in name and "last_pid" not in name:
                found.append(f"{top.removeprefix('/proc/sys/').replace('/', '.')}.{name}")
    step = max(1, len(found) // most)
    return found[::step][:most]


def listening():
    """Ports of version 4 that something listens on, at every address."""
    lines = open("/proc/net/tcp").read().splitlines()[1:]
    return sorted({int(line.split()[1].split(":")[1], 16) for line in lines if line.split()[3] == "0A" and line.split()[1].startswith("00000000")})[:20]


def services():
    if not os.path.isdir("/run/systemd/system"):
        return []
    units = subprocess.run(["systemctl", "list-units", "--type=service", "--state=running", "--plain", "--no-legend"], capture_output=True, text=True, check=True)
    return [line.split()[0].removesuffix(".service") for line in units.stdout.splitlines() if "@" not in line.split()[0]][:40]


def main():
    sets = {"plain": plain, "mixed": mixed}
    if len(sys.argv) != 3 or sys.argv[1] not in sets:
        sys.exit(__doc__)
    checks = Checks()
    sets[sys.argv[1]](checks)
    checks.write(sys.argv[2], sys.argv[1])
    print(checks.count)


main()
