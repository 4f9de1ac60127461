//! The pictures, as SVG without scripts: colours come from the page's style, words from the escaped data.

use super::html::escaped;
use super::{Kill, Outlier, Series, Site, Stream, Tree};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How wide pictures are.
const WIDTH: f64 = 960.0;

/// How many classes of colours there are for origins.
const COLOURS: usize = 8;

/// The most servers and locations that are drawn.
const MOST_SITES: usize = 400;

/// The most hosts and targets that are drawn.
const MOST_BARS: usize = 40;

/// One end of the flow: its name, how much goes through it, and where it is drawn.
struct Node {
    name: String,
    count: usize,
    y: f64,
    height: f64,
    /// How much of it has been used by bands.
    used: f64,
}

/// From where to what, as bands whose width is the number of claims.
pub(super) fn sankey(streams: &[Stream], title: &str) -> String {
    let total: usize = streams.iter().map(|s| s.count).sum();
    let (mut left, mut right) = (nodes(streams, |s| &s.from), nodes(streams, |s| &s.to));
    let most = left.len().max(right.len());
    let height = (most as f64 * 40.0).max(320.0);
    let (gap, least) = (14.0, 2.0);
    let room = (height - gap * most as f64 - least * most as f64).max(100.0);
    let scale = room / total.max(1) as f64;
    for side in [&mut left, &mut right] {
        let mut y = 8.0;
        for node in side.iter_mut() {
            node.y = y;
            node.height = node.count as f64 * scale + least;
            y += node.height + gap;
        }
    }
    let (from_x, to_x, wide) = (270.0, 660.0, 14.0);
    let mut out = open(WIDTH, height + 16.0, title);
    let mut order: Vec<&Stream> = streams.iter().collect();
    let at = |side: &[Node], name: &str| side.iter().position(|n| n.name == name).unwrap_or_default();
    order.sort_by_key(|s| (at(&left, &s.from), at(&right, &s.to)));
    for stream in order {
        let (f, t) = (at(&left, &stream.from), at(&right, &stream.to));
        let thick = stream.count as f64 * scale;
        let (y0, y1) = (left[f].y + left[f].used, right[t].y + right[t].used);
        left[f].used += thick;
        right[t].used += thick;
        let (x0, x1, mid) = (from_x + wide, to_x, f64::midpoint(from_x + wide, to_x));
        let (z0, z1) = (y0 + thick.max(0.6), y1 + thick.max(0.6));
        writeln!(
            out,
            "<path class=\"band c{}\" d=\"M{x0:.1} {y0:.1} C{mid:.1} {y0:.1} {mid:.1} {y1:.1} {x1:.1} {y1:.1} \
             L{x1:.1} {z1:.1} C{mid:.1} {z1:.1} {mid:.1} {z0:.1} {x0:.1} {z0:.1} Z\"><title>{} → {}: {}</title></path>",
            f % COLOURS,
            escaped(&stream.from),
            escaped(&stream.to),
            stream.count
        )
        .ok();
    }
    for (side, x, label, anchor) in [(&left, from_x, from_x - 8.0, "end"), (&right, to_x, to_x + wide + 8.0, "start")] {
        for (number, node) in side.iter().enumerate() {
            let class = if anchor == "end" { format!("node c{}", number % COLOURS) } else { "node end".to_owned() };
            writeln!(
                out,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{:.1}\" width=\"{wide}\" height=\"{:.1}\"/>",
                node.y, node.height
            )
            .ok();
            let y = node.y + node.height / 2.0 + 4.5;
            let name = cut(&node.name, 34);
            let whole =
                if name == node.name { String::new() } else { format!("<title>{}</title>", escaped(&node.name)) };
            writeln!(
                out,
                "<text x=\"{label}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{whole}{} <tspan class=\"n\">{}</tspan></text>",
                escaped(&name),
                node.count
            )
            .ok();
        }
    }
    out + "</svg>\n"
}

fn nodes<'a>(streams: &'a [Stream], name: impl Fn(&'a Stream) -> &'a String) -> Vec<Node> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for stream in streams {
        *counts.entry(name(stream)).or_default() += stream.count;
    }
    let mut nodes: Vec<Node> = counts
        .into_iter()
        .map(|(name, count)| Node { name: name.to_owned(), count, y: 0.0, height: 0.0, used: 0.0 })
        .collect();
    nodes.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    nodes
}

/// Servers and locations, coloured by how far they are proven.
pub(super) fn tree(tree: &Tree) -> String {
    let (line, mut y) = (22.0, 20.0);
    let count: usize = tree.servers.iter().map(|(_, inside)| 1 + inside.len()).sum();
    let height = count.min(MOST_SITES) as f64 * line + 16.0;
    let mut out = open(WIDTH, height, &format!("What tests have proven of {} on {}", tree.of, tree.target));
    let mut drawn = 0;
    for (server, inside) in &tree.servers {
        if drawn >= MOST_SITES {
            break;
        }
        let from = y;
        site(&mut out, server, 12.0, y);
        y += line;
        drawn += 1;
        for one in inside.iter().take(MOST_SITES.saturating_sub(drawn)) {
            writeln!(out, "<path class=\"branch\" d=\"M18 {:.1} V{y:.1} H34\"/>", from + 8.0).ok();
            site(&mut out, one, 40.0, y);
            y += line;
        }
        drawn += inside.len();
    }
    out.push_str("</svg>\n");
    if count > MOST_SITES {
        writeln!(out, "<p>{} more are in report.json.</p>", count - MOST_SITES).ok();
    }
    out
}

