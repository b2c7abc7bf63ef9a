//! Memory that a closed trace needed goes back to the system.
//!
//! glibc keeps what is freed: after a page of a dense 5 MB JSON was made, 110-160 MB stayed resident of which half was
//! free. Its three settings for that are read when a program starts, and setting them later needs `unsafe`; so a screen
//! starts itself once more with them (the same process, terminal and arguments). Measured on that trace: 48-79 MB.
//! See mallopt(3); another allocator (mimalloc) was tried and kept more.
//!
//! What is given back has to be got again, 4 KB a page fault: a fifth of opening a 5 MB trace. The fourth setting asks
//! for huge pages in blocks that are larger than one (glibc 2.35 and Linux; elsewhere it says nothing).

/// One arena, and large blocks on their own: they are unmapped when they are freed.
const SETTINGS: [(&str, &str); 4] = [
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "131072"),
    ("MALLOC_TRIM_THRESHOLD_", "131072"),
    ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),
];

/// Goes on as the same program with glibc's settings for giving memory back, unless somebody has made settings of their
/// own. Where it cannot, nothing happens: it is about memory alone. To be called before anything else is open.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn restart() {
    use std::os::unix::process::CommandExt;
    if SETTINGS.iter().any(|(name, _)| std::env::var_os(name).is_some()) {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut again = std::process::Command::new(program);
    let mut args = std::env::args_os();
    if let Some(name) = args.next() {
        again.arg0(name);
    }
    // Comes back only if it failed.
    drop(again.args(args).envs(SETTINGS).exec());
}

/// Other systems' allocators have other settings.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn restart() {}

/// An editor or a shell that is started from the screen is none of this.
pub(super) fn leave_alone(command: &mut std::process::Command) {
    for (name, value) in SETTINGS {
        if std::env::var_os(name).is_some_and(|v| v == value) {
            command.env_remove(name);
        }
    }
}
