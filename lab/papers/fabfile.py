# -*- coding: utf-8 -*-
# Sets up the web servers of the chat.
#
#   fab web:web-03 setup            everything
#   fab web:web-03 nginx            only nginx
#   fab -R staging nginx
#
# mk, 2015. Needs fabric 1.10, NOT 2.
from __future__ import with_statement
import getpass
import os

from fabric.api import abort, cd, env, execute, get, hide, local, put, roles, run, settings, sudo, task
from fabric.colors import green
from fabric.contrib.files import append, comment, contains, exists, sed, uncomment, upload_template
from fabric.contrib.project import rsync_project

env.user = 'deploy'
env.roledefs = {
    'web': ['web-01', 'web-02', 'web-03', 'web-04'],
    'staging': ['staging-01'],
}
env.domain = 'chat.example.test'
env.php = '8.2'
env.php_etc = '/etc/php/%s/fpm' % env.php
env.use_ssh_config = True

HERE = os.path.dirname(__file__)
SITES = ['chat', 'static', 'old-chat', 'admin', 'status']
ADMIN_PORT = 8081


@task
def web(host):
    env.hosts = ['%s.%s' % (host, env.domain)]


def secret(name):
    """Asks once, everything is in the safe."""
    if name not in env:
        env[name] = getpass.getpass('%s: ' % name)
    return env[name]


@task
def php():
    """php for the web"""
    ini = '%s/php.ini' % env.php_etc
    sed(ini, '^memory_limit = .*', 'memory_limit = 256M', use_sudo=True, backup='')
    sed(ini, '^upload_max_filesize = .*', 'upload_max_filesize = 20M', use_sudo=True, backup='')
    sed(ini, '^post_max_size = .*', 'post_max_size = 24M', use_sudo=True, backup='')
    # the slash must be escaped, took me an hour
    sudo("sed -i 's/^;date.timezone =.*/date.timezone = Europe\\/Berlin/' %s" % ini)
    for key, value in (('expose_php', 'Off'), ('max_input_vars', '5000')):
        sudo("sed -i 's/^;*%s = .*/%s = %s/' %s" % (key, key, value, ini))
    put('fab/files/php/chat.ini', '/etc/php/%(php)s/mods-available/chat.ini' % env, use_sudo=True)
    sudo('phpenmod -v %s -s fpm chat' % env.php)


@task
def pools():
    """the pools, one for the chat and one for the administration"""
    pool_d = os.path.join(env.php_etc, 'pool.d')
    sudo('groupadd --system chatadmin')
    with settings(warn_only=True):
        sudo('useradd --system --gid chatadmin --home-dir /nonexistent --shell /usr/sbin/nologin chatadmin')
    if exists('%s/www.conf' % pool_d):
        sudo('mv %s/www.conf %s/www.conf.disabled' % (pool_d, pool_d))
    upload_template('fab/templates/pool-chat.conf', '%s/chat.conf' % pool_d, context={
        'max_children': 12,
        'db_password': secret('db_password'),
        'newrelic_key': secret('newrelic_key'),
    }, use_sudo=True, backup=False)
    upload_template('fab/templates/pool-admin.conf', '%s/admin.conf' % pool_d,
                    context=dict(admin_token=secret('admin_token')), use_sudo=True, backup=False)
    sudo('service php%s-fpm restart' % env.php)


@task
def nginx():
    """sites, snippets and the big knobs"""
    with cd('/etc/nginx'):
        for name in ('10-log.conf', '20-limits.conf'):
            put('fab/files/nginx/conf.d/' + name, 'conf.d/' + name, use_sudo=True, mode=0644)
        put('fab/files/nginx/snippets/*.conf', 'snippets', use_sudo=True)
        sudo('mkdir -p tls')
        upload_template('fab/templates/chat.site', 'sites-available/chat', context=env, use_sudo=True, backup=False)
        for site in ['static', 'old-chat', 'status']:
            put('fab/files/nginx/sites/%s' % site, 'sites-available/%s' % site, use_sudo=True)
        upload_template('fab/templates/admin.site.j2', 'sites-available/admin',
                        context={'admin_port': ADMIN_PORT, 'billing_auth': secret('billing_auth')},
                        use_jinja=True, use_sudo=True, backup=False)
        sudo('rm -f sites-enabled/default')
        for site in SITES:
            sudo('ln -sf ../sites-available/%s sites-enabled/%s' % (site, site))
        sed('nginx.conf', 'worker_connections 768;', 'worker_connections 4096;', use_sudo=True, backup='')
        uncomment('nginx.conf', 'server_tokens off;', use_sudo=True, backup='')
        sed('nginx.conf', '^worker_processes auto;', 'worker_processes 2;', use_sudo=True, backup='')
        with hide('stdout'):
            run('test -f tls/chat.key || echo "no key, ask Anna"')
        sudo('chown root:www-data htpasswd-admin && chmod 640 htpasswd-admin')
    sudo('nginx -t && service nginx reload')


@task
@roles('web')
def certificate():
    with cd('/etc/nginx/tls'):
        sudo('openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=%(domain)s -keyout chat.key -out chat.crt' % env)
        sudo('chmod 600 chat.key')


@task
def pages():
    sudo('mkdir -p /var/www/static/img /var/www/maintenance /var/www/admin')
    rsync_project('/var/www/static/', 'fab/files/www/static/', delete=False)
    put('fab/files/www/maintenance.html', '/var/www/maintenance/maintenance.html', use_sudo=True)
    append('/var/www/static/robots.txt', 'User-agent: *', use_sudo=True)


@task
def redis():
    conf = '/etc/redis/redis.conf'
    sed(conf, '^# maxmemory <bytes>', 'maxmemory 64mb', use_sudo=True)
    sed(conf, '^# requirepass foobared', 'requirepass ' + secret('redis_password'), use_sudo=True)
    comment(conf, '^save 900 1', use_sudo=True)
    sudo('/etc/init.d/redis-server restart')


@task
@roles('staging')
def staging_only():
    # does not belong on production
    append('/etc/hosts', ['127.0.0.1 mail.example.test', '127.0.0.1 db.example.test'], use_sudo=True)
    sudo('apt-get install -y mailcatcher')


@task
def varnish():
    """not used anymore?? mk 2016"""
    sudo('apt-get -y install varnish')
    sed('/etc/default/varnish', 'START=no', 'START=yes', use_sudo=True)


@task
def setup():
    for step in (php, pools, certificate, nginx, pages, redis):
        execute(step)
    print green('done, now deploy')
    if not exists('/var/www/chat/current'):
        abort('deploy first: cap production deploy')
