//! A secret that was found: where and of what sort, never what it is.

use std::fmt;

/// A secret that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The line it begins in, from 1.
    pub line: u32,
    /// The byte of the line it begins at, from 1.
    pub column: u32,
    /// What it is.
    pub what: SecretType,
    /// The detector that found it.
    pub by: &'static str,
}

/// What a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretType {
    /// A private key or a shared key in a file of its own.
    PrivateKey,
    /// A password.
    Password,
    /// What is stored to check a password against.
    PasswordHash,
    /// A token or key that opens an interface.
    Token,
    /// A licence key.
    LicenceKey,
    /// An address that opens by being known.
    Webhook,
    /// What a name calls a secret without saying more.
    Named,
    /// A literal too random to be anything else.
    Random,
    /// A file that is a secret as a whole.
    WholeFile,
}

impl SecretType {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "private-key",
            Self::Password => "password",
            Self::PasswordHash => "password-hash",
            Self::Token => "token",
            Self::LicenceKey => "licence-key",
            Self::Webhook => "webhook",
            Self::Named => "secret",
            Self::Random => "random-literal",
            Self::WholeFile => "whole-file",
        }
    }
}

impl fmt::Display for SecretType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
