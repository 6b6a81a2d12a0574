//! Purchase intent: who wants to buy any product of a set, from order lines.
//!
//! A set of products is called a label here; many labels are looked at in one pass. In the
//! order of the work: [`weighing`] turns the [`counts`] into the [`weights`] of products for
//! labels; with them a [`reading`] of a customer's [`basket`] gives the [`features`], all
//! features the [`scales`] and the [`calibration`], as far as the label's past [`support`]s it, and that the [`score`]s;
//! with amounts [`spend`] gives the revenue to expect.

pub mod basket;
pub mod calibration;
pub mod counts;
pub mod decay;
pub mod evidence;
pub mod features;
pub mod keyword;
pub mod reading;
pub mod scales;
pub mod score;
pub mod sentence;
pub mod spend;
pub mod support;
pub mod weighing;
pub mod weights;
