//! Readings that several probes of one look share: each is made once and kept until the look ends.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

type Kept = Arc<OnceLock<Arc<dyn Any + Send + Sync>>>;

/// One reading of each type.
#[derive(Default)]
pub struct Memo {
    kept: Mutex<HashMap<TypeId, Kept>>,
}

impl Memo {
    /// The reading of this type, made now if nobody made it before. Others who ask meanwhile wait for it.
    pub fn get<T: Send + Sync + 'static>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let slot = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.entry(TypeId::of::<T>()).or_default())
        };
        let mut make = Some(make);
        let made = slot.get_or_init(|| match make.take() {
            Some(make) => Arc::new(make()),
            None => unreachable!("a slot is made once"),
        });
        match Arc::clone(made).downcast::<T>() {
            Ok(reading) => reading,
            Err(_) => unreachable!("a slot is found by its type"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_made_once() {
        let memo = Memo::default();
        assert_eq!(*memo.get(|| 1_u8), 1);
        assert_eq!(*memo.get(|| 2_u8), 1);
        assert_eq!(*memo.get(|| 3_u16), 3);
    }
}
