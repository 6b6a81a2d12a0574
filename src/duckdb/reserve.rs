//! The allocator: the system's, with a reserve for the moment when that has nothing left.
//!
//! A failed allocation aborts the process, unless it is asked for with `try_reserve`. Every
//! buffer that grows with the data is. What remains are the many small ones, for which the
//! reserve is given back to the system; the callback that used it up ends in an error. When
//! there is none, other threads are about to end in an error, and what they free is waited for.

use crate::error::{Error, Result};
use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// Bytes of the reserve. They are never written to, so they are address space and not memory.
const RESERVE: Layout = match Layout::from_size_align(16 << 20, 16) {
    Ok(layout) => layout,
    Err(_) => panic!(),
};

/// The reserve is there for allocations up to this size.
const SMALL: usize = 1 << 20;

/// How often, and after which pause, a small allocation is tried again: a second in all.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(5);

static HELD: AtomicPtr<u8> = AtomicPtr::new(null_mut());

#[global_allocator]
static ALLOCATOR: WithReserve = WithReserve;

struct WithReserve;

// SAFETY: every call goes to the system's allocator, as it came.
unsafe impl GlobalAlloc for WithReserve {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        retried(layout.size(), || unsafe { System.alloc(layout) })
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        retried(layout.size(), || unsafe { System.alloc_zeroed(layout) })
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise; a failed realloc leaves the block as it was.
        retried(size, || unsafe { System.realloc(block, layout, size) })
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[inline]
fn retried(size: usize, allocate: impl Fn() -> *mut u8) -> *mut u8 {
    let block = allocate();
    if block.is_null() && size <= SMALL {
        return insisted(allocate);
    }
    block
}

/// Tries again with what the reserve leaves, and then with what other threads free.
///
/// That another thread has taken the reserve does not mean that it has given it back already.
#[cold]
fn insisted(allocate: impl Fn() -> *mut u8) -> *mut u8 {
    release();
    for _ in 0..TRIES {
        let block = allocate();
        if !block.is_null() {
            return block;
        }
        sleep(PAUSE);
    }
    null_mut()
}

/// Gives the reserve back to the system.
fn release() {
    let held = HELD.swap(null_mut(), Ordering::AcqRel);
    if !held.is_null() {
        // SAFETY: the swap made it ours alone.
        unsafe { System.dealloc(held, RESERVE) };
    }
}

/// Makes sure that there is a reserve.
///
/// # Errors
///
/// When it was used up and the system has no memory for a new one.
#[inline]
pub fn hold() -> Result<()> {
    if HELD.load(Ordering::Relaxed).is_null() {
        return renew();
    }
    Ok(())
}

#[cold]
fn renew() -> Result<()> {
    // SAFETY: the layout has a size.
    let new = unsafe { System.alloc(RESERVE) };
    if new.is_null() {
        return Err(Error::DuckDb("the process is out of memory".into()));
    }
    let before = HELD.compare_exchange(null_mut(), new, Ordering::AcqRel, Ordering::Relaxed);
    if before.is_err() {
        // SAFETY: another thread was faster; this block was never shared.
        unsafe { System.dealloc(new, RESERVE) };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_allocation_waits_for_other_threads_and_a_large_one_does_not() {
        let tries = std::cell::Cell::new(0);
        let mut room = 0;
        let block = &raw mut room;
        let full_until = |free| {
            let tries = &tries;
            move || {
                tries.set(tries.get() + 1);
                if tries.get() < free {
                    null_mut()
                } else {
                    block
                }
            }
        };
        hold().expect("there is memory");
        assert!(retried(SMALL + 1, full_until(2)).is_null());
        assert_eq!(tries.replace(0), 1);
        assert_eq!(retried(SMALL, full_until(4)), block);
        assert_eq!(tries.replace(0), 4);
        assert!(retried(SMALL, full_until(u32::MAX)).is_null());
        assert_eq!(tries.replace(0), TRIES + 1);
        hold().expect("there is memory");
    }
}
