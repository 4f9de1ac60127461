//! Which requests a suite that is to be written wants: one for every location that can be reached, of real paths where
//! some are known, and for the others the reason why there is none.

use crate::hurl_quoting::{is_field, is_host, is_target};
use crate::looking::Looking;
use crate::web::Web;
use serving::path::escaped;
use serving::reach::Reach;
use serving::request::{Asked, Id, World};
use std::collections::BTreeMap;
use target::trouble::Trouble;

/// The most paths that are tried for the locations of a server.
const MOST_KNOWN: usize = 200;

/// Files that are sent as they are: asking for them does nothing.
const PLAIN: &[&str] = &[
    "avif",
    "css",
    "eot",
    "gif",
    "htm",
    "html",
    "ico",
    "jpeg",
    "jpg",
    "js",
    "json",
    "map",
    "mjs",
    "mp4",
    "otf",
    "pdf",
    "png",
    "svg",
    "ttf",
    "txt",
    "webm",
    "webmanifest",
    "webp",
    "woff",
    "woff2",
    "xml",
];

/// The requests of a server.
#[derive(Debug, Clone, Default)]
pub struct OfServer {
    /// The server.
    pub id: Id,
    /// Its requests, in the order of the configuration.
    pub requests: Vec<One>,
    /// Parts that have none, and why.
    pub without: Vec<(Id, String)>,
}

/// A request that is wanted.
#[derive(Debug, Clone)]
pub struct One {
    /// The parts it is for.
    pub covers: Vec<Id>,
    /// The request.
    pub asked: Asked,
    /// How often it was made, if it is of an access log.
    pub times: Option<u64>,
}

/// What is wanted of every server. `known` are paths of servers that are there; `real` are requests that people made.
pub fn wanted(
    web: &dyn Web,
    world: &dyn World,
    known: &BTreeMap<Id, Vec<String>>,
    real: &[(Asked, u64)],
) -> Vec<OfServer> {
    let real = by_place(web, world, real);
    web.servers()
        .into_iter()
        .map(|server| {
            let mut of = OfServer { id: server, ..OfServer::default() };
            let known = known.get(&server).map_or(&[][..], Vec::as_slice);
            // The server itself comes last: most often something inside it was asked already.
            let mut sites: Vec<Id> = web.parts();
            sites.retain(|id| web.server_of(*id) == Some(server));
            sites.sort_by_key(|id| *id == server);
            for id in sites {
                for (asked, times) in real.get(&id).into_iter().flatten() {
                    of.add(id, asked.clone(), Some(*times));
                }
                let is_real = real.contains_key(&id);
                let is_met = id == server && !of.requests.is_empty();
                if is_real || is_met {
                    continue;
                }
                match web.reach(id, known, world) {
                    Reach::By(all) => match all.into_iter().find(is_writable) {
                        Some(asked) => of.add(id, asked, None),
                        None => {
                            of.without.push((id, "what would reach it cannot be written in a .hurl file".to_owned()))
                        }
                    },
                    Reach::Perhaps(Some(asked), _) if is_writable(&asked) => of.add(id, *asked, None),
                    Reach::Perhaps(_, why) | Reach::Inside(why) | Reach::Never(why) | Reach::Traced(why) => {
                        of.without.push((id, why));
                    }
                }
            }
            of
        })
        .collect()
}

impl OfServer {
    fn add(&mut self, id: Id, asked: Asked, times: Option<u64>) {
        match self.requests.iter_mut().find(|one| one.asked == asked) {
            Some(one) => one.covers.push(id),
            None => self.requests.push(One { covers: vec![id], asked, times }),
        }
    }
}

/// Requests by their paths, each with how often it was made.
type Paths = BTreeMap<Vec<u8>, (Asked, u64)>;

/// The most used requests of each place and status: those that only read, without what their queries say.
fn by_place(web: &dyn Web, world: &dyn World, real: &[(Asked, u64)]) -> BTreeMap<Id, Vec<(Asked, u64)>> {
    let mut groups: BTreeMap<(Id, Option<u16>), Paths> = BTreeMap::new();
    for (asked, times) in real {
        let reads = asked.method == "GET" || asked.method == "HEAD";
        let is_found = asked.status.is_some_and(|status| status < 500);
        let target = String::from_utf8_lossy(&asked.target).into_owned();
        if !reads || !is_found || has_token(&target) {
            continue;
        }
        let path = target.split('?').next().unwrap_or_default().as_bytes().to_vec();
        // Nobody knows what a query was good for once its values are gone: the path has to do.
        let plain = Asked { target: path.clone(), headers: Some(Vec::new()), ..asked.clone() };
        let route = web.route(&plain, world);
        let Some(place) = route.last().filter(|_| is_writable(&plain)) else { continue };
        let of = groups.entry((place, asked.status)).or_default();
        of.entry(path).or_insert_with(|| (Asked { status: None, ..plain }, 0)).1 += times;
    }
    let mut places: BTreeMap<Id, Vec<(Asked, u64)>> = BTreeMap::new();
    for ((place, _), paths) in groups {
        let most = paths.into_values().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.target.cmp(&a.0.target)));
        let all = places.entry(place).or_default();
        all.extend(most.filter(|(asked, _)| !all.iter().any(|(a, _)| a.target == asked.target)));
    }
    places
}

/// Whether a part of a path is rather a token than a name: long, and of letters and digits mixed.
fn has_token(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    path.split(['/', ';', '=', '.']).any(|part| {
        let (digits, letters) =
            (part.bytes().filter(u8::is_ascii_digit).count(), part.bytes().filter(u8::is_ascii_alphabetic).count());
        part.len() >= 20 && digits >= 4 && letters >= 4 && !part.contains('-')
    })
}

fn is_writable(asked: &Asked) -> bool {
    let fields = asked.headers.iter().flatten();
    is_host(&asked.host) && is_target(&asked.target) && fields.into_iter().all(|(name, value)| is_field(name, value))
}

/// Paths of files that the servers send as they are, found in the directories that they send from.
pub fn known_paths(web: &dyn Web, target: &Looking<'_>) -> Result<BTreeMap<Id, Vec<String>>, Trouble> {
    let mut known: BTreeMap<Id, Vec<String>> = BTreeMap::new();
    let mut sources: Vec<(Id, String, String)> = Vec::new();
    for id in web.servers() {
        sources.extend(web.sources(id).into_iter().map(|(dir, prefix)| (id, dir, prefix)));
    }
    sources.sort();
    sources.dedup();
    let patterns: Vec<String> =
        sources.iter().flat_map(|(_, dir, _)| [format!("{dir}/*"), format!("{dir}/*/*")]).collect();
    let looked = target.files(patterns, &["filetype"])?;
    for (server, dir, prefix) in &sources {
        let files = looked.files.iter().filter_map(|(path, file)| {
            let below = path.strip_prefix(dir.as_str())?.strip_prefix('/')?;
            let is_file = crate::looking::text(file, "filetype") == Some("file") && !file.absent;
            let ending = below.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase())?;
            let is_hidden = below.split('/').any(|part| part.starts_with('.'));
            (is_file && !is_hidden && !has_token(below) && PLAIN.contains(&ending.as_str()))
                .then(|| escaped(&format!("{prefix}{below}")))
        });
        let all = known.entry(*server).or_default();
        all.extend(files.take(MOST_KNOWN));
        all.truncate(MOST_KNOWN);
    }
    Ok(known)
}
