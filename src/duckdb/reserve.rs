//! The allocator: the system's, with a reserve for the moment when that has nothing left.
//!
//! A failed allocation aborts the process, unless it is asked for with `try_reserve`. Every
//! buffer that grows with the data is. What remains are the many small ones, which the reserve
//! serves when the system does not; a callback that ends while it is in use ends in an error.
//!
//! The reserve is part of the library and is never given to the system: there the threads of
//! the host would have it before the one that needs it.

use crate::error::{Error, Result};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of the reserve. Until they are used they are address space and not memory.
const BYTES: usize = 16 << 20;

/// The reserve is there for allocations up to this size.
const SMALL: usize = 1 << 20;

/// What a callback needs of the system beside its own allocations, such as a thread's locals.
const LITTLE: usize = 16 << 10;

#[global_allocator]
static ALLOCATOR: WithReserve = WithReserve;

static RESERVE: Reserve = Reserve::new();

struct WithReserve;

// SAFETY: a block is the system's or the reserve's, is its taker's alone, and goes back to where
// it came from.
unsafe impl GlobalAlloc for WithReserve {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let block = unsafe { System.alloc(layout) };
        if block.is_null() {
            return RESERVE.take(layout);
        }
        block
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let block = unsafe { System.alloc_zeroed(layout) };
        if block.is_null() {
            let block = RESERVE.take(layout);
            if !block.is_null() {
                // SAFETY: the block has this size.
                unsafe { block.write_bytes(0, layout.size()) };
            }
            return block;
        }
        block
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !RESERVE.has(block) {
            // SAFETY: the caller's promise.
            let moved = unsafe { System.realloc(block, layout, size) };
            if !moved.is_null() {
                return moved;
            }
        }
        // SAFETY: the caller's promise; a failed realloc left the block as it was.
        unsafe { moved(block, layout, size) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if RESERVE.has(block) {
            return RESERVE.give_back();
        }
        // SAFETY: the caller's promise; it is not the reserve's, so it is the system's.
        unsafe { System.dealloc(block, layout) }
    }
}

/// The block's content in a new block, or null, and the block as it was.
///
/// # Safety
///
/// As for `GlobalAlloc::realloc`.
#[cold]
unsafe fn moved(block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
    // SAFETY: the caller promises that the size fits the alignment.
    let new = unsafe { ALLOCATOR.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
    if !new.is_null() {
        // SAFETY: both blocks have as many bytes, and are different ones; the old one is the
        // caller's to give back.
        unsafe {
            block.copy_to_nonoverlapping(new, layout.size().min(size));
            ALLOCATOR.dealloc(block, layout);
        }
    }
    new
}

/// Blocks one behind the other. The place of a block is free again when all are given back.
#[repr(align(64))]
struct Reserve {
    bytes: UnsafeCell<[MaybeUninit<u8>; BYTES]>,
    /// How many blocks are in use, and above [`PLACES`] bits the bytes up to the last one's end.
    taken: AtomicU64,
}

const PLACES: u32 = 32;

// SAFETY: the bytes are only handed out, every one to one taker, see `take`.
unsafe impl Sync for Reserve {}

impl Reserve {
    const fn new() -> Self {
        Self {
            bytes: UnsafeCell::new([MaybeUninit::uninit(); BYTES]),
            taken: AtomicU64::new(0),
        }
    }

    #[inline]
    fn has(&self, block: *const u8) -> bool {
        let start = self.bytes.get().cast::<u8>();
        block.addr().wrapping_sub(start.addr()) < BYTES
    }

    #[cold]
    fn take(&self, layout: Layout) -> *mut u8 {
        if layout.size() > SMALL || layout.align() > align_of::<Self>() {
            return null_mut();
        }
        let mut place = 0;
        let taken = self
            .taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |taken| {
                let end = (taken >> PLACES) as usize;
                place = end.next_multiple_of(layout.align());
                let end = place + layout.size();
                let blocks = (taken & u64::from(u32::MAX)) + 1;
                (end <= BYTES).then_some((end as u64) << PLACES | blocks)
            });
        match taken {
            // The exchange made the bytes from here to the new end this taker's alone.
            Ok(_) => self.bytes.get().cast::<u8>().wrapping_add(place),
            Err(_) => null_mut(),
        }
    }

    #[cold]
    fn give_back(&self) {
        let _ = self
            .taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |taken| {
                let is_last = taken & u64::from(u32::MAX) == 1;
                Some(if is_last { 0 } else { taken - 1 })
            });
    }

    #[inline]
    fn is_whole(&self) -> bool {
        self.taken.load(Ordering::Relaxed) == 0
    }
}

/// Makes sure that there is memory for a callback.
///
/// # Errors
///
/// When the system has nothing left, or the reserve is in use and the system could not serve it.
#[inline]
pub fn check() -> Result<()> {
    let wanted = if RESERVE.is_whole() { LITTLE } else { BYTES };
    if system_has(wanted) {
        return Ok(());
    }
    Err(Error::DuckDb("the process is out of memory".into()))
}

/// Whether the system can give so many bytes.
#[inline]
fn system_has(bytes: usize) -> bool {
    let Ok(layout) = Layout::array::<u8>(bytes) else {
        return false;
    };
    // SAFETY: the layout has a size, and the block goes back as it came. Without the black box
    // the compiler may take both calls away.
    unsafe {
        let block = black_box(System.alloc(layout));
        if block.is_null() {
            return false;
        }
        System.dealloc(block, layout);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).expect("it is one")
    }

    #[test]
    fn blocks_do_not_overlap_and_their_place_is_free_when_all_are_given_back() {
        static OWN: Reserve = Reserve::new();
        let first = OWN.take(layout(5, 1));
        let second = OWN.take(layout(100, 64));
        assert!(OWN.has(first) && OWN.has(second) && !OWN.is_whole());
        assert_eq!(second.addr() % 64, 0);
        assert!(second.addr() - first.addr() >= 5);
        assert!(OWN.take(layout(SMALL + 1, 1)).is_null());
        OWN.give_back();
        assert!(OWN.take(layout(1, 1)).addr() >= second.addr() + 100);
        OWN.give_back();
        OWN.give_back();
        assert!(OWN.is_whole());
        assert_eq!(OWN.take(layout(5, 1)), first);
    }

    #[test]
    fn what_is_spent_is_refused() {
        static OWN: Reserve = Reserve::new();
        let blocks = (0..).take_while(|_| !OWN.take(layout(SMALL, 16)).is_null());
        assert_eq!(blocks.count(), BYTES / SMALL);
        assert!(OWN.take(layout(1, 1)).is_null());
    }

    #[test]
    fn a_block_of_the_reserve_grows_with_its_content() {
        let old = layout(8, 8);
        let block = RESERVE.take(old);
        assert!(RESERVE.has(block));
        // SAFETY: the block has these bytes, and is given back once, with its layout.
        unsafe {
            block.write_bytes(7, 8);
            let grown = ALLOCATOR.realloc(block, old, 4000);
            assert!(!RESERVE.has(grown));
            assert_eq!(std::slice::from_raw_parts(grown, 8), [7; 8]);
            ALLOCATOR.dealloc(grown, layout(4000, 8));
        }
        check().expect("there is memory");
    }

    #[test]
    fn more_than_there_can_be_is_not_had() {
        assert!(system_has(LITTLE));
        assert!(!system_has(isize::MAX as usize));
    }
}
