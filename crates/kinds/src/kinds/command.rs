//! What a command answers on the host. Only run when a spec asks for it: repot itself never does.

use super::addr::patience;
use crate::kind::{Area, Kind, Property, Shape};
use crate::out::{Out, Shown};
use crate::sys::{self, Sys};
use model::answer::{Answer, Why};
use model::coverage::Coverage;
use model::plan::Ask;
use model::text;
use model::value::Value;

/// Commands.
pub(super) struct Command;

const PROPERTIES: &[Property] = &[
    Property::new("exit-status", Shape::Int, "the exit status; 128 and the signal's number where a signal ended it")
        .live()
        .on_request(),
    Property::new("stdout", Shape::Lines, "what it prints").live().on_request(),
    Property::new("stderr", Shape::Lines, "what it complains").live().on_request(),
    Property::new("exec", Shape::Text, "the command, if the name is not it; sh(1) runs it, in /").input(),
    Property::new("user", Shape::Text, "the user it runs as, if not the one repot runs as").input(),
    Property::new("env", Shape::Map, "more environment variables").input(),
    Property::new(
        "timeout",
        Shape::Int,
        "how long it may take, with all that it starts, before all of it is ended; 10000 if it is not said",
    )
    .unit("ms")
    .input(),
];

impl Kind for Command {
    fn name(&self) -> &'static str {
        "command"
    }

    fn summary(&self) -> &'static str {
        "what a command answers on the host, named by the command; run only where a spec asks for it, without input"
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
    let said = |input: &str| ask.input(name, input).and_then(Value::as_text);
    let mut command = sys::Command::new(["sh", "-c", said("exec").unwrap_or(name)]);
    command.timeout = patience(ask, name, 10_000);
    command.user = said("user").map(str::to_owned);
    if let Some(Value::Map(env)) = ask.input(name, "env") {
        command.env = env.iter().filter_map(|(k, v)| Some((k.clone(), v.as_text()?.to_owned()))).collect();
    }
    // Two specs may ask for the same command and mean two runs of it.
    command.shared = false;
    let Some(ended) = sys.run(&command)? else { return Ok(None) };
    Ok(Some(
        Shown::new()
            .is("exit-status", i64::from(ended.status))
            .is("stdout", text::from_bytes(&ended.stdout))
            .is("stderr", text::from_bytes(&ended.stderr)),
    ))
}
