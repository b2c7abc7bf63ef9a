//! Resident memory and processor time of another process (Linux; elsewhere there is no figure).

/// Megabytes that it held at most so far.
pub fn peak(pid: u32) -> Option<f64> {
    field(pid, "VmHWM:")
}

/// Megabytes that it holds now.
pub fn now(pid: u32) -> Option<f64> {
    field(pid, "VmRSS:")
}

/// Seconds of processor time that it has used so far.
pub fn processor(pid: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // After the name in brackets: fields 14 and 15, in the kernel's hundredths of a second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |n: usize| fields.get(n)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

fn field(pid: u32, name: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kb| kb / 1024.0)
}
