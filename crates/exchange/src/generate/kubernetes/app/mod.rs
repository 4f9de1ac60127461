//! The system as it is to run on Kubernetes: containers, jobs, volumes and what is set around them. Every output is
//! written from this and from nothing else, so that Kustomize, Helm and the images cannot disagree.

pub(crate) mod component;
pub(crate) mod cron;
pub(crate) mod datadog;
pub(crate) mod files;
mod fpm;
mod hidden;
pub(crate) mod item;
mod jobs;
pub(crate) mod logs;
pub(crate) mod machine_made;
pub(crate) mod mail;
pub(crate) mod names;
pub(crate) mod newrelic;
pub(crate) mod places;
pub(crate) mod surroundings;
pub(crate) mod syslog;
pub(crate) mod unit;
mod web;

use super::fate::Fates;
use crate::generate::Want;
use crate::rules::tenancy::Tenancy;
use crate::rules::{Host, tenancy};
use component::{Component, Of, PodOf, User};
use std::collections::{BTreeMap, BTreeSet};

/// A job that runs at times.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// Its name in the cluster.
    pub(crate) name: String,
    /// The entry it comes from, `cron[..]` or `timer[..]`.
    pub(crate) subject: String,
    /// When, as cron writes it; none where Kubernetes has no such time.
    pub(crate) schedule: Option<String>,
    /// What a person has to know about it.
    pub(crate) notes: Vec<String>,
    pub(crate) command: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) user: User,
    pub(crate) is_suspended: bool,
}

/// A volume that outlives pods.
#[derive(Debug, Clone)]
pub(crate) struct Volume {
    /// The directory on the host that it takes the place of.
    pub(crate) path: String,
    /// What it is for.
    pub(crate) about: &'static str,
    /// The group that it is given to, where what the host has there is closed to those who are no longer root.
    pub(crate) group: Option<u64>,
}

impl Volume {
    pub(crate) fn new(path: impl Into<String>, about: &'static str) -> Self {
        Self { path: path.into(), about, group: None }
    }
}

/// The system.
#[derive(Debug)]
pub(crate) struct App<'w> {
    pub(crate) want: Want<'w>,
    pub(crate) fates: &'w Fates,
    /// Its name, a DNS label.
    pub(crate) name: String,
    pub(crate) components: Vec<Component>,
    /// Pods of services that people put elsewhere, by name.
    pub(crate) own: BTreeMap<String, places::Own>,
    /// Services that run outside of the cluster, by the name of the Service that leads there.
    pub(crate) outside: BTreeMap<String, places::Outside>,
    /// The collector of logs, once on every node.
    pub(crate) collector: Option<logs::Collector>,
    /// The agent of Datadog, once on every node.
    pub(crate) datadog: Option<datadog::Datadog>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) volumes: BTreeMap<String, Volume>,
    /// tmpfs of the host: path and size.
    pub(crate) memory_disks: BTreeMap<String, Option<String>>,
    pub(crate) sysctls: BTreeMap<String, String>,
    pub(crate) aliases: BTreeMap<String, Vec<String>>,
    pub(crate) search: Vec<String>,
    pub(crate) dns_options: Vec<String>,
    pub(crate) timezone: Option<String>,
    /// Lists of repositories that are not the distribution's own, and their keys, by path.
    pub(crate) repositories: BTreeMap<String, Vec<u8>>,
    pub(crate) locales: BTreeSet<String>,
    /// Certificate and key of servers, by path.
    pub(crate) tls: Vec<(String, String)>,
    /// Names that are asked for from outside, with the port and whether it is TLS.
    pub(crate) hosts: Vec<(String, u16, bool)>,
    pub(crate) service_ports: Vec<u16>,
    /// What a person has to give: a path, and whether it is a tree.
    pub(crate) payload: BTreeMap<String, bool>,
    /// What to tell a person.
    pub(crate) todo: Vec<String>,
    /// The longest that a request may take, in seconds.
    pub(crate) longest: u64,
}

