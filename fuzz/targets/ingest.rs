//! Any bytes as a file: nothing panics, every line is told of or taken, and what is taken reads back as itself.

#![no_main]

use labeltui::ingest::{Frames, Packer, read_document, unpack};
use labeltui::model::Trace;
use labeltui::tui::trace::{Material, Reading, TracePane};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|bytes: &[u8]| {
    let mut packer = Packer::new().expect("a compressor");
    for block in Frames::new(bytes).flatten() {
        if block.by_line {
            for line in block.bytes.split(|b| *b == b'\n') {
                document(line, &mut packer);
            }
        } else {
            document(&block.bytes, &mut packer);
        }
    }
});

fn document(bytes: &[u8], packer: &mut Packer) {
    let Ok(document) = read_document(bytes, packer) else { return };
    for trace in document.traces {
        let body = unpack(&trace.body).expect("what was packed");
        assert_eq!(trace.summary.bytes as usize, body.len());
        let read = Trace::parse(&body);
        assert_eq!(read.summary.trace_id, trace.summary.trace_id);
        // The canonical form is its own canonical form: the hash is the trace's identity.
        let again = read_document(body.as_bytes(), packer).expect("a stored body").traces.remove(0);
        assert_eq!(again.hash, trace.hash);
        // And it can be looked at: every page of it is made.
        let _ = TracePane::open(Arc::new(Reading::build(&Material::of(body))));
    }
}
