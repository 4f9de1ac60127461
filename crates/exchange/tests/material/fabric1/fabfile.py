# Built in the kind of the Django deployment scripts of about 2013: wrapped run and sudo, a virtualenv, templates from a table.
from __future__ import print_function
import os
from contextlib import contextmanager
from functools import wraps

from fabric.api import env, cd, prefix, sudo as _sudo, run as _run, hide, task
from fabric.contrib.files import exists, upload_template, append
from fabric.colors import yellow

conf = {'APP': 'shop', 'USER': 'shop'}
env.proj_app = conf.get("APP", "app")
env.user = conf['USER']
env.venv_home = "/home/%s/.virtualenvs" % env.user
env.venv_path = os.path.join(env.venv_home, env.proj_app)
env.proj_path = "/home/%s/%s" % (env.user, env.proj_app)

templates = {
    "nginx": {
        "local_path": "deploy/nginx.conf.template",
        "remote_path": "/etc/nginx/sites-enabled/%(proj_app)s.conf" % env,
        "reload_command": "service nginx restart",
    },
    "cron": {
        "local_path": "deploy/crontab.template",
        "remote_path": "/etc/cron.d/%(proj_app)s" % env,
        "owner": "root", "mode": "600",
    },
}


@contextmanager
def virtualenv():
    with cd(env.venv_path):
        with prefix("source %s/bin/activate" % env.venv_path):
            yield


def run(command, show=True):
    with hide("running"):
        return _run(command)


def sudo(command, show=True):
    with hide("running"):
        return _sudo(command)


def apt(packages):
    return sudo("apt-get install -y -q " + packages)


def log_call(func):
    @wraps(func)
    def logged(*args, **kawrgs):
        print(yellow(func.__name__))
        return func(*args, **kawrgs)
    return logged


@task
@log_call
def install():
    locale = "LC_ALL=en_US.UTF-8"
    with hide("stdout"):
        if locale not in sudo("cat /etc/default/locale"):
            sudo("update-locale %s" % locale)
    apt("nginx libjpeg-dev python-dev python-setuptools git-core supervisor")
    sudo("easy_install pip")
    for p in ["virtualenv", "mercurial"]:
        sudo("pip install {0}".format(p))


@task
def upload():
    for name in ["nginx", "cron"]:
        t = templates[name]
        upload_template(t["local_path"], t["remote_path"], env, use_sudo=True, backup=False)
        if "owner" in t:
            sudo("chown %s %s" % (t["owner"], t["remote_path"]))


@task
def create():
    if not exists(env.venv_home):
        run("mkdir -p %s" % env.venv_home)
    with cd(env.venv_home), hide("stdout"):
        run("virtualenv %s --distribute" % env.proj_app)
    append("/etc/hosts", "127.0.0.1 shop.example.test", use_sudo=True)
    run('echo "it\'s done" >> ~/.profile')