impl<'w> App<'w> {
    pub(crate) fn of(want: Want<'w>, fates: &'w Fates) -> Self {
        let mut app = Self {
            want,
            fates,
            name: names::label(want.role, 30),
            components: Vec::new(),
            own: BTreeMap::new(),
            outside: BTreeMap::new(),
            collector: None,
            datadog: None,
            jobs: Vec::new(),
            volumes: BTreeMap::new(),
            memory_disks: BTreeMap::new(),
            sysctls: BTreeMap::new(),
            aliases: BTreeMap::new(),
            search: Vec::new(),
            dns_options: Vec::new(),
            timezone: None,
            repositories: BTreeMap::new(),
            locales: BTreeSet::new(),
            tls: Vec::new(),
            hosts: Vec::new(),
            service_ports: Vec::new(),
            payload: BTreeMap::new(),
            todo: Vec::new(),
            longest: 0,
        };
        app.longest = u64::from(tenancy::longest_request(&app.host())).clamp(10, 3600);
        surroundings::look(&mut app);
        web::add(&mut app);
        fpm::add(&mut app);
        unit::add(&mut app);
        jobs::add(&mut app);
        mail::add(&mut app);
        newrelic::add(&mut app);
        places::ways(&mut app);
        syslog::add(&mut app);
        files::place(&mut app);
        logs::add(&mut app);
        datadog::add(&mut app);
        app.share_sockets();
        for component in app.components.iter_mut().filter(|c| c.needs_init()) {
            component.packages.insert("tini".to_owned());
        }
        app
    }

    /// nginx needs the directories that the sockets of pools are in.
    fn share_sockets(&mut self) {
        let pools = self.components.iter().filter(|c| matches!(c.of, Of::Pool(_)));
        let sockets: BTreeMap<String, String> = pools.flat_map(|c| c.shared.clone()).collect();
        for nginx in self.components.iter_mut().filter(|c| c.of == Of::Nginx) {
            nginx.shared.extend(sockets.clone());
        }
    }

    /// The components of a kind of pod.
    pub(crate) fn in_pod(&self, pod: &PodOf) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(move |c| c.pod == *pod)
    }

    /// The kinds of pods that run all the time, those first that others ask something of.
    pub(crate) fn pods(&self) -> Vec<PodOf> {
        let own = self.own.keys().map(|name| PodOf::Own(name.clone()));
        let all = own.chain([PodOf::Mail, PodOf::Web]);
        all.filter(|pod| self.in_pod(pod).next().is_some()).collect()
    }

    /// Where a person put the service of a pod of its own.
    pub(crate) fn tenancy_of(&self, pod: &PodOf) -> Option<Tenancy> {
        match pod {
            PodOf::Own(name) => self.own.get(name).map(|own| own.tenancy),
            PodOf::Web | PodOf::Mail | PodOf::Job => None,
        }
    }

    /// The files in which containers stand, as a text.
    pub(crate) fn files_of(&self, containers: &[String]) -> String {
        let of = |c: &Component| containers.contains(&c.name).then(|| self.file_of(&c.pod));
        let files: BTreeSet<String> = self.components.iter().filter_map(of).collect();
        files.into_iter().map(|file| format!("kube/base/{file}")).collect::<Vec<_>>().join(", ")
    }

    /// The file in which a pod stands.
    pub(crate) fn file_of(&self, pod: &PodOf) -> String {
        match pod {
            PodOf::Web => "web.yaml".to_owned(),
            PodOf::Mail => "mail.yaml".to_owned(),
            PodOf::Job => "cronjobs.yaml".to_owned(),
            PodOf::Own(name) => format!("pod-{name}.yaml"),
        }
    }

    /// The host as rules see it.
    pub(crate) fn host(&self) -> Host<'w> {
        Host::new(self.want.spec, self.want.contents, 1)
    }

    /// The names of the host's containers for which something holds.
    pub(crate) fn where_(&self, is: impl Fn(&Component) -> bool) -> Vec<String> {
        self.components.iter().filter(|c| c.of != Of::Way && is(c)).map(|c| c.name.clone()).collect()
    }

    /// The images, each by the first container that uses it.
    pub(crate) fn images(&self) -> Vec<&Component> {
        let mut seen = BTreeSet::new();
        self.components.iter().filter(|c| seen.insert(c.image.as_str())).collect()
    }

    /// A user of the host by name.
    pub(crate) fn user(&self, name: &str) -> Option<User> {
        let item = item::one(&self.want, "user", name)?;
        Some(User { name: name.to_owned(), uid: item.number("uid")?, gid: item.number("gid")? })
    }

    /// The number of a group of the host.
    pub(crate) fn gid(&self, name: &str) -> Option<u64> {
        item::one(&self.want, "group", name)?.number("gid")
    }

    /// Whether something is carried over, as far as a person or a rule said anything.
    pub(crate) fn is_carried(&self, kind: &str, name: &str) -> bool {
        let id = model::id::ResourceId::new(kind, name);
        self.fates.decided.get(&id).is_none_or(|f| f.fate.holds() || f.fate == model::decision::Fate::Replace)
    }

    /// The user that the web's programs run as: that of the largest pool, or nginx's.
    pub(crate) fn web_user(&self) -> Option<User> {
        let pool = self.components.iter().filter(|c| matches!(c.of, Of::Pool(_))).max_by_key(|c| c.memory);
        pool.or_else(|| self.components.first()).and_then(|c| c.user.clone())
    }
}
