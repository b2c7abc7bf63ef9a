//! What files should not hold and do. Each case imports, with nothing changed silently, or is refused with a reason.

use crate::home::Home;
use labeltui::ingest::{Frames, Packer, Source, each_document, read_document};
use labeltui::model::span_tree::{Mark, Tree};
use labeltui::service::api::ImportOutcome::Imported;
use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;

/// A trace with this `data`.
fn with_data(data: &str) -> String {
    format!(r#"{{"info":{{"trace_id":"tr-1","state":"OK"}},"data":{data}}}"#)
}

/// A trace with one span with these outputs (as JSON, so usually a string).
fn with_outputs(outputs: &str) -> String {
    with_data(&format!(r#"{{"spans":[{{"span_id":"x","name":"n","attributes":{{"mlflow.spanOutputs":{outputs}}}}}]}}"#))
}

fn refused(document: &[u8]) -> String {
    match read_document(document, &mut Packer::new().unwrap()) {
        Err(why) => why,
        Ok(_) => panic!("was taken: {}", String::from_utf8_lossy(&document[..document.len().min(200)])),
    }
}

fn warnings(document: &str) -> Vec<String> {
    read_document(document.as_bytes(), &mut Packer::new().unwrap()).unwrap().warnings
}

/// The outputs of the first span after an import.
fn outputs(document: &str) -> String {
    let home = Home::new();
    assert_eq!(home.import(document), [Imported]);
    home.trace("tr-1").spans[0].outputs.as_deref().unwrap_or_default().to_owned()
}

#[test]
fn escape_sequences_and_bidi_are_kept_for_the_screen_to_show() {
    let text = "\u{1b}[2J\u{1b}]52;c;AAAA\u{7} \u{9b}31m \u{202e}evil \u{e0041} \u{200d} \u{2028} \u{85}";
    let json = serde_json::to_string(&serde_json::to_string(text).unwrap()).unwrap();
    let kept: String = serde_json::from_str(&outputs(&with_outputs(&json))).unwrap();
    assert_eq!(kept, text);
    assert_eq!(warnings(&with_outputs(&json)), [""; 0]);
}

#[test]
fn lone_surrogates_stay_visible_and_are_told() {
    let document = with_outputs(r#""\"a \ud83d b \udc00 c 😀\"""#).replace('😀', "\\ud83d\\ude00");
    assert_eq!(outputs(&document), "\"a \\ud83d b \\udc00 c 😀\"");
    assert!(matches!(&warnings(&document)[..], [one] if one.starts_with("2 ×")), "{:?}", warnings(&document));
}

#[test]
fn nan_and_infinity_stay_visible_and_are_told() {
    let document =
        with_data(r#"{"spans":[{"attributes":{"x":NaN,"mlflow.spanOutputs":{"a":[-Infinity]}}}],"y":Infinity}"#);
    assert_eq!(outputs(&document), r#"{"a":["-Infinity"]}"#);
    assert!(warnings(&document)[0].starts_with("3 ×"));
    // Inside an attribute's own JSON they are the attribute's text and stay as they are.
    assert_eq!(outputs(&with_outputs(r#""{\"a\":NaN}""#)), r#"{"a":NaN}"#);
}

#[test]
fn numbers_keep_every_digit() {
    let home = Home::new();
    home.import(&with_data(
        r#"{"spans":[{"n":123456789012345678901234567890,"f":0.1000000000000000055511151231257827}]}"#,
    ));
    let body = home.show("tr-1").body;
    assert!(body.contains("123456789012345678901234567890") && body.contains("0.1000000000000000055511151231257827"));
}

#[test]
fn repeated_keys_are_told() {
    let document = with_data(r#"{"spans":[{"name":"a","name":"b"}]}"#);
    assert!(warnings(&document)[0].contains("repeated"));
    let inside = with_outputs(r#""{\"a\":1,\"a\":2}""#);
    assert_eq!((outputs(&inside).as_str(), warnings(&inside).len()), (r#"{"a":1,"a":2}"#, 0));
}

#[test]
fn deep_nesting_is_kept_inside_texts_and_refused_outside() {
    let deep = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    assert_eq!(outputs(&with_outputs(&format!("\"{}\"", deep(100_000)))), deep(100_000));
    assert_eq!(outputs(&with_outputs(&deep(100))), deep(100));
    assert!(refused(with_outputs(&deep(200)).as_bytes()).contains("127 levels"));
    assert!(refused(deep(1_000_000).as_bytes()).contains("127 levels"));
    assert!(refused("[".repeat(5_000_000).as_bytes()).contains("127 levels"));
}

#[test]
fn missing_parts_import_or_are_refused_by_name() {
    let home = Home::new();
    for (n, data) in ["null", "{}", r#"{"spans":null}"#, r#"{"spans":[{}]}"#].into_iter().enumerate() {
        assert_eq!(home.import(&with_data(data).replace("tr-1", &format!("tr-{n}"))), [Imported], "{data}");
    }
    assert_eq!(home.import(r#"{"info":{"trace_id":"bare"}}"#), [Imported]);
    assert_eq!(home.trace("bare").spans.len(), 0);
    for (document, reason) in [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("nonsense", "not JSON"),
        ("[1]", "list inside a list"),
        ("3", "bare"),
        ("\"x\"", "bare text"),
        ("{}", "not a trace"),
        (r#"{"schema":{"name":"x"}}"#, "not a trace"),
        (r#"{"info":null}"#, "info is not an object"),
        (r#"{"info":{}}"#, "no trace_id"),
        (r#"{"info":{"trace_id":""}}"#, "no trace_id"),
        (r#"{"info":{"trace_id":null,"request_id":null}}"#, "no trace_id"),
        (r#"{"info":{"trace_id":7}}"#, "id is not a text"),
        (r#"{"info":{"trace_id":"t"},"data":[]}"#, "data is not an object"),
        (r#"{"info":{"trace_id":"t"},"data":{"spans":{}}}"#, "data.spans is not a list"),
        (r#"{"info":{"trace_id":"t"},"data":{"spans":[{},3]}}"#, "data.spans[1]"),
        (r#"{"info":{"trace_id":"t","assessments":{}}}"#, "assessments is not a list"),
        (r#"{"info":{"trace_id":"t","assessments":[1]}}"#, "assessments[0]"),
    ] {
        let why = refused(document.as_bytes());
        assert!(why.contains(reason), "{document}: {why}");
    }
    assert!(refused(b"{\"info\":{\"trace_id\":\"\xff\"}}").contains("not UTF-8 (byte 22)"));
}

#[test]
fn a_trace_id_that_is_no_key_is_refused_by_the_rule() {
    let outcome = Home::new().import(&with_data("{}").replace("tr-1", &"x".repeat(5000)));
    assert!(format!("{outcome:?}").contains("longer than"));
}

#[test]
fn broken_trees_show_every_span_once() {
    let cases: [(&str, Option<Mark>); 5] = [
        (r#"[{"span_id":"a","parent_span_id":"gone"}]"#, Some(Mark::Orphan)),
        (r#"[{"span_id":"a","parent_span_id":"b"},{"span_id":"b","parent_span_id":"a"}]"#, Some(Mark::Cycle)),
        (r#"[{"span_id":"a","parent_span_id":"a"}]"#, Some(Mark::Cycle)),
        (r#"[{"span_id":"a"},{"span_id":"a"},{"span_id":"a","parent_span_id":"a"}]"#, Some(Mark::Duplicate)),
        (r#"[{"span_id":"a","parent_span_id":""},{"span_id":"b","parent_span_id":null},{"span_id":"c"}]"#, None),
    ];
    for (spans, mark) in cases {
        let home = Home::new();
        home.import(&with_data(&format!("{{\"spans\":{spans}}}")));
        let trace = home.trace("tr-1");
        let rows = Tree::build(&trace.spans).rows;
        assert_eq!(rows.len(), trace.spans.len(), "{spans}");
        assert_eq!(rows.iter().find_map(|r| r.mark), mark, "{spans}");
    }
}

#[test]
fn odd_values_in_the_info_are_read_as_far_as_they_go() {
    let home = Home::new();
    home.import(
        r#"{"info":{"trace_id":"t","state":"EXPLODED","request_time":"9999-12-31T23:59:59.999999999Z","request_preview":"",
        "trace_metadata":{"n":1,"b":true,"o":{"x":[1]},"z":null},"tags":{"k":["v"]}},"data":{"spans":[
        {"name":"s","start_time_unix_nano":"5","attributes":{"mlflow.spanType":"\"MY ☃\""}}]}}"#
            .replace('\n', " ")
            .as_str(),
    );
    let s = home.show("t").summary;
    assert_eq!((s.state.as_str(), s.request_time.0), ("EXPLODED", 253_402_300_799_999));
    assert_eq!(
        (s.metadata["n"].as_str(), s.metadata["o"].as_str(), s.tags["k"].as_str()),
        ("1", r#"{"x":[1]}"#, r#"["v"]"#)
    );
    let span = &home.trace("t").spans[0];
    assert_eq!((span.span_type.as_str(), span.start_ns), ("MY ☃", Some(5)));
}

#[test]
fn otlp_without_usable_ids_names_the_span_and_keeps_the_others() {
    let document = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[
        {"name":"no id"},{"name":"bad","traceId":"xyz"},
        {"name":"good","traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","startTimeUnixNano":"x",
         "attributes":[{"key":"a","value":{"intValue":"9007199254740993"}},{"key":"b","value":{"kvlistValue":{"values":[{"key":"c","value":{"boolValue":true}}]}}},
            {"key":"d","value":{"bytesValue":"AAE="}},{"key":"e","value":{}},{"nokey":1},7]},
        {"name":"no span id","traceId":"0af7651916cd43dd8448eb211c80319c"},
        {"name":"nor this","traceId":"0af7651916cd43dd8448eb211c80319c"},
        {"name":"base64","traceId":"CvdlGRbNQ92ESOshHIAxnA==","spanId":"AAAAAAAAAAE="}]}]},7,{}]}"#;
    let read = read_document(document.as_bytes(), &mut Packer::new().unwrap()).unwrap();
    assert_eq!((read.traces.len(), read.rejected.len()), (1, 2));
    assert!(read.rejected[0].contains("no id") && read.rejected[1].contains("xyz"));
    let home = Home::new();
    home.import(&document.replace('\n', " "));
    let body = home.body("tr-0af7651916cd43dd8448eb211c80319c");
    let spans = body["data"]["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 4, "spans without an id are not taken for one");
    let good = spans.iter().find(|s| s["name"] == "good").unwrap();
    assert_eq!(good["attributes"]["a"], "9007199254740993");
    assert_eq!(good["attributes"]["b"], "{\"c\":true}");
    assert_eq!(good["start_time_unix_nano"], serde_json::Value::Null);
}

#[test]
fn empty_otlp_is_no_trace_and_no_mistake() {
    for empty in [r#"{"resourceSpans":[]}"#, r#"{"resourceSpans":null}"#, r#"{"resourceSpans":{}}"#] {
        let read = read_document(empty.as_bytes(), &mut Packer::new().unwrap()).unwrap();
        assert!(read.traces.is_empty() && read.rejected.is_empty(), "{empty}");
    }
}

/// Lines of a file, and what was wrong with each.
fn lines(bytes: Vec<u8>) -> Vec<(u64, Result<usize, String>)> {
    let mut seen = Vec::new();
    let source = Source::new(Cursor::new(bytes), None).unwrap();
    each_document(source.bytes, 2, Packer::new, |line, document| {
        seen.push((line, document.map(|d| d.traces.len())));
        ControlFlow::Continue(())
    });
    seen
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn compressed_files_are_known_by_their_first_bytes() {
    let text = format!("{}\n{}\n", with_data("{}"), with_data("{}"));
    let (one, two) = ((1, Ok(1)), (2, Ok(1)));
    for bytes in [text.clone().into_bytes(), gzip(text.as_bytes()), zstd::encode_all(text.as_bytes(), 3).unwrap()] {
        assert_eq!(lines(bytes), [one.clone(), two.clone()]);
    }
    // Files glued together, as log rotation makes them.
    let mut glued = gzip(text.as_bytes());
    glued.extend(gzip(text.as_bytes()));
    assert_eq!(lines(glued).len(), 4);
}

#[test]
fn a_torn_compressed_file_keeps_its_good_lines_and_names_the_rest() {
    let noise: String = (0..40_000u64).map(|n| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let text: String = (0..20)
        .map(|n| format!("{}\n", with_outputs(&format!("\"\\\"{n}{}\\\"\"", &noise[n * 1000..][..20_000]))))
        .collect();
    for (packed, format) in [(gzip(text.as_bytes()), "gzip"), (zstd::encode_all(text.as_bytes(), 1).unwrap(), "zstd")] {
        let seen = lines(packed[..packed.len() * 3 / 4].to_vec());
        let (last, good) = seen.split_last().unwrap();
        assert!(good.iter().all(|(_, d)| d.is_ok()), "{format}");
        assert!(good.len() > 2 || format == "zstd", "{format}: {} lines", good.len());
        assert!(matches!(last, (_, Err(why)) if why.contains(format) && why.contains("too early")), "{last:?}");
    }
}

#[test]
fn bad_lines_do_not_hide_good_ones() {
    let good = with_data("{}");
    let text = format!("{good}\n\nnonsense\n{good}\r\n{}\n{{\"info\":3}}\n{good}", &good[..20]);
    let seen = lines(text.into_bytes());
    let ok: Vec<u64> = seen.iter().filter(|(_, d)| d.is_ok()).map(|(n, _)| *n).collect();
    let bad: Vec<u64> = seen.iter().filter(|(_, d)| d.is_err()).map(|(n, _)| *n).collect();
    assert_eq!((ok, bad), (vec![1, 4, 7], vec![3, 5, 6]));
}

#[test]
fn lists_and_pretty_printed_documents_are_read() {
    let good = with_data("{}");
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&good).unwrap()).unwrap();
    assert_eq!(lines(pretty.clone().into_bytes()), [(1, Ok(1))]);
    assert_eq!(lines(format!("[{good},\n{good}]").into_bytes()), [(1, Ok(1)), (2, Ok(1))]);
    assert_eq!(lines(format!("[\n{pretty},\n{pretty}\n]\n").into_bytes()).len(), 2);
    assert_eq!(lines(format!("{pretty}\n{pretty}").into_bytes()).len(), 2);
    // An OTLP document is cut at its resourceSpans: the first of them begins in its third line.
    assert_eq!(lines(crate::home::fixture("otlp.json").into_bytes()), [(3, Ok(1))]);
}

#[test]
fn any_bytes_come_to_an_end() {
    let mut seed = 1u64;
    for _ in 0..300 {
        let bytes: Vec<u8> = (0..200)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                b"[]{}\",:\\\n\n 1anu\xff\x1f\x8b"[(seed >> 33) as usize % 18]
            })
            .collect();
        assert!(Frames::new(&bytes[..]).count() <= bytes.len() + 1);
    }
}
