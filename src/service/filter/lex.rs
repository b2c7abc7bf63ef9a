//! Characters into tokens, each with its column.

/// A token and where it begins (column from 1, in characters).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) column: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A key, keyword, number or date as written, quotes of its parts taken off.
    Word { text: String, quoted: bool },
    /// `'...'` or `"..."` on its own.
    Text(String),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`, `(`, `)`, `,`.
    Sign(&'static str),
}

const SIGNS: [&str; 11] = ["!=", "<>", "<=", ">=", "==", "=", "<", ">", "(", ")", ","];

/// All tokens of `text`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut lexer = Lexer { rest: text, column: 1 };
    loop {
        lexer.skip_space();
        let column = lexer.column;
        let Some(c) = lexer.rest.chars().next() else { return Ok(out) };
        let kind = match c {
            '\'' | '"' => {
                let text = lexer.quoted(c)?;
                if lexer.rest.starts_with('.') { lexer.word(text, true)? } else { Kind::Text(text) }
            }
            _ if is_word(c) || c == '`' => lexer.word(String::new(), false)?,
            _ => lexer.sign()?,
        };
        out.push(Token { kind, column });
    }
}

struct Lexer<'a> {
    rest: &'a str,
    column: usize,
}

impl Lexer<'_> {
    fn advance(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.column += taken.chars().count();
        self.rest = rest;
    }

    fn skip_space(&mut self) {
        let trimmed = self.rest.trim_start();
        self.advance(self.rest.len() - trimmed.len());
    }

    /// What stands between two `quote`s; a doubled quote stands for itself.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let began = self.column;
        self.advance(1);
        let mut text = String::new();
        loop {
            let Some(end) = self.rest.find(quote) else {
                return Err(format!("column {began}: the quote {quote} is never closed"));
            };
            text.push_str(&self.rest[..end]);
            self.advance(end + 1);
            if !self.rest.starts_with(quote) {
                return Ok(text);
            }
            text.push(quote);
            self.advance(1);
        }
    }

    /// A word: bare characters and, after a dot or at its start, quoted parts.
    fn word(&mut self, begun: String, begun_quoted: bool) -> Result<Kind, String> {
        let (mut text, mut quoted) = (begun, begun_quoted);
        loop {
            let bare = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
            text.push_str(&self.rest[..bare]);
            self.advance(bare);
            match self.rest.chars().next() {
                Some('`') => text.push_str(&self.quoted('`')?),
                Some('"') if text.ends_with('.') => text.push_str(&self.quoted('"')?),
                _ => return Ok(Kind::Word { text, quoted }),
            }
            quoted = true;
        }
    }

    fn sign(&mut self) -> Result<Kind, String> {
        let Some(sign) = SIGNS.into_iter().find(|s| self.rest.starts_with(s)) else {
            let c = self.rest.chars().next().unwrap_or(' ');
            return Err(format!("column {}: {c:?} has no meaning here; texts stand in 'quotes'", self.column));
        };
        self.advance(sign.len());
        Ok(Kind::Sign(match sign {
            "<>" => "!=",
            "==" => "=",
            other => other,
        }))
    }
}

/// Keys, keywords, numbers and dates are made of these.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ':' | '+' | '@')
}
