//! MLflow's search grammar: which traces are meant.
//!
//! `attributes.status = 'ERROR' AND tag.team LIKE 'sup%' AND trace.text ILIKE '%refund%'`. Conditions are joined by
//! AND only, as in MLflow; what is wrong is said with its column and with what would be accepted.
//!
//! A trace without the named value satisfies only `IS NULL`, also where the comparison is `!=` (as SQL has it).

mod eval;
mod key;
mod lex;
mod like;
mod parse;
mod subject;
pub(in crate::service) mod text;
mod when;

#[cfg(test)]
mod tests;

pub use subject::{FilterSubject, LazySubject};

use key::Key;
use like::Pattern;
use std::fmt;

/// A search expression, read and ready to be tried on traces.
#[derive(Debug, Clone)]
pub struct Filter {
    conditions: Vec<Condition>,
}

/// One condition; all of a filter's must hold.
#[derive(Debug, Clone)]
struct Condition {
    key: Key,
    test: Test,
}

/// What is asked of a value.
#[derive(Debug, Clone)]
enum Test {
    IsNull,
    IsNotNull,
    Compare(Comparison, Operand),
    In {
        not: bool,
        list: Vec<Operand>,
    },
    Like(Pattern),
    /// Found anywhere in the value, as MySQL and MLflow have it.
    Matches(regex::Regex),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A literal of the expression.
#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Number(f64),
    Text(String),
    /// Unix milliseconds, for the keys that are times.
    Time(i64),
}

impl Filter {
    /// Reads an expression; an empty one matches everything.
    ///
    /// # Errors
    /// A sentence with the column (from 1, in characters) and what would be accepted there.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::filter(text)
    }

    /// Whether every condition holds. The cheap ones are tried first; the body is asked for only when a condition
    /// needs it and all the others hold.
    #[must_use]
    pub fn matches(&self, subject: &dyn FilterSubject) -> bool {
        [key::Cost::Summary, key::Cost::Assessments, key::Cost::Body]
            .into_iter()
            .all(|cost| self.conditions.iter().filter(|c| c.key.cost() == cost).all(|c| c.holds(subject)))
            && self.holds_on_spans(subject)
    }

    /// Whether some condition reads the trace's body (a list may say that it takes longer).
    #[must_use]
    pub fn reads_bodies(&self) -> bool {
        self.conditions.iter().any(|c| c.key.cost() == key::Cost::Body)
    }
}

/// The expression in its plainest spelling; reading it again gives the same filter.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, condition) in self.conditions.iter().enumerate() {
            if n > 0 {
                f.write_str(" AND ")?;
            }
            write!(f, "{condition}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.key)?;
        match &self.test {
            Test::IsNull => f.write_str("IS NULL"),
            Test::IsNotNull => f.write_str("IS NOT NULL"),
            Test::Compare(how, operand) => write!(f, "{} {operand}", how.sign()),
            Test::In { not, list } => {
                f.write_str(if *not { "NOT IN (" } else { "IN (" })?;
                for (n, operand) in list.iter().enumerate() {
                    write!(f, "{}{operand}", if n > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            Test::Like(pattern) => {
                let word = if pattern.folds_case() { "ILIKE" } else { "LIKE" };
                write!(f, "{word} {}", Operand::Text(pattern.source().to_owned()))
            }
            Test::Matches(regex) => write!(f, "RLIKE {}", Operand::Text(regex.as_str().to_owned())),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => write!(f, "{n}"),
            Self::Time(ms) => write!(f, "{ms}"),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
        }
    }
}

impl Comparison {
    const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    const fn accepts(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
