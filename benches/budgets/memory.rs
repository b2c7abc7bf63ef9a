//! Resident memory of another process (Linux; elsewhere there is no figure).

/// Megabytes that it held at most so far.
pub fn peak(pid: u32) -> Option<f64> {
    field(pid, "VmHWM:")
}

/// Megabytes that it holds now.
pub fn now(pid: u32) -> Option<f64> {
    field(pid, "VmRSS:")
}

fn field(pid: u32, name: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kb| kb / 1024.0)
}
