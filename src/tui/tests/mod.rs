//! Key macros through the real update loop, against the real rules over a store in memory.

mod answering;
mod browsing;
mod conflicts;
mod copying;
mod deciding;
mod finding;
mod helping;
mod lens;
mod moving;
mod narrow;
mod read_again;
mod refused;
mod rig;
mod saving;
mod screens;
mod team;
mod turns;
mod waiting;
mod writing;
