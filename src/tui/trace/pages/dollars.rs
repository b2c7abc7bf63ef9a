//! Sums of money.

/// "$0.0021": so many digits that the first two that count are there.
pub(in crate::tui::trace) fn dollars(cost: f64) -> String {
    let digits = match cost.abs() {
        c if c >= 1.0 || c == 0.0 => 2,
        c if c >= 0.01 => 4,
        _ => 6,
    };
    format!("${cost:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_sums_keep_the_digits_that_count() {
        assert_eq!([12.3456, 0.0214, 0.000_021, 0.0].map(dollars), ["$12.35", "$0.0214", "$0.000021", "$0.00"]);
    }
}
