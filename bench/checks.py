#!/usr/bin/env python3
"""Writes one and the same 1,000 checks of this machine for repot, ServerSpec and testinfra.

usage: bench/checks.py DIRECTORY
"""
import grp
import os
import pwd
import stat
import subprocess
import sys

out = sys.argv[1]
files = []
for top, dirs, names in os.walk("/usr/share/doc"):
    dirs.sort()
    files += [path for path in (os.path.join(top, n) for n in sorted(names)) if os.path.isfile(path) and not os.path.islink(path)]
    if len(files) >= 220:
        break
files = files[:220]
packages = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n"], capture_output=True, text=True, check=True)
packages = sorted({l.split()[1] for l in packages.stdout.splitlines() if l.startswith("installed ")})[:265]
users = sorted(pwd.getpwall(), key=lambda u: u.pw_uid)[:30]

repot, ruby, python, count = ["file:"], ["require 'serverspec'", "set :backend, :exec"], [], 0
for path in files:
    info = os.lstat(path)
    mode, owner = oct(stat.S_IMODE(info.st_mode))[2:], pwd.getpwuid(info.st_uid).pw_name
    group = grp.getgrgid(info.st_gid).gr_name
    repot.append(f'  {path}: {{mode: "0{mode}", owner: {owner}, group: {group}}}')
    ruby.append(f"describe file('{path}') do\n  it {{ should be_mode {mode} }}\n  it {{ should be_owned_by '{owner}' }}\n  it {{ should be_grouped_into '{group}' }}\nend")
    for what, wanted in (("mode", f"0o{mode}"), ("user", repr(owner)), ("group", repr(group))):
        python.append(f"def test_{count}(host):\n    assert host.file('{path}').{what} == {wanted}")
        count += 1
repot.append("package:")
for name in packages:
    repot.append(f"  {name}: {{installed: true}}")
    ruby.append(f"describe package('{name}') do\n  it {{ should be_installed }}\nend")
    python.append(f"def test_{count}(host):\n    assert host.package('{name}').is_installed")
    count += 1
repot.append("user:")
while count < 1000 and users:
    user = users.pop(0)
    repot.append(f"  {user.pw_name}: {{uid: {user.pw_uid}, home: {user.pw_dir}, shell: {user.pw_shell}}}")
    ruby.append(f"describe user('{user.pw_name}') do\n  it {{ should have_uid {user.pw_uid} }}\n  it {{ should have_home_directory '{user.pw_dir}' }}\n  it {{ should have_login_shell '{user.pw_shell}' }}\nend")
    for what, wanted in (("uid", user.pw_uid), ("home", repr(user.pw_dir)), ("shell", repr(user.pw_shell))):
        python.append(f"def test_{count}(host):\n    assert host.user('{user.pw_name}').{what} == {wanted}")
        count += 1
os.makedirs(f"{out}/spec/bench", exist_ok=True)
os.makedirs(f"{out}/serverspec", exist_ok=True)
open(f"{out}/spec/bench/checks.yaml", "w").write("\n".join(repot) + "\n")
open(f"{out}/serverspec/bench_spec.rb", "w").write("\n".join(ruby) + "\n")
open(f"{out}/test_bench.py", "w").write("\n\n\n".join(python) + "\n")
print(count)
