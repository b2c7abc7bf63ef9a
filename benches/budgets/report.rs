//! Figures beside their budgets.

use std::time::Duration;

pub fn heading(text: &str) {
    println!("\n{text}");
}

/// A figure and, where there is one, the most it may be.
pub fn at_most(what: &str, figure: f64, unit: &str, budget: Option<f64>) {
    line(what, figure, unit, budget.map(|b| ("≤", b, figure <= b)));
}

/// A figure and the least it should be.
pub fn at_least(what: &str, figure: f64, unit: &str, budget: f64) {
    line(what, figure, unit, Some(("≥", budget, figure >= budget)));
}

fn line(what: &str, figure: f64, unit: &str, budget: Option<(&str, f64, bool)>) {
    let figure = format!("{} {unit}", short(figure));
    let budget = budget.map_or(String::new(), |(sign, b, ok)| {
        format!("budget {sign} {:<9} {}", format!("{} {unit}", short(b)), if ok { "ok" } else { "OVER" })
    });
    println!("  {what:<58} {figure:>13}  {budget}");
}

fn short(n: f64) -> String {
    match n {
        n if n >= 100.0 || n.fract() == 0.0 => format!("{n:.0}"),
        n if n >= 1.0 => format!("{n:.1}"),
        n => format!("{n:.3}"),
    }
}

pub fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1_000.0
}

/// The `p`th part of a hundred of the samples.
pub fn percentile<T: Copy + PartialOrd>(samples: &[T], p: usize) -> T {
    let mut sorted = samples.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).expect("comparable"));
    sorted[(sorted.len() * p / 100).min(sorted.len() - 1)]
}
