//! What web servers answer the host. Only looked at when asked for by name.

use super::addr::patience;
use crate::kind::{Area, Kind, Property, Shape};
use crate::out::{Out, Shown};
use crate::sys::{Fetch, Sys};
use model::answer::{Answer, Why, WhyCode};
use model::coverage::Coverage;
use model::plan::Ask;
use model::text;
use model::value::Value;

/// HTTP answers.
pub(super) struct Http;

const PROPERTIES: &[Property] = &[
    Property::new("status", Shape::Int, "the status code of the answer").live().on_request(),
    Property::new("headers", Shape::Lines, "the header fields of the answer, each a line `Name: value`")
        .live()
        .on_request(),
    Property::new("body", Shape::Lines, "the body of the answer, at most 1 MiB of it").live().on_request(),
    Property::new("url", Shape::Text, "the URL, if the name is not it").input(),
    Property::new("method", Shape::Text, "the method; GET if it is not said").input(),
    Property::new("request-headers", Shape::List, "header fields to send, each as `Name: value`")
        .input()
        .aliases(&["request-header"]),
    Property::new("request-body", Shape::Text, "the body to send").input(),
    Property::new("timeout", Shape::Int, "how long the answer may take; 5000 if it is not said").unit("ms").input(),
    Property::new("allow-insecure", Shape::Bool, "whether a certificate that cannot be verified will do")
        .input()
        .aliases(&["insecure"]),
    Property::new("no-follow-redirects", Shape::Bool, "whether a redirect is itself the answer").input(),
    Property::new("proxy", Shape::Text, "the proxy to go through, as a URL").input(),
    Property::new("ca-file", Shape::Text, "a file on the host with the authorities to trust instead of its own")
        .input(),
    Property::new("cert-file", Shape::Text, "a file on the host with the certificate to show").input(),
    Property::new("key-file", Shape::Text, "a file on the host with the key of that certificate").input(),
    Property::new("username", Shape::Text, "the name to log in with (basic authentication)").input(),
    Property::new("password", Shape::Text, "the password to log in with").input().secret(),
];

impl Kind for Http {
    fn name(&self) -> &'static str {
        "http"
    }

    fn summary(&self) -> &'static str {
        "what a web server answers the host, named by the URL"
    }

    fn area(&self) -> Area {
        Area::Checks
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn is_swept(&self) -> bool {
        false
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        out.answer_each(|name| answer(sys, ask, name))
    }
}

fn answer(sys: &dyn Sys, ask: &Ask, name: &str) -> Answer<Shown> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    let Some(got) = sys.fetch(&request(ask, name)?)? else { return Ok(None) };
    let headers = got.headers.iter().map(|(field, value)| format!("{}: {value}", spelled(field)));
    Ok(Some(
        Shown::new()
            .is("status", i64::from(got.status))
            .is("headers", headers.collect::<Vec<_>>().join("\n"))
            .is("body", text::from_bytes(&got.body)),
    ))
}

fn request(ask: &Ask, name: &str) -> Result<Fetch, Why> {
    let said = |input: &str| ask.input(name, input).and_then(Value::as_text);
    let yes = |input: &str| ask.input(name, input).and_then(Value::as_bool).unwrap_or(false);
    // Gossfiles have the empty ones too.
    let file = |input: &str| said(input).filter(|text| !text.is_empty()).map(str::to_owned);
    let url = said("url").unwrap_or(name).to_owned();
    if !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) || url.contains(char::is_whitespace) {
        return Err(Why::new(WhyCode::Unsupported, format!("{url} is not an http or https URL")));
    }
    let mut headers = Vec::new();
    for field in ask.input(name, "request-headers").and_then(Value::as_list).unwrap_or_default() {
        headers.push(header(name, field)?);
    }
    if let Some(user) = said("username").filter(|user| !user.is_empty()) {
        let login = format!("{user}:{}", said("password").unwrap_or_default());
        headers.push(("Authorization".to_owned(), format!("Basic {}", base64(login.as_bytes()))));
    }
    Ok(Fetch {
        url,
        method: said("method").unwrap_or("GET").to_ascii_uppercase(),
        headers,
        body: said("request-body").unwrap_or_default().as_bytes().to_vec(),
        timeout: patience(ask, name, 5000),
        follow: !yes("no-follow-redirects"),
        insecure: yes("allow-insecure"),
        proxy: file("proxy"),
        authorities: file("ca-file"),
        certificate: file("cert-file"),
        key: file("key-file"),
    })
}

fn header(name: &str, field: &Value) -> Result<(String, String), Why> {
    let pair = field.as_text().filter(|t| !t.contains(['\r', '\n'])).and_then(|t| t.split_once(':'));
    let (field, value) = pair.ok_or_else(|| {
        Why::new(WhyCode::Unsupported, format!("{name}: a request header is written as `Name: value`"))
    })?;
    Ok((field.trim().to_owned(), value.trim().to_owned()))
}

/// A field's name as it is commonly written: `Content-Type`.
fn spelled(field: &str) -> String {
    let word = |w: &str| {
        let mut letters = w.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    field.split('-').map(word).collect::<Vec<_>>().join("-")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0)];
            out.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_written_in_base64() {
        for (plain, written) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("a:\u{ff}~", "YTrDv34=")] {
            assert_eq!(base64(plain.as_bytes()), written);
        }
    }
}
