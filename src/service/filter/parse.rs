//! Tokens into conditions.

use super::key::{Key, Sort};
use super::lex::{Kind, Token, tokens};
use super::like::Pattern;
use super::{Comparison, Condition, Filter, Operand, Test, when};

/// Longest regular expression program accepted (bytes); a filter comes from people, who mistype.
const REGEX_LIMIT: usize = 1 << 20;

const AFTER_KEY: &str = "=, !=, <, <=, >, >=, LIKE, ILIKE, RLIKE, IN (...), NOT IN (...), IS NULL or IS NOT NULL";

pub(super) fn filter(text: &str) -> Result<Filter, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, end: text.trim_end().chars().count() + 1 };
    parser.conditions().map(|conditions| Filter { conditions })
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    /// Column just after the expression.
    end: usize,
}

impl<'a> Parser<'a> {
    fn conditions(&mut self) -> Result<Vec<Condition>, String> {
        let mut out = Vec::new();
        if self.tokens.is_empty() {
            return Ok(out);
        }
        loop {
            out.push(self.condition()?);
            if self.at == self.tokens.len() {
                return Ok(out);
            }
            if self.keyword("AND") {
                continue;
            }
            if self.is_word("OR") {
                return self.fail("not part of the grammar: join conditions with AND, or name alternatives with IN (...) or RLIKE 'a|b'");
            }
            return self.fail("expected AND or the end");
        }
    }

    fn condition(&mut self) -> Result<Condition, String> {
        let column = self.column();
        let key = match self.peek() {
            Some(Kind::Word { text, .. }) => Key::read(text).map_err(|e| format!("column {column}: {e}"))?,
            Some(Kind::Sign("(")) => {
                return self.fail("parentheses stand only after IN; conditions are joined with AND");
            }
            _ => return self.fail("expected a key such as name, status, tag.KEY or feedback.NAME"),
        };
        self.at += 1;
        let test = self.test(&key)?;
        Ok(Condition { key, test })
    }

    fn test(&mut self, key: &Key) -> Result<Test, String> {
        if self.keyword("IS") {
            let not = self.keyword("NOT");
            return match (self.keyword("NULL"), not) {
                (true, false) => Ok(Test::IsNull),
                (true, true) => Ok(Test::IsNotNull),
                _ => self.fail("after IS comes NULL or NOT NULL"),
            };
        }
        if self.keyword("NOT") {
            return if self.keyword("IN") { self.list(key, true) } else { self.fail("after NOT comes IN (...)") };
        }
        if self.keyword("IN") {
            return self.list(key, false);
        }
        for (word, fold) in [("LIKE", false), ("ILIKE", true)] {
            if self.keyword(word) {
                return Ok(Test::Like(Pattern::new(self.pattern(key, word)?, fold)));
            }
        }
        if self.keyword("RLIKE") {
            let column = self.column();
            let source = self.pattern(key, "RLIKE")?;
            return regex::RegexBuilder::new(&source).size_limit(REGEX_LIMIT).build().map(Test::Matches).map_err(|e| {
                let why = e.to_string();
                let last = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                format!("column {column}: not a regular expression: {last}")
            });
        }
        let Some(Kind::Sign(sign)) = self.peek() else { return self.fail(&format!("expected {AFTER_KEY}")) };
        let comparison = match *sign {
            "=" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return self.fail(&format!("expected {AFTER_KEY}")),
        };
        if key.sort() == Sort::Pattern {
            return self.fail(&format!("{key} takes LIKE, ILIKE or RLIKE: {key} LIKE '%words%'"));
        }
        self.at += 1;
        Ok(Test::Compare(comparison, self.operand(key)?))
    }

    fn list(&mut self, key: &Key, not: bool) -> Result<Test, String> {
        if key.sort() == Sort::Pattern {
            return self.fail(&format!("{key} takes LIKE, ILIKE or RLIKE: {key} LIKE '%words%'"));
        }
        if !self.sign("(") {
            return self.fail("after IN comes a list: IN ('a', 'b')");
        }
        let mut list = Vec::new();
        loop {
            list.push(self.operand(key)?);
            if self.sign(")") {
                return Ok(Test::In { not, list });
            }
            if !self.sign(",") {
                return self.fail("expected , or ) in the list");
            }
        }
    }

    /// The text after LIKE and its kin.
    fn pattern(&mut self, key: &Key, word: &str) -> Result<String, String> {
        if matches!(key.sort(), Sort::Number | Sort::Time) {
            return self.fail(&format!("{key} is a number: it takes =, !=, <, <=, >, >= and IN, not {word}"));
        }
        match self.peek() {
            Some(Kind::Text(text)) => {
                self.at += 1;
                Ok(text.clone())
            }
            _ => self.fail(&format!("after {word} comes a text in quotes: {word} '%words%'")),
        }
    }

    fn operand(&mut self, key: &Key) -> Result<Operand, String> {
        let literal = match self.peek() {
            Some(Kind::Text(text)) => Ok(text.as_str()),
            Some(Kind::Word { text, quoted: false }) => Err(text.as_str()),
            _ => return self.fail("expected a value: 'text' or a number"),
        };
        let (Ok(text) | Err(text)) = literal;
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
        let operand = match (key.sort(), literal, number) {
            (Sort::Time, _, Some(ms)) => Operand::Time(whole(ms)),
            (Sort::Time, ..) => match when::read(text) {
                Some(ms) => Operand::Time(ms),
                None => return self.fail("expected a time: '2026-11-24', '2026-11-24T09:30:00Z' or Unix milliseconds"),
            },
            (Sort::Number, _, Some(n)) => Operand::Number(n),
            (Sort::Number, ..) => return self.fail(&format!("{key} takes a number of milliseconds")),
            (_, Ok(text), _) => Operand::Text(text.to_owned()),
            (Sort::Either, Err(_), Some(n)) => Operand::Number(n),
            (_, Err(word), _) if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") => {
                Operand::Text(word.to_ascii_lowercase())
            }
            (_, Err(word), _) => return self.fail(&format!("a text stands in quotes: '{word}'")),
        };
        self.at += 1;
        Ok(operand)
    }

    fn peek(&self) -> Option<&'a Kind> {
        self.tokens.get(self.at).map(|t| &t.kind)
    }

    fn column(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |t| t.column)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Kind::Word { text, quoted: false }) if text.eq_ignore_ascii_case(word))
    }

    fn keyword(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Sign(s)) if *s == sign);
        self.at += usize::from(found);
        found
    }

    fn fail<T>(&self, why: &str) -> Result<T, String> {
        let what = match self.peek() {
            Some(Kind::Word { text, .. }) => format!("{text}: "),
            Some(Kind::Text(text)) => format!("'{text}': "),
            Some(Kind::Sign(sign)) => format!("{sign} "),
            None => String::new(),
        };
        Err(format!("column {}: {what}{why}", self.column()))
    }
}

/// Milliseconds are whole; the cast saturates.
#[allow(clippy::cast_possible_truncation)]
fn whole(ms: f64) -> i64 {
    ms.round() as i64
}
