//! Every construct that an import is to understand, one small case each, and what becomes of it. What none of them says
//! is no statement of the docs' conversion table; what becomes of nothing fails here.

use exchange::import::files::{File, Files};
use exchange::import::statement::{Confidence, Says, Statement};
use std::fmt::Write;

/// Commands, one case a paragraph: a line, or several where a command needs them.
const COMMANDS: &str = include_str!("constructs/commands.sh");

fn shown(statement: &Statement, out: &mut String) {
    let sure = match statement.confidence {
        Confidence::Exact => "",
        Confidence::Folded => " (folded)",
        Confidence::Guessed => " (guessed)",
    };
    let mut about = String::new();
    if let Some(who) = &statement.who {
        write!(about, " by {who}").expect("a text");
    }
    if let Some(when) = &statement.when {
        write!(about, " at {when}").expect("a text");
    }
    if let Some(scope) = &statement.scope {
        write!(about, " [{scope}]").expect("a text");
    }
    let line = statement.place.line;
    match &statement.says {
        Says::Effects(effects) => {
            for effect in effects {
                writeln!(out, "  {line}: {effect}{sure}{about}").expect("a text");
            }
        }
        Says::Nothing => writeln!(out, "  {line}: nothing lasts{about}").expect("a text"),
        Says::Unresolved(why) => writeln!(out, "  {line}: unresolved: {why}{about}").expect("a text"),
        Says::NotUnderstood(why) => writeln!(out, "  {line}: not understood: {why}{about}").expect("a text"),
        Says::Prose => writeln!(out, "  {line}: prose: {}{about}", statement.said).expect("a text"),
    }
}

/// What a source says, the first of several files; the others are what it pushes or includes.
fn read(files: &[(&str, &str)]) -> String {
    let mut all = Files::new(files.iter().map(|(path, text)| File::new(*path, true, text.as_bytes())));
    let out = exchange::import::read(&mut all);
    let mut shown_all = String::new();
    for (_, statement) in out.statements() {
        shown(statement, &mut shown_all);
    }
    for problem in out.problems() {
        writeln!(shown_all, "  ! {}: {}", problem.place, problem.what).expect("a text");
    }
    shown_all
}

#[test]
fn every_command_says_something() {
    let (mut all, mut wrong) = (String::new(), String::new());
    for case in COMMANDS.split("\n\n").map(str::trim_end).filter(|c| !c.is_empty() && !c.starts_with("#!")) {
        let said = read(&[("setup.sh", case)]);
        if said.trim().is_empty() || said.contains("not understood") {
            writeln!(wrong, "{case}\n{said}").expect("a text");
        }
        writeln!(all, "{case}\n{said}").expect("a text");
    }
    insta::assert_snapshot!(all);
    assert!(wrong.is_empty(), "{wrong}");
}

/// One source: what it is to show, its files (the first is the one that says it), and what becomes of it.
struct Case {
    about: &'static str,
    files: &'static [(&'static str, &'static str)],
}

const fn case(about: &'static str, files: &'static [(&'static str, &'static str)]) -> Case {
    Case { about, files }
}

fn all(cases: &[Case]) -> String {
    let (mut all, mut wrong) = (String::new(), String::new());
    for Case { about, files } in cases {
        let said = read(files);
        if said.trim().is_empty() || said.contains("not understood") || said.contains("  ! ") {
            writeln!(wrong, "{about}\n{said}").expect("a text");
        }
        let (path, text) = files[0];
        let numbered: String = (1..).zip(text.lines()).map(|(n, line)| format!("{n:>3} | {line}\n")).collect();
        writeln!(all, "# {about} ({path})\n{numbered}{said}").expect("a text");
    }
    if !wrong.is_empty() {
        writeln!(all, "WRONG\n{wrong}").expect("a text");
    }
    all
}