fn site(out: &mut String, site: &Site, x: f64, y: f64) {
    let more = if site.detail.is_empty() { String::new() } else { format!(": {}", site.detail) };
    writeln!(
        out,
        "<g><title>{} ({}), {}{}</title><circle class=\"s-{}\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"6\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\">{} <tspan class=\"n\">{} · {}</tspan></text></g>",
        escaped(&site.name),
        escaped(&site.at),
        escaped(&site.state),
        escaped(&more),
        escaped(&site.state),
        x + 6.0,
        x + 20.0,
        y + 4.5,
        escaped(&cut(&site.name, 60)),
        escaped(&site.state.replace('-', " ")),
        escaped(&cut(&site.at, 60)),
    )
    .ok();
}

/// How many facts were otherwise at each look.
pub(super) fn drift(series: &Series) -> String {
    let (height, left, bottom) = (150.0, 46.0, 118.0);
    let most = series.points.iter().map(|p| p.1).max().unwrap_or(0).max(1);
    let step = (WIDTH - left - 20.0) / (series.points.len().max(2) - 1) as f64;
    let x = |at: usize| left + 6.0 + step * at as f64;
    let y = |n: usize| bottom - 96.0 * n as f64 / most as f64;
    let mut out = open(WIDTH, height, &format!("Facts otherwise over time: {}", series.name));
    writeln!(out, "<path class=\"axis\" d=\"M{left} 16 V{bottom} H{WIDTH}\"/>").ok();
    writeln!(out, "<text x=\"{:.0}\" y=\"26\" text-anchor=\"end\">{most}</text><text x=\"{:.0}\" y=\"{bottom}\" text-anchor=\"end\">0</text>", left - 6.0, left - 6.0).ok();
    let points: Vec<String> =
        series.points.iter().enumerate().map(|(at, p)| format!("{:.1},{:.1}", x(at), y(p.1))).collect();
    writeln!(out, "<polyline class=\"line\" points=\"{}\"/>", points.join(" ")).ok();
    for (at, (when, n, named)) in series.points.iter().enumerate() {
        let title = format!("{when}: {n}\n{}", named.join("\n"));
        writeln!(
            out,
            "<circle class=\"point\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"><title>{}</title></circle>",
            x(at),
            y(*n),
            escaped(&title)
        )
        .ok();
    }
    let ends = [(series.points.first(), left, "start"), (series.points.last(), WIDTH - 4.0, "end")];
    for (point, x, anchor) in ends.into_iter().take(series.points.len()) {
        let when: String = point.map_or(String::new(), |p| p.0.chars().take(16).collect());
        writeln!(
            out,
            "<text x=\"{x}\" y=\"{:.0}\" text-anchor=\"{anchor}\" class=\"n\">{}</text>",
            bottom + 20.0,
            escaped(&when.replace('T', " "))
        )
        .ok();
    }
    out + "</svg>\n"
}

/// Of how many changes of each kind how many were found.
pub(super) fn kills(kills: &BTreeMap<String, Kill>) -> String {
    let share = |kill: &Kill| if kill.changes == 0 { 0.0 } else { kill.found as f64 / kill.changes as f64 };
    let rows: Vec<(String, f64, String)> =
        kills.iter().map(|(kind, k)| (kind.clone(), share(k), format!("{} of {}", k.found, k.changes))).collect();
    bars(&rows, "Changes that were found, by kind")
}

/// In how much each host differs from its brothers.
pub(super) fn outliers(outliers: &[Outlier]) -> String {
    let most = outliers.iter().map(|o| o.differs.len()).max().unwrap_or(1).max(1);
    let row = |o: &Outlier| {
        let n = o.differs.len();
        (o.target.clone(), n as f64 / most as f64, format!("{n} facts, of {} brothers", o.brothers))
    };
    let rows: Vec<(String, f64, String)> = outliers.iter().take(MOST_BARS).map(row).collect();
    bars(&rows, "Hosts that differ from most of their brothers")
}

fn bars(rows: &[(String, f64, String)], title: &str) -> String {
    let (line, left, wide) = (24.0, 240.0, 520.0);
    let mut out = open(WIDTH, rows.len() as f64 * line + 12.0, title);
    for (number, (name, share, says)) in rows.iter().enumerate() {
        let y = number as f64 * line + 6.0;
        writeln!(
            out,
            "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><rect class=\"rest\" x=\"{left}\" y=\"{y:.1}\" width=\"{wide}\" height=\"16\"/>\
             <rect class=\"bar\" x=\"{left}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"16\"/><text class=\"n\" x=\"{:.0}\" y=\"{:.1}\">{}</text>",
            left - 8.0,
            y + 13.0,
            escaped(&cut(name, 32)),
            wide * share.clamp(0.0, 1.0),
            left + wide + 8.0,
            y + 13.0,
            escaped(says)
        )
        .ok();
    }
    out + "</svg>\n"
}

fn open(width: f64, height: f64, title: &str) -> String {
    let title = escaped(title);
    format!(
        "<svg viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>\n"
    )
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}
