//! Keys as people write them, into the bytes a terminal sends: `1<Enter>`, `<C-z>`, `hello`.

/// Bytes of a key sequence. `<` itself is `<lt>`.
pub fn bytes(keys: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        if c == '<'
            && let Some(end) = rest.find('>')
        {
            out.extend_from_slice(&named(&rest[1..end]));
            rest = &rest[end + 1..];
            continue;
        }
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn named(name: &str) -> Vec<u8> {
    match name {
        "lt" => b"<".to_vec(),
        "Enter" => b"\r".to_vec(),
        "Tab" => b"\t".to_vec(),
        "S-Tab" => b"\x1b[Z".to_vec(),
        "Esc" => b"\x1b".to_vec(),
        "Space" => b" ".to_vec(),
        "BS" => b"\x7f".to_vec(),
        "Up" => b"\x1b[A".to_vec(),
        "Down" => b"\x1b[B".to_vec(),
        "Right" => b"\x1b[C".to_vec(),
        "Left" => b"\x1b[D".to_vec(),
        "Home" => b"\x1b[H".to_vec(),
        "End" => b"\x1b[F".to_vec(),
        "PgUp" => b"\x1b[5~".to_vec(),
        "PgDn" => b"\x1b[6~".to_vec(),
        _ => match name.strip_prefix("C-").and_then(|c| c.chars().next()) {
            Some(c) => vec![c.to_ascii_lowercase() as u8 & 0x1f],
            None => panic!("no such key: <{name}>"),
        },
    }
}

/// Text as a terminal with bracketed paste sends it.
pub fn paste(text: &str) -> Vec<u8> {
    format!("\x1b[200~{text}\x1b[201~").into_bytes()
}