const SOURCES: &[Case] = &[
    case(
        "a runbook: prompts, blocks, an edit, words only, a block that nobody reads",
        &[(
            "runbook.md",
            "# Web\n\n1. Install it:\n\n```\n$ sudo apt-get install nginx\nReading package lists... Done\n# systemctl enable nginx\n```\n\n\
             2. Edit `/etc/php.ini` and set `memory_limit = 256M`.\n\n3. In /etc/nginx/nginx.conf:\n\n```nginx\nuser www-data;\n```\n\n\
             4. Ask Anna for the key.\n\n    touch /etc/indented\n",
        )],
    ),
    case(
        "a runbook in plain text",
        &[("notes.txt", "HOW TO\n\nroot@web:~# apt-get install git\n$ cd /opt\n$ touch x\nThen tell the others.\n")],
    ),
    case(
        "pasted output of deploy:print_config_variables",
        &[(
            "notes.md",
            "Our settings:\n\n```\nDEBUG :application => \"chat\"\n:deploy_to => \"/srv/chat\"\n:linked_dirs => [\"log\", \"tmp/pids\"]\n:linked_files => [\"config/.env\"]\n```\n",
        )],
    ),
    case(
        "Fabric 1 in Python 2: run, sudo, put, upload_template, append, sed, comment, rsync_project, roles, cd, settings",
        &[
            (
                "fabfile.py",
                "from fabric.api import *\nfrom fabric.contrib.files import *\nfrom fabric.contrib.project import rsync_project\n\
                 env.roledefs = {'web': ['web-01'], 'db': ['db-01']}\nenv.user = 'deploy'\n\n@task\n@roles('web')\ndef web(n=1):\n\
                 \x20   print 'go', n\n    with cd('/srv'), settings(warn_only=True):\n        run('touch a')\n        sudo('touch b', user='www-data')\n\
                 \x20   put('conf/x.conf', '/etc/x.conf', mode=0644, use_sudo=True)\n    upload_template('conf/y.tpl', '/etc/y', {'port': 80}, use_sudo=True)\n\
                 \x20   append('/etc/hosts', ['10.0.0.2 db', '10.0.0.3 c'])\n    sed('/etc/z', 'a', 'b')\n    comment('/etc/z', r'^Debug')\n    uncomment('/etc/z', 'Log')\n\
                 \x20   rsync_project('/srv/site', 'site/')\n    run('touch mine')\n    for p in ('git', 'curl'):\n        sudo('apt-get install -y %s' % p)\n\
                 \x20   if not exists('/etc/w'):\n        run('touch /etc/w')\n\n@task\n@hosts('db-01')\ndef db():\n    with prefix('. /etc/env'):\n        run('touch /etc/db')\n\
                 \x20   local('touch /nowhere')\n    get('/etc/x', 'x')\n    put('../../../etc/shadow', '/etc/shadow')\n",
            ),
            ("conf/x.conf", "x = 1\n"),
            ("conf/y.tpl", "port %(port)s\nname %(name)s\n"),
            ("site/index.php", "<?php\n"),
        ],
    ),
    case(
        "Fabric 2 in Python 3: Connection, c.run, c.sudo, c.put, c.cd, patchwork, f-strings",
        &[
            (
                "fabfile.py",
                "from fabric import task, Connection\nfrom io import StringIO\nAPP = 'shop'\n\n@task(hosts=['web-01'])\ndef deploy(c, branch='main'):\n\
                 \x20   with c.cd('/srv/shop'):\n        c.run('git checkout main')\n        c.run(f'touch {APP}.txt')\n    c.sudo('systemctl enable --now shop')\n\
                 \x20   c.put('shop.service', '/etc/systemd/system/shop.service')\n    c.put(StringIO('a = 1\\n'), '/etc/shop.conf')\n    c.sudo('touch /x', user='shop')\n\
                 \x20   c.local('touch /nowhere')\n\n@task\ndef other(c):\n    conn = Connection('web-02')\n    conn.run('touch /there')\n",
            ),
            ("shop.service", "[Unit]\n"),
        ],
    ),
    case(
        "Capistrano 3: stages, settings, linked, execute, upload!, test, within, as, with, a lambda",
        &[
            (
                "config/deploy.rb",
                "lock '~> 3.17'\nset :application, 'chat'\nset :repo_url, 'git@x.example:chat.git'\nset :deploy_to, -> { \"/srv/#{fetch(:application)}\" }\n\
                 set :linked_files, fetch(:linked_files, []).push('config/.env')\nset :linked_dirs, fetch(:linked_dirs, []).push('log', 'tmp/pids')\n\
                 append :linked_dirs, 'uploads'\nset(:ruby, `cat .ruby-version`.strip)\nset :keep_releases, 5\n\nnamespace :deploy do\n  desc 'x'\n  task :restart do\n\
                 \x20   on roles(:app), in: :sequence, wait: 5 do\n      execute :touch, release_path.join('tmp/restart.txt')\n      execute :sudo, :systemctl, 'enable', 'chat'\n\
                 \x20     within shared_path do\n        execute :mkdir, '-p', 'sockets'\n      end\n      as :www do\n        with rails_env: :production do\n          execute \"touch #{shared_path}/x\"\n\
                 \x20       end\n      end\n    end\n  end\n\n  task :upload do\n    on roles(:app) do |host|\n      if test \"[ ! -d #{shared_path}/config ]\"\n        execute \"mkdir -p #{shared_path}/config\"\n      end\n\
                 \x20     unless test(\"[ -f /etc/chat.env ]\")\n        upload! 'config/chat.env', '/etc/chat.env'\n      end\n      upload! StringIO.new('a'), '/etc/chat.a'\n    end\n  end\n\
                 \x20 %w[start stop].each do |verb|\n    task verb do\n      on roles(:app) do\n        execute :sudo, \"service chat #{verb}\"\n      end\n    end\n  end\n\
                 \x20 after :publishing, :restart\n  after :finishing, :clean do\n    on roles(:web) do\n      execute :rm, '-f', '/tmp/chat.lock'\n    end\n  end\n  before :starting, 'deploy:upload'\nend\n",
            ),
            (
                "config/deploy/production.rb",
                "server 'web-01', user: 'deploy', roles: %w{app web}\nset :branch, 'main'\n",
            ),
            ("config/deploy/staging.rb", "role :app, %w{stage-01}\nset :deploy_to, '/srv/staging'\n"),
            ("config/chat.env", "A=1\n"),
        ],
    ),
    case(
        "Capistrano 2: run, sudo, put, try_sudo, roles, callbacks",
        &[(
            "config/deploy.rb",
            "set :application, 'shop'\nset :repository, 'svn://x.example/shop'\nset :deploy_to, \"/var/www/#{application}\"\nset :use_sudo, false\nset(:user) { 'deploy' }\n\
             role :web, 'web-01', 'web-02'\nserver 'db-01', :db, :primary => true\nset :shared_children, %w(log pids)\n\nnamespace :deploy do\n  task :restart, :roles => :web, :except => { :no_release => true } do\n\
             \x20   run \"#{try_sudo} touch #{File.join(current_path, 'tmp', 'restart.txt')}\"\n    sudo 'apachectl graceful'\n    put \"a: b\\n\", \"#{shared_path}/x.yml\", :mode => 0600\n\
             \x20   run \"ln -nfs #{shared_path}/x.yml #{release_path}/config/x.yml\"\n  end\nend\nafter 'deploy:update_code', 'deploy:restart'\n",
        )],
    ),
    case(
        "an Ansible role with defaults, a template and a handler",
        &[
            (
                "roles/web/tasks/main.yml",
                "- name: packages\n  apt: name={{ item }} state=present\n  with_items: [nginx, git]\n- ansible.builtin.template:\n    src: site.j2\n    dest: /etc/nginx/site.conf\n    mode: '0640'\n  notify: reload\n\
                 - lineinfile: dest=/etc/hosts line='10.0.0.2 db'\n- user:\n    name: deploy\n    groups: [web, adm]\n    append: true\n- apt_repository: repo='deb http://x.example/{{ dist }} stable main'\n\
                 - iptables: {chain: INPUT, protocol: tcp, destination_port: '80', jump: ACCEPT}\n- pam_limits: domain=www-data limit_type=soft limit_item=nofile value=4096\n\
                 - file: path=/srv/{{ item['name'] }} state=directory owner={{ item.owner | default('root') }}\n  loop:\n    - {name: a}\n    - {name: b, owner: deploy}\n\
                 - modprobe: name=ip_vs\n- shell: touch /etc/when\n  when: ansible_os_family == 'Debian'\n- cron: name=x minute=5 job=/x user=deploy\n",
            ),
            ("roles/web/defaults/main.yml", "port: 8080\n"),
            ("roles/web/templates/site.j2", "listen {{ port }};\nserver_name {{ ansible_fqdn }};\n"),
        ],
    ),
    case(
        "a Dockerfile",
        &[
            (
                "Dockerfile",
                "FROM debian:12 AS build\nARG V=1.2\nENV A=1 B=2\nWORKDIR /srv\nRUN apt-get update && \\\n    apt-get install -y nginx=$V\nCOPY x.conf /etc/\nADD --chown=web:web x.conf y/\n\
                 USER deploy\nRUN [\"touch\", \"/etc/exec\"]\nEXPOSE 80\nCMD [\"nginx\"]\n",
            ),
            ("x.conf", "x\n"),
        ],
    ),
    case(
        "cloud-init user data with many modules",
        &[(
            "user-data",
            "#cloud-config\nhostname: web-03\nsystem_info: {default_user: {name: debian}}\nssh_authorized_keys: [ssh-ed25519 AAAA me]\n\
             users: [default, {name: anna, groups: 'adm, sudo', sudo: 'ALL=(ALL) ALL', shell: /bin/bash}]\npackages: [git, [nginx, 1.2]]\n\
             write_files:\n- {path: /etc/a, content: \"x\\n\", permissions: '0600', owner: 'root:adm'}\n- {path: /etc/b, content: y, append: true}\n\
             runcmd:\n- [touch, /etc/c]\n- 'echo d > /etc/d'\n- cloud-init-per once x touch /etc/e\ntimezone: Europe/Berlin\nlocale: de_DE.UTF-8\n\
             mounts: [[/dev/sdb1, /srv, ext4]]\nswap: {filename: /swapfile, size: 1G}\nntp: {ntp_client: chrony, servers: [a.example]}\n\
             apt:\n  conf: |\n    APT::Install-Recommends \"0\";\n  sources:\n    x.list: {source: 'deb http://x.example/ stable main'}\n    p: {source: 'ppa:a/b'}\n\
             ca_certs: {trusted: [xx]}\nrsyslog: {configs: [{filename: 10-x.conf, content: '*.* @log'}]}\nchpasswd: {list: 'anna:geheim'}\nfinal_message: x\n",
        )],
    ),
    case(
        "cloud-init user data of several parts",
        &[(
            "user-data.txt",
            "Content-Type: multipart/mixed; boundary=\"==1\"\nMIME-Version: 1.0\n\n--==1\nContent-Type: text/cloud-config\n\n#cloud-config\npackages: [git]\n\n--==1\nContent-Type: text/x-shellscript\n\n#!/bin/sh\ntouch /etc/x\n--==1--\n",
        )],
    ),
    case(
        "a ServerSpec spec: loops, its, should, expect, shared examples",
        &[(
            "spec/web/a_spec.rb",
            "require 'spec_helper'\n%w{nginx git}.each do |name|\n  describe package(name) do\n    it { should be_installed.with_version('1.2') }\n  end\nend\n\
             describe service('nginx') do\n  it { is_expected.to be_enabled }\n  it { should_not be_running }\nend\ndescribe file('/etc/x') do\n  it { should be_file }\n  it { should be_mode 644 }\n  it { should be_owned_by 'root' }\n\
             \x20 its(:content) { should match /^a/ }\nend\ndescribe port(80) do\n  it { should be_listening.with('tcp') }\nend\ndescribe command('uname -r') do\n  its(:exit_status) { should eq 0 }\n  its(:stdout) { should match /x/ }\nend\n\
             describe user('anna') do\n  it { should exist }\n  it { should belong_to_group 'adm' }\nend\ndescribe cron do\n  it { should have_entry('* * * * * /x').with_user('root') }\nend\n\
             describe file('/srv') do\n  it { should be_mounted.with(type: 'ext4') }\nend\ndescribe host('db-01') do\n  it { should be_reachable.with(port: 5432) }\nend\n",
        )],
    ),
    case("a gossfile", &[("goss.yaml", "package:\n  nginx: {installed: true}\nport:\n  tcp:80: {listening: true}\n")]),
    case(
        "an Infrataster spec",
        &[(
            "spec/chat_spec.rb",
            "require 'infrataster/rspec'\nInfrataster::Server.define(:web, '10.0.0.1')\ndescribe server(:web) do\n  describe http('http://web/x', method: :post, params: {'a' => 'b'}) do\n    it 'answers' do\n      expect(response.status).to eq(200)\n    end\n  end\nend\n",
        )],
    ),
];

