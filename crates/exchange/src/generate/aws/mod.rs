//! What puts a rebuilt host into the place of the old one on AWS: a Packer template that makes an image only if the
//! checks hold, and Terraform that rolls it out only as far as they do, with the way back.
//!
//! Nothing here depends on kinds: what the host is stands in the code that is built. The role's name is the only thing
//! put in, as one quoted scalar.

use std::collections::BTreeMap;

/// Files of one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Files {
    /// The name on the command line, which is the directory's as well.
    pub name: &'static str,
    /// What is done with the directory next, which `DIR` stands for.
    pub next: &'static str,
    files: &'static [(&'static str, &'static str)],
}

/// A Packer template.
pub static IMAGE: Files = Files {
    name: "image",
    next: "`packer init DIR`, then `packer build DIR` with the variables that its head names",
    files: &[("image.pkr.hcl", include_str!("image.pkr.hcl")), ("prove", include_str!("prove.sh"))],
};

/// Terraform of a launch template and an Auto Scaling Group.
pub static ROLLOUT: Files = Files {
    name: "rollout",
    next: "`terraform -chdir=DIR init`, then `terraform -chdir=DIR plan`: what it would change",
    files: &[
        ("versions.tf", include_str!("versions.tf")),
        ("variables.tf", include_str!("variables.tf")),
        ("main.tf", include_str!("main.tf")),
        ("outputs.tf", include_str!("outputs.tf")),
        ("gate", include_str!("gate.sh")),
    ],
};

/// The files for a role, by path.
pub fn files(of: Files, role: &str) -> BTreeMap<String, Vec<u8>> {
    let put = |text: &str| text.replace("@ROLE@", &quoted(role)).into_bytes();
    of.files.iter().map(|(path, text)| ((*path).to_owned(), put(text))).collect()
}

/// A text in quotes, in which nothing is a template.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_one_text_whatever_it_is_called() {
        assert_eq!(quoted("a\"b${x}%{y}\n"), "\"a\\\"b$${x}%%{y}\\n\"");
        for of in [IMAGE, ROLLOUT] {
            let files = files(of, "web");
            assert!(files.values().any(|f| String::from_utf8_lossy(f).contains("\"web\"")));
            assert!(files.values().all(|f| !String::from_utf8_lossy(f).contains("@ROLE@")));
        }
    }
}
