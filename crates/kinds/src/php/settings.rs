//! The settings of each of a host's PHPs: what its ini files say, what the packages' own copies of them say, and what
//! the program itself says is in effect.

use super::info::{self, Info};
use super::ini::{self, Entry};
use super::layout::{Installed, Sapi};
use crate::origin::Origin;
use crate::read;
use crate::sys::{Command, Sys};
use model::answer::{Answer, Why, WhyCode};
use model::place::Place;
use model::standing::Standing;
use model::text;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was read of one interface.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The interface.
    pub sapi: Sapi,
    /// What the ini files set, the last one winning.
    pub set: BTreeMap<String, Set>,
    /// What the files would set as their packages brought them.
    pub packaged: BTreeMap<String, String>,
    /// The files of extensions that ini files load.
    pub loads: Vec<Load>,
    /// The main php.ini.
    pub main: String,
    /// What the program says: `Ok(None)` where it has not been asked or there is none.
    pub info: Answer<Arc<Info>>,
}

/// A key as an ini file sets it.
#[derive(Debug, Clone)]
pub struct Set {
    /// The value as PHP keeps it.
    pub kept: String,
    /// Where.
    pub place: Place,
}

/// A line that loads an extension.
#[derive(Debug, Clone)]
pub struct Load {
    /// The extension's file or name as it is written.
    pub file: String,
    /// Where.
    pub place: Place,
    /// Who brought that line.
    pub standing: Standing,
}

/// Every interface's settings by its label, read once a look.
type Readings = BTreeMap<String, Result<Reading, Why>>;

struct Read(std::sync::Mutex<Readings>);

/// What was read of an interface; made at the first question for it.
pub fn of(sys: &dyn Sys, sapi: &Sapi) -> Result<Reading, Why> {
    let read: Arc<Read> = sys.memo().get(|| Read(std::sync::Mutex::default()));
    let mut kept = read.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    kept.entry(sapi.label.clone()).or_insert_with(|| look(sys, sapi)).clone()
}

/// The interfaces of this host.
pub fn installed(sys: &dyn Sys) -> Result<Vec<Sapi>, Why> {
    Installed::of(sys)
}

fn look(sys: &dyn Sys, sapi: &Sapi) -> Result<Reading, Why> {
    let mut reading = Reading {
        sapi: sapi.clone(),
        set: BTreeMap::new(),
        packaged: BTreeMap::new(),
        loads: Vec::new(),
        main: format!("{}/php.ini", sapi.dir),
        info: asked(sys, sapi),
    };
    for (n, path) in sapi.files(sys)?.iter().enumerate() {
        let Some(text) = read::file(sys, path)? else { continue };
        let copies = if n == 0 { sapi.pristine.as_slice() } else { &[] };
        reading.take(path, &text, &Origin::of(sys, path, &text, copies));
    }
    Ok(reading)
}

/// What the interface's program, or one that stands in for it, says. Only a running machine can be asked.
fn asked(sys: &dyn Sys, sapi: &Sapi) -> Answer<Arc<Info>> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    let command = match (&sapi.program, &sapi.stand_in) {
        (Some(program), _) => Command::new([program.as_str(), "-i"]),
        (None, Some(program)) => {
            let mut command = Command::new([program.as_str(), "-c", &sapi.dir, "-i"]);
            command.env.push(("PHP_INI_SCAN_DIR".to_owned(), sapi.scan.clone()));
            command
        }
        (None, None) => return Ok(None),
    };
    said(sys, &command)
}

/// What a PHP without any ini file says: its own defaults.
pub fn bare(sys: &dyn Sys, sapi: &Sapi) -> Answer<Arc<Info>> {
    let Some(program) = sapi.program.as_ref().or(sapi.stand_in.as_ref()) else { return Ok(None) };
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    said(sys, &Command::new([program.as_str(), "-n", "-i"]))
}

fn said(sys: &dyn Sys, command: &Command) -> Answer<Arc<Info>> {
    let line = command.argv.join(" ");
    let Some(output) = sys.run(command)? else { return Ok(None) };
    if output.status != 0 {
        return Err(Why::new(WhyCode::Failed, format!("{line} ended with {}", output.status)));
    }
    match info::parse(&text::from_bytes(&output.stdout)) {
        Some(info) => Ok(Some(Arc::new(info))),
        None => Err(Why::new(WhyCode::Malformed, format!("{line} shows no directives"))),
    }
}

impl Reading {
    fn take(&mut self, path: &str, text: &str, origin: &Origin) {
        let lines: Vec<&str> = text.lines().collect();
        for entry in effective(text) {
            let place = Place::line(path, entry.line);
            if loads(&entry.key) {
                let line = usize::try_from(entry.line).ok().and_then(|n| lines.get(n.checked_sub(1)?));
                let standing = line.map_or(origin.standing, |l| origin.line(l));
                self.loads.push(Load { file: entry.kept, place, standing });
            } else {
                self.set.insert(entry.key, Set { kept: entry.kept, place });
            }
        }
        let packaged = origin.pristine.as_deref().map(effective).unwrap_or_default();
        self.packaged.extend(packaged.into_iter().filter(|e| !loads(&e.key)).map(|e| (e.key, e.kept)));
    }

