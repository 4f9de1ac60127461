//! What `repot generate kubernetes` wrote down for machines: `account.json`.

use crate::error::CommandError;
use crate::files;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The file's name.
const NAME: &str = "account.json";

/// What a key of a Secret holds.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A file of the host.
    File(String),
    /// A text with fingerprints in it, and the file of the host that it was seen in.
    Value { text: String, seen_in: Option<String> },
}

/// A volume.
#[derive(Debug, Clone)]
pub(super) struct Volume {
    pub(super) path: String,
    /// Whether it begins with what the host has there.
    pub(super) is_copied: bool,
    /// The group that it is given to after that.
    pub(super) group: Option<u64>,
}

/// A pod that runs all the time.
#[derive(Debug, Clone)]
pub(super) struct Pod {
    /// Its file in the base.
    pub(super) file: String,
    /// The name under which others ask it.
    pub(super) service: Option<String>,
}

/// What the try-out needs of it.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) images: Vec<String>,
    /// Those first that others ask something of.
    pub(super) pods: Vec<Pod>,
    pub(super) volumes: BTreeMap<String, Volume>,
    /// Paths, and whether each is a tree.
    pub(super) payload: BTreeMap<String, bool>,
    pub(super) secrets: BTreeMap<String, BTreeMap<String, Source>>,
}

impl Account {
    /// The name of a pod of the try-out.
    pub(super) fn pod_name(&self, pod: &Pod) -> String {
        let stem = pod.file.trim_end_matches(".yaml");
        format!("{}-{}", self.name, stem.strip_prefix("pod-").unwrap_or(stem))
    }

    /// Reads it.
    pub(super) fn read(code: &Path) -> Result<Self, CommandError> {
        let path = code.join(NAME);
        let wrong = || {
            CommandError::usage(format!("{} is not there, or not what this repot writes", path.display()))
                .hint("`repot generate kubernetes` writes it")
        };
        let text = files::read(&path)?.ok_or_else(wrong)?;
        let value: Value = serde_json::from_str(&text).map_err(|e| CommandError::file(&path, &e))?;
        if value["repot"] != "account" || value["version"] != 1 {
            return Err(wrong());
        }
        let text = |v: &Value| v.as_str().map(str::to_owned);
        let map = |name: &str| value[name].as_object().cloned().unwrap_or_default();
        let source = |v: &Value| match v["file"].as_str() {
            Some(path) => Source::File(path.to_owned()),
            None => Source::Value { text: text(&v["text"]).unwrap_or_default(), seen_in: text(&v["seen-in"]) },
        };
        Ok(Self {
            name: text(&value["name"]).ok_or_else(wrong)?,
            images: value["images"].as_array().into_iter().flatten().filter_map(text).collect(),
            pods: value["pods"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|pod| Some(Pod { file: text(&pod["file"])?, service: text(&pod["service"]) }))
                .filter(|pod| pod.file.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')))
                .collect(),
            volumes: map("volumes")
                .into_iter()
                .filter_map(|(name, v)| {
                    let (path, group) = (text(&v["path"])?, v["group"].as_u64());
                    Some((name, Volume { path, is_copied: v["copied"] == true, group }))
                })
                .collect(),
            payload: map("payload").into_iter().map(|(path, tree)| (path, tree == true)).collect(),
            secrets: map("secrets")
                .into_iter()
                .map(|(name, keys)| {
                    (name, keys.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), source(v))).collect())
                })
                .collect(),
        })
    }
}