#[test]
fn every_source_says_something() {
    let said = all(SOURCES);
    insta::assert_snapshot!(said);
    assert!(!said.contains("WRONG"), "{said}");
}

const TRACES: &[Case] = &[
    case(
        "apt's history",
        &[(
            "web:/var/log/apt/history.log",
            "Start-Date: 2017-03-01  10:00:00\nCommandline: apt-get install -y git\nRequested-By: anna (1001)\nInstall: git:amd64 (1:2), liberror-perl:amd64 (0.17, automatic)\nEnd-Date: 2017-03-01  10:00:05\n",
        )],
    ),
    case(
        "dpkg's log",
        &[(
            "web:/var/log/dpkg.log.1",
            "2017-03-01 10:00:00 install git:amd64 <none> 1:2\n2017-03-02 10:00:00 remove telnet:amd64 1 <none>\n",
        )],
    ),
    case(
        "yum's log",
        &[(
            "web:/var/log/yum.log",
            "Mar 01 10:00:00 Installed: 1:httpd-2.4.6-45.el7.x86_64\nMar 02 10:00:00 Erased: telnet\n",
        )],
    ),
    case(
        "yum's transactions",
        &[(
            "web:/var/lib/yum/history/history-2014-03-01.sqlite",
            "1393668000\tanna\tyum -y install httpd-2.4.6\tinstalled: httpd\tbrought: apr\n1393671600\t-\tyum install telnet\tfailed\tinstalled: telnet\n\n1425204000\tanna\tyum erase lynx\tremoved: lynx\n",
        )],
    ),
    case(
        "dnf's transactions",
        &[(
            "web:/var/lib/dnf/history.sqlite",
            "1795662066\t-\tdnf -y install @web\tinstalled: chat-web\tbrought: chat-lib\n1795662071\t-\t\n",
        )],
    ),
    case(
        "a history of bash with times",
        &[(
            "web:/home/anna/.bash_history",
            "#1489622400\nsudo vim /etc/hosts\n#1489622460\ncat > x <<E\na\nE\ncd /etc\nls\nsudo -i\ntouch y\nexit\n",
        )],
    ),
    case("a history of zsh", &[("web:/root/.zsh_history", ": 1489622400:0;touch /etc/x\n")]),
    case(
        "what sudo ran",
        &[(
            "web:/var/log/auth.log",
            "Mar  1 10:00:00 web sudo:     anna : TTY=pts/0 ; PWD=/etc ; USER=root ; COMMAND=/usr/bin/tee x\n2017-03-01T10:00:00+01:00 web sudo: bob : TTY=pts/0 ; PWD=/ ; USER=www ; COMMAND=/usr/bin/touch /tmp/y\n",
        )],
    ),
    case(
        "etckeeper's log",
        &[(
            "web:/etc/.git",
            "commit 1\nAuthor: anna\nDate: 2017-01-01T10:00:00+01:00\nSubject: saving uncommitted changes\n\nM\tnginx/nginx.conf\nA\tx\nD\ty\nR100\ta\tb\n",
        )],
    ),
    case(
        "a checkout's reflog",
        &[(
            "web:/opt/x/.git/logs/HEAD",
            "0000000000000000000000000000000000000000 1111111111111111111111111111111111111111 Anna B <a@x.example> 1488362400 +0000\tclone: from https://x.example/y.git\n",
        )],
    ),
    case(
        "copies beside files",
        &[(
            "web:/etc/*~",
            "1488362400 /etc/a.rpmnew\n1488362400 /etc/b.bak\n1488362400 /etc/c~\n1488362400 /etc/d.dpkg-old\n1488362400 /etc/e.rpmsave\n",
        )],
    ),
    case(
        "cloud-init's log",
        &[(
            "web:/var/log/cloud-init.log",
            "2023-01-01 10:00:00,123 - util.py[DEBUG]: Writing to /etc/hostname - wb: [644] 7 bytes\n2023-01-01 10:00:01,000 - subp.py[DEBUG]: Running command ['useradd', 'anna', '-m', '-s', '/bin/bash'] with allowed return codes [0] (shell=False, capture=True)\n\
             2023-01-01 10:00:02,000 - util.py[DEBUG]: Writing to /var/lib/cloud/data/x - wb: [644] 7 bytes\n2023-01-01 10:00:03,000 - stages.py[INFO]: other\n",
        )],
    ),
];

#[test]
fn every_trace_says_something() {
    let said = all(TRACES);
    insta::assert_snapshot!(said);
    assert!(!said.contains("WRONG"), "{said}");
}
