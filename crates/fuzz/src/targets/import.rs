//! Sources of imports: whatever stands in them, reading ends, every statement has a place in its file, and what is
//! recorded comes back as it was.

use crate::Target;
use exchange::import::files::{File, Files};
use exchange::import::record::{Record, Recorded};
use exchange::import::statement::Statement;

/// The names that choose a reader.
const NAMES: &[&str] = &[
    "setup.sh",
    "runbook.md",
    "notes.txt",
    "web:/root/.bash_history",
    "web:/var/log/apt/history.log",
    "web:/var/log/dpkg.log",
    "web:/var/log/yum.log",
    "web:/var/log/auth.log",
    "web:/opt/x/.git/logs/HEAD",
    "web:/etc/.git",
    "web:/etc/*~",
    "fabfile.py",
    "config/deploy.rb",
    "a_spec.rb",
    "Dockerfile",
    "roles/a/tasks/main.yml",
    "user-data",
    "chat_spec.rb",
    "goss.yaml",
    "web:/var/log/cloud-init.log",
    "web:/var/lib/dnf/history.sqlite",
];

const SEEDS: &[&str] = &[
    "X=\"a b\"\nfor i in $X {1..3}; do echo $i >> /etc/$i; done\n[ -f /x ] || cat > /x <<EOF\n$X $(pwd)\nEOF\n",
    "f() { sed -i 's/^a\\(b*\\).*/\\1c/' \"$1\"; }\nf /etc/f; sudo -u x bash -c 'cd /srv; touch y'; (crontab -l; echo '* * * * * x') | crontab -\n",
    "# 2014-03\n\nEdit `/etc/x` and set `a = b`.\n\n```sh\n$ apt-get install nginx=1.2*\n# systemctl enable --now x.timer\n```\n- words only\n",
    "#1489622461\ncat > /etc/x <<'E'\na\nE\nvi /etc/hosts\n",
    "Start-Date: 2017-03-01  10:00:00\nCommandline: apt-get install -y git\nRequested-By: anna (1001)\nInstall: git:amd64 (1:2, automatic), x:amd64 (1)\nEnd-Date: 2017-03-01\n",
    "Mar  1 10:00:00 web sudo:   anna : TTY=pts/0 ; PWD=/etc ; USER=root ; COMMAND=/usr/bin/tee x\n",
    "0000 1111 Anna B <a@b> 1488362400 +0000\tclone: from https://x/y.git\n",
    "commit 1\nAuthor: anna\nDate: 2017-01-01\nSubject: x\n\nM\tnginx/nginx.conf\n",
    "1488362400 /etc/x.bak\n",
    "from fabric.api import env, put, sudo\nenv.hosts = ['a']\ndef up():\n    sudo('rm -f /x')\n    put('y', '/z', mode=0644)\n",
    "set :application, 'a'\nset :deploy_to, '/srv/a'\nnamespace :x do\n  task :y do\n    on roles(:web) do\n      execute :rm, '/x'\n    end\n  end\nend\n",
    "%w{a b}.each do |x|\n describe file(\"/#{x}\") do\n  its(:content) { should_not match /a/ }\n end\nend\n",
    "require 'infrataster/rspec'\ndescribe server(:a) do\n describe http('http://a/') do\n  it { expect(response.body).to include('\"{{') }\n end\nend\n",
    "FROM a\nENV A=1\nRUN echo $A > /x\nCOPY a b /c/\n",
    "- copy: src=a dest=/b/{{ c | default('d') }}\n  with_items: [1, 2]\n- shell: rm /a\n  when: x\n",
    "2023-01-01 10:00:00,1 - util.py[DEBUG]: Writing to /etc/x - wb: [644] 7 bytes\n2023-01-01 10:00:00,1 - s[DEBUG]: Running command ['rm', \"/it's\"] with\n",
    "1795662066\tanna\tdnf install @x\tinstalled: a b\tremoved: c\n1\t-\t\tfailed\n",
    "Content-Type: multipart/mixed\n--x\n#cloud-config\npackages: [a]\n--x\n#!/bin/sh\nrm /x\n",
    "#cloud-config\nusers:\n- name: a\nruncmd: [[a, b]]\n",
    "package:\n  a: {installed: true, versions: [{have-prefix: '1'}]}\ngossfile: {goss.yaml: {}}\ncommand:\n  x: {exec: y, exit-status: {gt: 0}}\n",
];

/// Every reader, by the name of its file.
pub(super) fn target() -> Target {
    let run = |input: &[u8]| {
        let Some((first, rest)) = input.split_first() else { return };
        let name = NAMES[usize::from(*first) % NAMES.len()];
        let mut files = Files::new([File::new(name, true, rest)]);
        let out = exchange::import::read(&mut files);
        let read =
            out.statements().iter().map(|(source, s)| Recorded { source: (*source).to_owned(), statement: s.clone() });
        let record = Record { statements: read.collect(), ..Record::default() };
        for Recorded { statement: Statement { place, .. }, .. } in &record.statements {
            assert!(place.file == name && place.line > 0, "{place} is no place of {name}");
        }
        let back = Record::parse(&record.text()).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(back, record, "what was recorded comes back as it was");
    };
    Target::new("import", run, || {
        let seed = |name: usize, text: &&str| [&[u8::try_from(name).unwrap_or_default()][..], text.as_bytes()].concat();
        (0..NAMES.len()).flat_map(|name| SEEDS.iter().map(move |text| seed(name, text))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_reader_is_reached() {
        let mut reached = BTreeSet::new();
        for name in NAMES {
            for seed in SEEDS {
                let mut files = Files::new([File::new(*name, true, seed.as_bytes())]);
                let out = exchange::import::read(&mut files);
                reached.extend(out.statements().iter().map(|(source, _)| *source));
            }
        }
        for source in exchange::import::SOURCES {
            assert!(reached.contains(source.name()), "no seed and name leads to {}", source.name());
        }
    }
}
