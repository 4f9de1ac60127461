//! The rules, a file each with its test data beside it, and the list of them.

mod address;
mod copy;
mod family;
mod machine;
mod people;
mod statement;
mod sysctl;
mod unit;

mod bas_01;
mod bas_02;
mod bas_03;
mod bas_04;
mod bas_05;
mod bas_06;
mod bas_07;
mod bas_08;
mod bas_09;
mod cfg_01;
mod cfg_02;
mod cfg_03;
mod cfg_04;
mod cfg_05;
mod cfg_06;
mod dep_01;
mod dep_02;
mod dep_03;
mod dep_04;
mod dep_05;
mod dep_06;
mod dep_07;
mod krn_01;
mod krn_02;
mod krn_03;
mod krn_04;
mod krn_05;
mod krn_06;
mod krn_07;
mod krn_08;
mod krn_09;
mod krn_10;
mod krn_11;
mod krn_12;
mod krn_13;
mod log_01;
mod log_02;
mod log_03;
mod log_04;
mod log_05;
mod mail_01;
mod mail_02;
mod mon_01;
mod mon_02;
mod mon_03;
mod mon_04;
mod mon_05;
mod net_01;
mod net_02;
mod net_03;
mod net_04;
mod net_05;
mod net_06;
mod net_07;
mod net_08;
mod net_09;
mod net_10;
mod net_11;
mod net_12;
mod net_13;
mod net_14;
mod net_15;
mod net_16;
mod net_17;
mod net_18;
mod sta_01;
mod sta_02;
mod sta_03;
mod sta_04;
mod sta_05;
mod sta_06;
mod sta_07;
mod sta_08;
mod sta_09;
mod sta_10;
mod sta_11;
mod sta_12;
mod svc_01;
mod svc_02;
mod svc_03;
mod svc_04;
mod svc_05;
mod svc_06;
mod svc_07;
mod svc_08;
mod svc_09;
mod svc_10;
mod svc_11;
mod svc_12;
mod svc_13;
mod svc_14;
mod svc_15;
mod tim_01;
mod tim_02;
mod tim_03;

use super::Rule;

pub use sysctl::is_safe_in_pods;

/// Every rule, one a line, in the order of their ids.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &bas_01::RULE,
    &bas_02::RULE,
    &bas_03::RULE,
    &bas_04::RULE,
    &bas_05::RULE,
    &bas_06::RULE,
    &bas_07::RULE,
    &bas_08::RULE,
    &bas_09::RULE,
    &cfg_01::RULE,
    &cfg_02::RULE,
    &cfg_03::RULE,
    &cfg_04::RULE,
    &cfg_05::RULE,
    &cfg_06::RULE,
    &dep_01::RULE,
    &dep_02::RULE,
    &dep_03::RULE,
    &dep_04::RULE,
    &dep_05::RULE,
    &dep_06::RULE,
    &dep_07::RULE,
    &krn_01::RULE,
    &krn_02::RULE,
    &krn_03::RULE,
    &krn_04::RULE,
    &krn_05::RULE,
    &krn_06::RULE,
    &krn_07::RULE,
    &krn_08::RULE,
    &krn_09::RULE,
    &krn_10::RULE,
    &krn_11::RULE,
    &krn_12::RULE,
    &krn_13::RULE,
    &log_01::RULE,
    &log_02::RULE,
    &log_03::RULE,
    &log_04::RULE,
    &log_05::RULE,
    &mail_01::RULE,
    &mail_02::RULE,
    &mon_01::RULE,
    &mon_02::RULE,
    &mon_03::RULE,
    &mon_04::RULE,
    &mon_05::RULE,
    &net_01::RULE,
    &net_02::RULE,
    &net_03::RULE,
    &net_04::RULE,
    &net_05::RULE,
    &net_06::RULE,
    &net_07::RULE,
    &net_08::RULE,
    &net_09::RULE,
    &net_10::RULE,
    &net_11::RULE,
    &net_12::RULE,
    &net_13::RULE,
    &net_14::RULE,
    &net_15::RULE,
    &net_16::RULE,
    &net_17::RULE,
    &net_18::RULE,
    &sta_01::RULE,
    &sta_02::RULE,
    &sta_03::RULE,
    &sta_04::RULE,
    &sta_05::RULE,
    &sta_06::RULE,
    &sta_07::RULE,
    &sta_08::RULE,
    &sta_09::RULE,
    &sta_10::RULE,
    &sta_11::RULE,
    &sta_12::RULE,
    &svc_01::RULE,
    &svc_02::RULE,
    &svc_03::RULE,
    &svc_04::RULE,
    &svc_05::RULE,
    &svc_06::RULE,
    &svc_07::RULE,
    &svc_08::RULE,
    &svc_09::RULE,
    &svc_10::RULE,
    &svc_11::RULE,
    &svc_12::RULE,
    &svc_13::RULE,
    &svc_14::RULE,
    &svc_15::RULE,
    &tim_01::RULE,
    &tim_02::RULE,
    &tim_03::RULE,
];
