"""Built in the kind of Fabric 2 scripts: tasks with a connection, f-strings, type hints."""
from fabric import Connection, task
from invoke import Collection

APP: str = "shop"
BASE = f"/srv/{APP}"


@task
def provision(c: Connection, full=True):
    c.sudo("apt-get update")
    for package in ("nginx", "redis-server"):
        c.sudo(f"apt-get install -y {package}")
    with c.cd(BASE):
        c.run("mkdir -p releases shared")
        c.run("test -d .git || git clone https://git.example.test/shop.git .", warn=True)
    c.put("shop.service", remote=f"/etc/systemd/system/{APP}.service")
    if full:
        c.sudo("systemctl enable --now shop")
    result = c.run("uname -s", hide=True)
    if result.ok and "Linux" in result.stdout:
        c.sudo("sysctl -w vm.swappiness=10")


@task(pre=[provision])
def deploy(c, branch="main"):
    c.run(f"cd {BASE} && git pull origin {branch}")
    c.sudo("systemctl restart shop", pty=True)


ns = Collection(provision, deploy)
