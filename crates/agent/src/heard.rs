//! What probes say, on its way from their threads to the one that hands it on. The listener is woken when a kind ends, and
//! otherwise every few milliseconds: waking it for each resource would cost more than most resources do.

use model::event::Event;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long what was said may wait for its listener.
const WAIT: Duration = Duration::from_millis(20);

/// How much may wait before the listener is woken at once.
const MOST: usize = 1024;

/// What was said and not yet heard.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    said: Mutex<Vec<Event>>,
    wake: Condvar,
}

impl Heard {
    /// Says something.
    pub(crate) fn say(&self, event: Event) {
        let is_end = matches!(event, Event::End { .. });
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.push(event);
        if is_end || said.len() >= MOST {
            self.wake.notify_one();
        }
    }

    /// All that was said by now; waits for it until a time, and then it may be nothing.
    pub(crate) fn take(&self, until: Instant) -> Vec<Event> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let has_ended = |said: &Vec<Event>| said.len() >= MOST || said.iter().any(|e| matches!(e, Event::End { .. }));
        loop {
            if has_ended(&said) {
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let before = said.len();
            let (woken, _) = self.wake.wait_timeout(said, left.min(WAIT)).unwrap_or_else(PoisonError::into_inner);
            said = woken;
            if !said.is_empty() && before > 0 {
                break;
            }
        }
        std::mem::take(&mut said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::coverage::Coverage;
    use std::sync::Arc;
    use std::thread;

    fn begin() -> Event {
        Event::Begin { kind: "file".to_owned() }
    }

    #[test]
    fn everything_said_is_heard_in_its_order_and_an_end_at_once() {
        let heard = Arc::new(Heard::default());
        let teller = Arc::clone(&heard);
        let say = move || {
            (0..3000).for_each(|_| teller.say(begin()));
            teller.say(Event::End { kind: "file".to_owned(), coverage: Coverage::Complete });
        };
        let thread = thread::spawn(say);
        let (begun, mut all) = (Instant::now(), Vec::new());
        while !matches!(all.last(), Some(Event::End { .. })) {
            all.extend(heard.take(Instant::now() + Duration::from_secs(60)));
        }
        thread.join().unwrap();
        assert_eq!(all.len(), 3001);
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn what_is_said_does_not_wait_for_an_end() {
        let heard = Heard::default();
        heard.say(begin());
        assert_eq!(heard.take(Instant::now() + Duration::from_secs(60)).len(), 1);
        assert!(heard.take(Instant::now() + Duration::from_millis(5)).is_empty());
    }
}
