//! STA-03: databases, caches and queues on the host.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-03",
    severity: Severity::High,
    summary: "a database, cache or queue runs on the host",
    verdict: Fate::Replace,
    mechanism: "a managed one outside, or a StatefulSet with a PersistentVolumeClaim",
    person: "Decide where it runs (see the tenancy), and how its data gets there.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/"),
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &[
        "mysql*",
        "mariadb*",
        "percona*",
        "postgresql*",
        "mongod",
        "mongodb",
        "redis*",
        "memcached*",
        "cassandra",
        "elasticsearch",
        "opensearch",
        "solr",
        "rabbitmq-server",
        "beanstalkd",
        "couchdb",
        "influxdb",
        "clickhouse-server",
        "zookeeper",
        "kafka",
        "activemq",
        "neo4j",
        "etcd",
        "valkey*",
    ],
    packages: &[
        "mysql-server*",
        "mariadb-server*",
        "percona-server-server*",
        "postgresql",
        "postgresql-??",
        "mongodb-server*",
        "mongodb-org-server",
        "redis",
        "redis-server",
        "memcached",
        "cassandra",
        "elasticsearch",
        "opensearch",
        "rabbitmq-server",
        "beanstalkd",
        "couchdb",
        "influxdb",
        "clickhouse-server",
        "etcd*",
        "valkey*",
    ],
    users: &[
        "mysql",
        "postgres",
        "mongodb",
        "mongod",
        "redis",
        "memcache",
        "cassandra",
        "elasticsearch",
        "rabbitmq",
        "valkey",
    ],
    files: &[
        "/etc/mysql/*",
        "/etc/my.cnf*",
        "/etc/postgresql/*",
        "/etc/mongod.conf",
        "/etc/redis/*",
        "/etc/redis.conf",
        "/etc/memcached.conf",
        "/etc/elasticsearch/*",
        "/etc/rabbitmq/*",
        "/etc/cassandra/*",
        "/etc/valkey/*",
    ],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
