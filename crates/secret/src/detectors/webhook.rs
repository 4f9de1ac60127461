//! Addresses that open by being known: incoming webhooks of chats and monitors.

use crate::detector::Detector;
use crate::document::Document;
use crate::hit::SecretType;
use crate::scan;
use crate::span::Finds;

pub(super) const DETECTOR: Detector = Detector {
    name: "webhook",
    summary: "addresses that open by being known: webhooks of Slack, Teams, Discord, Mattermost and others, Telegram bots",
    find,
};

/// What comes before the secret part, and how long that is at least.
const HOOKS: &[(&[u8], usize)] = &[
    (b"hooks.slack.com/services/", 20),
    (b"hooks.slack.com/workflows/", 20),
    (b"hooks.slack.com/triggers/", 20),
    (b"discord.com/api/webhooks/", 20),
    (b"discordapp.com/api/webhooks/", 20),
    (b".webhook.office.com/webhookb2/", 20),
    (b"outlook.office.com/webhook/", 20),
    (b".logic.azure.com:443/workflows/", 20),
    (b"api.telegram.org/", 23),
    (b"hooks.zapier.com/hooks/catch/", 8),
    (b"maker.ifttt.com/use/", 8),
    (b"hc-ping.com/", 16),
    (b"events.pagerduty.com/integration/", 16),
    (b"chat.googleapis.com/v1/spaces/", 20),
    (b"hooks.glip.com/webhook/", 12),
    (b"api.hipchat.com/v2/room/", 12),
    (b"open.feishu.cn/open-apis/bot/v2/hook/", 12),
    (b"uptime.betterstack.com/api/v1/heartbeat/", 12),
    (b"insight.rapid7.com/", 16),
    (b"/hooks/", 26),
];

/// How long the secret part may be.
const LONGEST: usize = 1024;

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    for slash in scan::occurrences(bytes, b"/") {
        let start = slash + 1;
        let hook = HOOKS.iter().find(|(before, _)| bytes[..start].ends_with(before));
        if let Some(end) = hook.and_then(|(before, least)| secret_part(bytes, start, before, *least)) {
            finds.plain(SecretType::Webhook, start..end);
        }
    }
}

fn secret_part(bytes: &[u8], start: usize, before: &[u8], least: usize) -> Option<usize> {
    let end = scan::skip(&bytes[..bytes.len().min(start + LONGEST)], start, |b| {
        scan::is_base64(b) || matches!(b, b':' | b'.' | b'?' | b'&' | b'%' | b'@' | b'~')
    });
    let end = end - bytes[start..end].iter().rev().take_while(|b| matches!(b, b'.' | b':' | b'?')).count();
    let digits = bytes[start..end].iter().any(u8::is_ascii_digit);
    let one_part = before != b"/hooks/" || !bytes[start..end].contains(&b'/');
    (end >= start + least && digits && one_part).then_some(end)
}
