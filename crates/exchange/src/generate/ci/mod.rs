//! A CI service's files: they run the commands that a person runs, on every change of the spec or the code.
//!
//! Nothing here depends on kinds. What is to be said stands in text files beside this one, as it is handed out; the
//! role's name and the image are the only things put in, each as one quoted scalar.

use std::collections::BTreeMap;

/// A CI service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Its name on the command line.
    pub name: &'static str,
    /// Files of its own: path and text.
    files: &'static [(&'static str, &'static str)],
}

/// Every service that files are made for, one a line.
#[rustfmt::skip]
pub static SERVICES: &[Service] = &[
    Service { name: "github", files: &[(".github/workflows/rebuild.yml", include_str!("github.yml")), ("ci/comment-github", include_str!("comment-github.sh"))] },
    Service { name: "gitlab", files: &[(".gitlab-ci.yml", include_str!("gitlab.yml")), ("ci/comment-gitlab", include_str!("comment-gitlab.sh"))] },
];

/// What every service calls.
const COMMON: &[(&str, &str)] = &[
    ("ci/setup", include_str!("setup.sh")),
    ("ci/rebuild", include_str!("rebuild.sh")),
    ("ci/Containerfile", include_str!("Containerfile")),
];

/// The service of a name.
pub fn named(name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|s| s.name == name)
}

/// The files of a service, by path.
pub fn files(service: &Service, role: &str, image: &str) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let is_tame = |c: char| c.is_ascii_alphanumeric() || "./:_@-".contains(c);
    if image.is_empty() || !image.chars().all(is_tame) {
        return Err(format!("`{image}` is no name of an image"));
    }
    // Of JSON every text is one of YAML; in a workflow `${{` would begin an expression.
    let role = serde_json::Value::from(role).to_string();
    if role.contains("${{") {
        return Err(format!("{role} cannot stand in a workflow; rename the role"));
    }
    let put = |text: &str| text.replace("@ROLE@", &role).replace("@IMAGE@", image).into_bytes();
    let all = COMMON.iter().chain(service.files);
    Ok(all.map(|(path, text)| ((*path).to_owned(), put(text))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn yaml(bytes: &[u8]) -> Value {
        serde_saphyr::from_str(std::str::from_utf8(bytes).unwrap()).unwrap()
    }

    #[test]
    fn a_role_is_one_scalar_whatever_it_is_called() {
        for role in ["web", "a: b\n- c", "\"; rm -rf /", "#", "é"] {
            for service in SERVICES {
                let files = files(service, role, "debian:bookworm").unwrap();
                let path = service.files[0].0;
                let read = yaml(&files[path]);
                let of_github = read["jobs"]["rebuild"]["env"]["ROLE"].as_str();
                assert_eq!(of_github.or(read["variables"]["ROLE"].as_str()), Some(role), "{path}");
                assert!(files.values().all(|f| !String::from_utf8_lossy(f).contains("@ROLE@")));
            }
        }
        assert!(files(&SERVICES[0], "${{ x }}", "debian").is_err());
        assert!(files(&SERVICES[0], "web", "debian\nRUN x").is_err());
    }

    #[test]
    fn the_scripts_that_are_called_are_there() {
        for service in SERVICES {
            let files = files(service, "web", "debian").unwrap();
            let text = String::from_utf8(files[service.files[0].0].clone()).unwrap();
            let called: Vec<&str> = text.split("sh ci/").skip(1).filter_map(|t| t.split([' ', '\n']).next()).collect();
            assert!(called.len() >= 3, "{called:?}");
            for script in called {
                assert!(files.contains_key(&format!("ci/{script}")), "ci/{script}");
            }
        }
    }
}
