//! What is set outside of the command line: environment variables. Every one that repot reads is in this list.

use std::ffi::OsString;

/// An environment variable that repot reads.
pub(crate) struct Setting {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it means.
    #[cfg_attr(not(test), expect(dead_code, reason = "the reference page is made of it by a test"))]
    pub(crate) meaning: &'static str,
}

/// The project's key.
pub(crate) const KEY: Setting = Setting {
    name: "REPOT_KEY",
    meaning: "the project's key, 64 hexadecimal digits, instead of the file `.repot/key`",
};

/// The agent's binary.
pub(crate) const AGENT: Setting = Setting {
    name: "REPOT_AGENT",
    meaning: "the agent to send to targets, as `--agent`; by default the one beside `repot`",
};

/// The hurl that runs the tests over HTTP.
pub(crate) const HURL: Setting =
    Setting { name: "REPOT_HURL", meaning: "the `hurl` that runs the tests of `repot e2e`, as `--hurl`" };

/// Variables of tests.
#[cfg_attr(not(test), expect(dead_code, reason = "the reference page is made of it by a test"))]
pub(crate) const HURL_VARIABLES: Setting = Setting {
    name: "HURL_VARIABLE_NAME",
    meaning: "the variable NAME for the tests of `repot e2e`, before that of `e2e/variables/ENV.env`",
};

/// Secrets of tests.
#[cfg_attr(not(test), expect(dead_code, reason = "the reference page is made of it by a test"))]
pub(crate) const HURL_SECRETS: Setting = Setting {
    name: "HURL_SECRET_NAME",
    meaning: "the secret NAME for the tests of `repot e2e`, before that of `e2e/variables/ENV.secrets`",
};

/// The password for sudo.
pub(crate) const SUDO_PASSWORD: Setting = Setting {
    name: "REPOT_SUDO_PASSWORD",
    meaning: "the password that sudo asks for on targets, with `--sudo`; sent on stdin, never in a command line",
};

/// The login.
pub(crate) const USER: Setting =
    Setting { name: "USER", meaning: "who decides in `repot review`, where git knows no user.name" };

/// No colours.
pub(crate) const NO_COLOR: Setting =
    Setting { name: "NO_COLOR", meaning: "when it is set to anything, nothing is coloured" };

/// The terminal.
pub(crate) const TERM: Setting = Setting { name: "TERM", meaning: "`dumb` is a terminal without colours" };

impl Setting {
    /// What it is set to.
    pub(crate) fn os(&self) -> Option<OsString> {
        std::env::var_os(self.name)
    }

    /// What it is set to, as text.
    pub(crate) fn text(&self) -> Option<String> {
        std::env::var(self.name).ok()
    }
}

/// What is set for hurl: its variables and secrets.
pub(crate) fn for_hurl() -> impl Iterator<Item = (String, String)> {
    let all =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    all.filter(|(name, _)| name.starts_with("HURL_"))
}
