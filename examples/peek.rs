use labeltui::tui::{theme::Theme, trace::*};
use ratatui::{Terminal, backend::TestBackend};
use std::sync::Arc;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&a[1]).unwrap();
    let n: usize = a[2].parse().unwrap();
    let (w, h): (u16, u16) = (a[4].parse().unwrap(), a[5].parse().unwrap());
    let line = text.lines().nth(n).unwrap();
    let t = std::time::Instant::now();
    let reading = Arc::new(Reading::build(line, &[]));
    let built = t.elapsed();
    let mut pane = TracePane::open(reading);
    pane.set_view(match a[3].as_str() {
        "m" => View::Messages,
        "o" => View::Output,
        "t" => View::Tree,
        "r" => View::Documents,
        _ => View::Raw,
    });
    let mut term = Terminal::new(TestBackend::new(w, h)).unwrap();
    let t = std::time::Instant::now();
    term.draw(|f| pane.draw(f, f.area(), Theme { colors: true }, true)).unwrap();
    let first = t.elapsed();
    for c in a.get(6).map(String::as_str).unwrap_or("").chars() {
        let t = std::time::Instant::now();
        let r = pane.command(match c {
            'j' => TraceCommand::ScrollLines(1),
            'k' => TraceCommand::ScrollLines(-1),
            ' ' => TraceCommand::ScrollPages(1),
            'G' => TraceCommand::Bottom,
            'l' => TraceCommand::Unfold,
            'h' => TraceCommand::Fold,
            'e' => TraceCommand::NextError,
            'J' => TraceCommand::ScrollDetail(3),
            'F' => TraceCommand::Find("e".into()),
            'A' => TraceCommand::Find("er".into()),
            ';' => TraceCommand::FindNext,
            'T' => TraceCommand::NextSameType,
            'b' => TraceCommand::ScrollPages(-1),
            _ => TraceCommand::Top,
        });
        let c1 = t.elapsed();
        term.draw(|f| pane.draw(f, f.area(), Theme { colors: true }, true)).unwrap();
        let _ = pane.footer();
        eprintln!("{c}: {:?} command {c1:?} with draw {:?}", r.message, t.elapsed());
    }
    let buf = term.backend().buffer();
    println!("== {} [{}]", pane.title(), pane.footer());
    for y in 0..h {
        let mut s = String::new();
        let mut x = 0;
        while x < w {
            let c = buf[(x, y)].symbol();
            s.push_str(c);
            x += labeltui::text::width(c).max(1) as u16;
        }
        println!("{}", s.trim_end());
    }
    eprintln!("built {built:?} first {first:?}");
}