    /// A value as it is shown: yes and no as `On` and `Off` where the key is one of those.
    pub fn shown(&self, key: &str, kept: &str) -> String {
        if is_switch(key, self.known(key)) {
            return switch(kept).to_owned();
        }
        if key == "display_errors" && matches!(kept.to_ascii_lowercase().as_str(), "stderr" | "stdout") {
            return kept.to_ascii_uppercase();
        }
        kept.to_owned()
    }

    fn known(&self, key: &str) -> Option<&str> {
        self.info.as_ref().ok()?.as_ref()?.directives.get(key).map(String::as_str)
    }

    /// The value in effect for the whole interface: what the program says, or else what its files set.
    pub fn value(&self, key: &str) -> Option<String> {
        let is_asked = matches!(self.info, Ok(Some(_)));
        let set = self.set.get(key).filter(|s| is_asked || is_plain(key, &s.kept));
        let set = set.map(|s| self.shown(key, &s.kept));
        if let Some((_, own, fixed)) = COMMAND_LINE_ONLY.iter().find(|(k, ..)| *k == key) {
            if self.sapi.program.is_none() {
                // The program that stands in has values of its own here.
                return set.or_else(|| Some((*own).to_owned()));
            }
            if !is_asked && self.sapi.name == "cli" {
                return Some((*fixed).to_owned());
            }
        }
        self.known(key).map(str::to_owned).or(set)
    }
}

/// What the command line PHP fixes for itself, whatever its ini files say (sapi/cli): the value other interfaces begin with,
/// and its own.
const COMMAND_LINE_ONLY: &[(&str, &str, &str)] = &[
    ("html_errors", "On", "Off"),
    ("implicit_flush", "Off", "On"),
    ("max_execution_time", "30", "0"),
    ("max_input_time", "-1", "-1"),
    ("output_buffering", "0", "0"),
    ("register_argc_argv", "On", "On"),
];

/// Whether a value of an ini file says by itself what is in effect. An empty socket is the one that PHP was built with, and
/// whether 1 is a number or `On` is known only of extensions whose keys were looked at.
fn is_plain(key: &str, kept: &str) -> bool {
    let is_known = key.split_once('.').is_none_or(|(extension, _)| EXTENSIONS.contains(&extension));
    (is_known || !matches!(kept, "" | "0" | "1")) && !(kept.is_empty() && key.ends_with(".default_socket"))
}

/// Extensions of which [`SWITCHES`] has all keys that are yes or no: PHP's own, and those that Debian 12 has packages of.
const EXTENSIONS: &[&str] = &[
    "amqp",
    "apc",
    "arg_separator",
    "assert",
    "bcmath",
    "cgi",
    "cli",
    "curl",
    "date",
    "dba",
    "exif",
    "fastcgi",
    "ffi",
    "fiber",
    "filter",
    "gd",
    "highlight",
    "http",
    "iconv",
    "igbinary",
    "imagick",
    "imap",
    "intl",
    "ldap",
    "mail",
    "mailparse",
    "mbstring",
    "mcrypt",
    "memcache",
    "memcached",
    "mongodb",
    "msgpack",
    "mysqli",
    "mysqlnd",
    "odbc",
    "opcache",
    "openssl",
    "pcov",
    "pcre",
    "pdo_mysql",
    "pdo_odbc",
    "pgsql",
    "phar",
    "pinba",
    "raphf",
    "redis",
    "session",
    "soap",
    "sqlite3",
    "stomp",
    "syslog",
    "sysvshm",
    "tidy",
    "uopz",
    "uploadprogress",
    "url_rewriter",
    "user_ini",
    "xdebug",
    "yaml",
    "zend",
    "zlib",
];

/// The settings of a file that hold everywhere, not for one path or host.
fn effective(text: &str) -> Vec<Entry> {
    let everywhere = |e: &Entry| {
        let section = e.section.to_ascii_uppercase();
        !section.starts_with("PATH=") && !section.starts_with("HOST=")
    };
    ini::parse(text).into_iter().filter(everywhere).collect()
}

fn loads(key: &str) -> bool {
    matches!(key, "extension" | "zend_extension")
}

/// `On` or `Off`, as PHP takes a text for one.
pub fn switch(kept: &str) -> &'static str {
    let yes = ["1", "on", "yes", "true"].iter().any(|w| kept.trim().eq_ignore_ascii_case(w));
    let digits = kept.trim().trim_start_matches(['+', '-']);
    let digits = &digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())];
    if yes || digits.bytes().any(|b| b != b'0') { "On" } else { "Off" }
}

