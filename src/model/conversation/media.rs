//! Images, sounds, files: what they are, how large, and where. Their bytes are never shown.

use crate::model::attachment::attachment;
use crate::model::json::Json;

/// Where a part keeps what it is about: OpenAI's `image_url`, Anthropic's and Bedrock's `source`, Gemini's `inline_data`.
const INSIDE: [&str; 19] = [
    "image_url",
    "image_file",
    "input_audio",
    "audio_url",
    "video_url",
    "document_url",
    "file",
    "source",
    "image",
    "audio",
    "video",
    "document",
    "inline_data",
    "inlineData",
    "file_data",
    "fileData",
    "s3Location",
    "binary",
    "url",
];

/// Under which names an address stands.
const ADDRESS: [&str; 9] = ["url", "uri", "file_uri", "fileUri", "file_id", "fileId", "path", "image_url", "image"];
/// And under which the data itself.
const DATA: [&str; 8] = ["data", "file_data", "bytes", "b64_json", "base64", "content", "result", "text"];

/// And how it says what it is.
const NAMED: [&str; 10] = [
    "media_type",
    "mediaType",
    "mime_type",
    "mimeType",
    "mimetype",
    "content_type",
    "format",
    "filename",
    "name",
    "title",
];

/// "image/png · 70 bytes · attachment …": type, size and place of a part of that kind.
pub(in crate::model) fn media(kind: &str, item: &Json<'_>) -> String {
    let kind = match kind {
        "input_image" | "image_url" | "image_file" | "image_generation_call" => "image",
        "input_audio" | "output_audio" | "audio_url" => "audio",
        "input_file" | "file_url" => "file",
        "document_url" => "document",
        "video_url" => "video",
        other => other,
    };
    // Shapes stand inside shapes: {"image": {"source": {"bytes": …}}}.
    let mut levels = vec![item];
    while let Some(inner) = levels.last().and_then(|i| INSIDE.iter().find_map(|k| i.some(k).filter(|v| v.is_object())))
    {
        levels.push(inner);
        if levels.len() > 4 {
            break;
        }
    }
    let find = |keys: &[&str]| {
        levels
            .iter()
            .rev()
            .find_map(|level| keys.iter().find_map(|k| level.some(k).and_then(Json::as_text)).filter(|t| !t.is_empty()))
    };
    let named = find(&NAMED).map(|n| match n.as_ref() {
        // A format alone ("png") says less than the kind and the format.
        short if !short.contains(['/', '.']) && short.len() <= 5 && !short.contains(' ') => format!("{kind}/{short}"),
        named => named.to_owned(),
    });
    let modality = item.some("modality").map(Json::plain);
    let words = match (find(&["title", "filename", "name"]), named) {
        (Some(title), Some(named)) if !named.contains(title.as_ref()) => format!("{named} · {title}"),
        (_, Some(named)) => named,
        (_, None) => modality.unwrap_or_else(|| kind.to_owned()),
    };
    let told = match find(&ADDRESS) {
        Some(place) => describe(&words, &place),
        None => {
            let says = |level: &&Json<'_>| {
                ["b64_json", "base64", "inline_data", "inlineData"].iter().any(|k| level.some(k).is_some())
                    || level.some("type").and_then(Json::as_text).is_some_and(|t| t == "base64")
            };
            inline(&words, &find(&DATA).unwrap_or_default(), levels.iter().any(says))
        }
    };
    // Data that says its own type says nothing of its name.
    match find(&["title", "filename", "name"]) {
        Some(name) if !told.contains(name.as_ref()) => format!("{name} · {told}"),
        _ => told,
    }
}

/// The data itself, unless it turns out to be an address after all; `sure`: it is said to be data, however short.
fn inline(kind: &str, data: &str, sure: bool) -> String {
    let base64 = data.len() >= if sure { 1 } else { 8 }
        && data.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b));
    if base64 { format!("{kind} · {} bytes · inline", decoded(data)) } else { describe(kind, data) }
}

