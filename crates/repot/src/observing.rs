//! Looking at many targets at once: each in its own time, and none hides another's result.

use crate::error::CommandError;
use crate::project::Project;
use crate::ran::quoted;
use crate::settings;
use crate::ui::Ui;
use clap::Args;
use model::event::Event;
use model::plan::Plan;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use target::address::Address;
use target::observe::{Observed, Reach, observe};
use target::side_by_side::side_by_side;
use target::trouble::Trouble;

/// How targets are reached: the options that every command with targets has.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Reaching targets")]
pub(crate) struct ReachArgs {
    /// Run the agent through sudo, so that it can read what only root can. A password, if sudo asks for one, is taken
    /// from REPOT_SUDO_PASSWORD
    #[arg(long)]
    sudo: bool,
    /// How many targets are looked at at once
    #[arg(short, long, value_name = "N", default_value = "8")]
    jobs: NonZeroUsize,
    /// Seconds after which a silent target is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    timeout: u64,
    /// An option for ssh, as after its own -o; may be repeated
    #[arg(long, value_name = "OPTION")]
    ssh_option: Vec<String>,
    /// The configuration file for ssh, instead of ~/.ssh/config
    #[arg(long, value_name = "FILE")]
    ssh_config: Option<PathBuf>,
    /// The agent to send to targets, instead of the one beside repot
    #[arg(long, value_name = "FILE", env = settings::AGENT.name, hide_env_values = true)]
    agent: Option<PathBuf>,
    /// Remove the agent from the targets afterwards
    #[arg(long)]
    remove_agent: bool,
    /// Send no agent: ask a shell there, which is slower. This is also done by itself where no agent can run
    #[arg(long, conflicts_with = "remove_agent")]
    no_agent: bool,
    /// The cluster of pod: targets, as kubectl's configuration names it, in place of its current one
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// The image of an ephemeral container, from which a pod's container without a shell is looked at
    #[arg(long, value_name = "IMAGE")]
    debug_image: Option<String>,
    /// Seconds that one kind may take on a target
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    kind_timeout: u64,
}

impl ReachArgs {
    /// Goes through sudo also where only the project says so.
    pub(crate) fn sudo_too(&mut self, sudo: bool) {
        self.sudo |= sudo;
    }

    /// What was said of reaching targets, to be typed again.
    pub(crate) fn again(&self) -> String {
        let mut words = Vec::new();
        words.extend(self.sudo.then(|| "--sudo".to_owned()));
        words.extend(self.no_agent.then(|| "--no-agent".to_owned()));
        words
            .extend(self.ssh_config.iter().map(|file| format!("--ssh-config {}", quoted(&file.display().to_string()))));
        words.extend(self.ssh_option.iter().map(|option| format!("--ssh-option {}", quoted(option))));
        words.extend(self.context.iter().map(|name| format!("--context {}", quoted(name))));
        words.extend(self.debug_image.iter().map(|image| format!("--debug-image {}", quoted(image))));
        words.iter().map(|word| format!(" {word}")).collect()
    }

    /// Whether `--sudo` could show more of a target.
    pub(crate) fn may_gain(&self, target: &str) -> bool {
        let goes_as_a_user = |address: &Address| matches!(address, Address::Ssh { .. } | Address::Local);
        !self.sudo && Address::parse(target).is_ok_and(|address| goes_as_a_user(&address))
    }

    /// How many targets at once.
    pub(crate) fn jobs(&self) -> usize {
        self.jobs.get()
    }

    /// The same for whoever goes to targets.
    pub(crate) fn reach(&self, ui: &Ui, targets: usize) -> Reach {
        Reach {
            agent: self.agent.clone(),
            sudo: self.sudo,
            sudo_password: settings::SUDO_PASSWORD.text().filter(|p| !p.is_empty()),
            ssh_options: self.ssh_option.clone(),
            ssh_config: self.ssh_config.clone(),
            may_ask: targets == 1 && ui.may_ask(),
            patience: Duration::from_secs(self.timeout.max(1)),
            remove_agent: self.remove_agent,
            no_agent: self.no_agent,
            kube_context: self.context.clone(),
            debug_image: self.debug_image.clone(),
        }
    }

    /// Looks at every target; the results come in the targets' order.
    pub(crate) fn observe_all(
        &self,
        targets: &[(Address, Plan)],
        project: &Project,
        ui: &Ui,
    ) -> Vec<Result<Observed, Trouble>> {
        let reach = self.reach(ui, targets.len());
        side_by_side(targets, self.jobs(), |_, (address, plan)| {
            let mut plan = plan.clone();
            plan.seconds_per_kind = self.kind_timeout;
            if *address == Address::Local {
                plan.hidden = project.own_paths();
            }
            self.observe_one(address, &plan, &reach, ui)
        })
    }

    fn observe_one(&self, address: &Address, plan: &Plan, reach: &Reach, ui: &Ui) -> Result<Observed, Trouble> {
        let watch = ui.watch(&address.to_string());
        watch.doing("connecting");
        let mut open: Vec<String> = Vec::new();
        let mut look = 1;
        let observed = observe(address, plan, reach, &mut |event| {
            match event {
                Event::Look { number } => look = *number,
                Event::Begin { kind } => open.push(kind.clone()),
                Event::End { kind, .. } => open.retain(|k| k != kind),
                Event::Hello { .. } | Event::Resource { .. } | Event::Done { .. } => return,
            }
            let again = if look > 1 { "second look: " } else { "" };
            watch.doing(&format!("{again}{}", open.join(", ")));
        });
        drop(watch);
        if !reach.no_agent && observed.as_ref().is_ok_and(|o| o.through_shell) {
            ui.say(&format!("{address}: no agent can run there; a shell was asked instead, which is slower"));
        }
        if observed.as_ref().is_ok_and(|o| o.from_beside) {
            ui.say(&format!(
                "{address}: it has no shell; it was looked at from an ephemeral container, which stays in the pod's description until the pod ends"
            ));
        }
        observed
    }
}

/// Reads the targets typed.
pub(crate) fn addresses(typed: &[String]) -> Result<Vec<Address>, CommandError> {
    typed.iter().map(|text| Address::parse(text).map_err(CommandError::usage)).collect()
}