fn is_switch(key: &str, known: Option<&str>) -> bool {
    match known {
        Some("On" | "Off") => true,
        Some(_) => false,
        None => SWITCHES.contains(&key) || (key == "display_errors"),
    }
}

/// The keys that are yes or no, for systems that cannot be asked.
const SWITCHES: &[&str] = &[
    "allow_url_fopen",
    "allow_url_include",
    "apc.coredump_unmap",
    "apc.enable_cli",
    "apc.enabled",
    "apc.slam_defense",
    "apc.use_request_time",
    "assert.active",
    "assert.bail",
    "assert.exception",
    "assert.warning",
    "auto_detect_line_endings",
    "auto_globals_jit",
    "cgi.discard_path",
    "cgi.fix_pathinfo",
    "cgi.force_redirect",
    "cgi.nph",
    "cgi.rfc2616_headers",
    "display_startup_errors",
    "enable_dl",
    "enable_post_data_reading",
    "expose_php",
    "fastcgi.logging",
    "file_uploads",
    "gd.jpeg_ignore_warning",
    "html_errors",
    "igbinary.compact_strings",
    "ignore_repeated_errors",
    "ignore_repeated_source",
    "ignore_user_abort",
    "imap.enable_insecure_rsh",
    "implicit_flush",
    "intl.use_exceptions",
    "log_errors",
    "mail.add_x_header",
    "mail.mixed_lf_and_crlf",
    "mbstring.encoding_translation",
    "mbstring.strict_detection",
    "memcache.prefix_host_key",
    "memcache.prefix_host_key_remove_subdomain",
    "memcache.prefix_host_key_remove_www",
    "memcache.session_prefix_host_key",
    "memcache.session_prefix_host_key_remove_subdomain",
    "memcache.session_prefix_host_key_remove_www",
    "memcached.default_binary_protocol",
    "memcached.default_consistent_hash",
    "memcached.sess_binary_protocol",
    "memcached.sess_consistent_hash",
    "memcached.sess_locking",
    "memcached.sess_persistent",
    "memcached.sess_randomize_replica_read",
    "memcached.sess_remove_failed_servers",
    "msgpack.error_display",
    "msgpack.illegal_key_insert",
    "msgpack.php_only",
    "msgpack.use_str8_serialization",
    "mysqli.allow_local_infile",
    "mysqli.allow_persistent",
    "mysqli.rollback_on_cached_plink",
    "odbc.allow_persistent",
    "odbc.check_persistent",
    "opcache.dups_fix",
    "opcache.enable",
    "opcache.enable_cli",
    "opcache.enable_file_override",
    "opcache.file_cache_consistency_checks",
    "opcache.file_cache_only",
    "opcache.huge_code_pages",
    "opcache.protect_memory",
    "opcache.record_warnings",
    "opcache.revalidate_path",
    "opcache.save_comments",
    "opcache.use_cwd",
    "opcache.validate_permission",
    "opcache.validate_root",
    "opcache.validate_timestamps",
    "pcre.jit",
    "pgsql.allow_persistent",
    "pgsql.auto_reset_persistent",
    "pgsql.ignore_notice",
    "pgsql.log_notice",
    "phar.readonly",
    "phar.require_hash",
    "register_argc_argv",
    "report_memleaks",
    "report_zend_debug",
    "session.auto_start",
    "session.cookie_httponly",
    "session.cookie_secure",
    "session.lazy_write",
    "session.upload_progress.cleanup",
    "session.upload_progress.enabled",
    "session.use_cookies",
    "session.use_only_cookies",
    "session.use_strict_mode",
    "session.use_trans_sid",
    "short_open_tag",
    "soap.wsdl_cache_enabled",
    "sqlite3.defensive",
    "tidy.clean_output",
    "xdebug.collect_assignments",
    "xdebug.collect_return",
    "xdebug.discover_client_host",
    "xdebug.dump_globals",
    "xdebug.dump_once",
    "xdebug.dump_undefined",
    "xdebug.force_display_errors",
    "xdebug.profiler_append",
    "xdebug.scream",
    "xdebug.show_error_trace",
    "xdebug.show_exception_trace",
    "xdebug.show_local_vars",
    "xmlrpc_errors",
    "zend.detect_unicode",
    "zend.enable_gc",
    "zend.exception_ignore_args",
    "zend.multibyte",
    "zend.signal_check",
    "zlib.output_compression",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_for_yes_or_no_as_php_does() {
        for (text, seen) in [
            ("1", "On"),
            ("yes", "On"),
            ("0", "Off"),
            ("", "Off"),
            ("-1", "On"),
            ("00", "Off"),
            ("x", "Off"),
            ("2x", "On"),
        ] {
            assert_eq!(switch(text), seen, "{text:?}");
        }
    }
}
