//! Files in, traces in the store: every format, every oddity, and the rule of identity, through the library's API.

mod formats;
mod home;
mod hostile;
mod identity;