/// Type, size and place of an attachment, from its address or its data.
pub(super) fn describe(kind: &str, place: &str) -> String {
    if let Some(found) = attachment(place) {
        let named = found.facts.iter().any(|f| f.contains('/'));
        let kind = Some(kind.to_owned()).filter(|_| !named).into_iter();
        let told: Vec<String> = kind.chain(found.facts).chain([format!("attachment {}", found.id)]).collect();
        return told.join(" · ");
    }
    if let Some(data) = place.strip_prefix("data:") {
        let (head, data) = data.split_once(',').unwrap_or((data, ""));
        let base64 = head.strip_suffix(";base64");
        let size = if base64.is_some() { decoded(data) } else { data.len() };
        let kind = base64.unwrap_or(head);
        return format!("{} · {size} bytes · inline", if kind.is_empty() { "text/plain" } else { kind });
    }
    if let Some(size) = python_bytes(place) {
        return format!("{kind} · {size} bytes · inline");
    }
    // A place is an address, a path or an id: without spaces, and short unless it is an address.
    let address = place.contains("://") && !place.contains(char::is_whitespace);
    if address || place.len() < 100 {
        return if place.is_empty() { kind.to_owned() } else { format!("{kind} · {place}") };
    }
    if place.contains(char::is_whitespace) {
        return format!("{kind} · {} bytes · inline text", place.len());
    }
    format!("{kind} · {} bytes · inline", decoded(place))
}

/// Bytes that a base64 text stands for.
fn decoded(data: &str) -> usize {
    let data = data.trim_end();
    let padding = data.bytes().rev().take(2).filter(|b| *b == b'=').count();
    (data.len() / 4 * 3 + (data.len() % 4) * 3 / 4).saturating_sub(if data.len().is_multiple_of(4) {
        padding
    } else {
        0
    })
}

/// How many bytes Python's `b'…'` stands for.
fn python_bytes(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("b'").and_then(|t| t.strip_suffix('\''));
    let inside = inside.or_else(|| text.strip_prefix("b\"").and_then(|t| t.strip_suffix('"')))?;
    let mut count = 0;
    let mut bytes = inside.bytes();
    while let Some(byte) = bytes.next() {
        count += 1;
        if byte == b'\\' && bytes.next() == Some(b'x') {
            bytes.nth(1);
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn read(kind: &str, item: &str) -> String {
        media(kind, &parse(item).unwrap().0)
    }

    #[test]
    fn attachments_say_type_size_and_place() {
        assert_eq!(
            describe("image", "mlflow-attachment://a1?content_type=image%2Fpng&trace_id=t&size=70"),
            "image/png · 70 bytes · attachment a1"
        );
        assert_eq!(describe("image", "data:image/png;base64,AAAA"), "image/png · 3 bytes · inline");
        assert_eq!(describe("image", "data:,hello"), "text/plain · 5 bytes · inline");
        assert_eq!(describe("file", "file-77"), "file · file-77");
        assert_eq!(describe("image", &"QUJD".repeat(100)), "image · 300 bytes · inline");
        assert_eq!(describe("image/png", r"b'\x89PNG\n'"), "image/png · 5 bytes · inline");
        assert_eq!(describe("image", &format!("https://x.example/{}", "a".repeat(200))).matches("https").count(), 1);
    }

    #[test]
    fn every_framework_s_part_is_described() {
        let url = r#"{"type":"image_url","image_url":{"url":"https://x.example/a.png","detail":"low"}}"#;
        assert_eq!(read("image_url", url), "image · https://x.example/a.png");
        let audio = r#"{"type":"input_audio","input_audio":{"data":"UklGRiQAAABXQVZF","format":"wav"}}"#;
        assert_eq!(read("input_audio", audio), "audio/wav · 12 bytes · inline");
        let file = r#"{"type":"file","file":{"file_id":"file-77","filename":"manual.pdf"}}"#;
        assert_eq!(read("file", file), "manual.pdf · file-77");
        let claude = r#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0K"}}"#;
        assert_eq!(read("image", claude), "image/png · 6 bytes · inline");
        let text = r#"{"type":"document","title":"Manual","source":{"type":"text","media_type":"text/plain","data":"Replace the chain at 0.75 % wear."}}"#;
        assert_eq!(read("document", text), "text/plain · Manual · Replace the chain at 0.75 % wear.");
        let bedrock = r#"{"image":{"format":"png","source":{"bytes":"b'\\x89PNG'"}}}"#;
        assert_eq!(read("image", bedrock), "image/png · 4 bytes · inline");
        let blob = r#"{"type":"blob","modality":"image","mime_type":"image/png","content":"iVBORw0KGgo="}"#;
        assert_eq!(read("blob", blob), "image/png · 8 bytes · inline");
        let gemini = r#"{"inline_data":{"mime_type":"image/png","data":"iVBO"}}"#;
        assert_eq!(read("image", gemini), "image/png · 3 bytes · inline");
        let vercel = r#"{"type":"file","mediaType":"image/png","data":"iVBORw0KGgo="}"#;
        assert_eq!(read("file", vercel), "image/png · 8 bytes · inline");
    }
}
