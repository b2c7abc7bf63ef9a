//! What a terminal would show and know, and everything odd that it was sent.

use std::num::NonZeroU16;

/// An emulator and a record of what should never happen.
pub struct Terminal {
    parser: vt100::Parser<Seen>,
}

/// Sequences that change more than cells and colours.
#[derive(Default)]
pub struct Seen {
    pub titles: Vec<String>,
    pub copied: Vec<Vec<u8>>,
    /// Bells, unknown controls and sequences, icon names, pastes, resizes.
    pub odd: Vec<String>,
}

impl Terminal {
    pub fn new(columns: u16, rows: u16) -> Self {
        Self { parser: vt100::Parser::new_with_callbacks(size(rows), size(columns), 0, Seen::default()) }
    }

    pub fn feed(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.set_size(size(rows), size(columns));
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    pub fn seen(&self) -> &Seen {
        self.parser.callbacks()
    }

    /// The rows as text.
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// As a shell left alone would want it: main screen, cursor shown, no mode of ours left on.
    pub fn is_restored(&self) -> bool {
        let s = self.parser.screen();
        !s.alternate_screen()
            && !s.hide_cursor()
            && !s.bracketed_paste()
            && !s.application_cursor()
            && !s.application_keypad()
            && s.mouse_protocol_mode() == vt100::MouseProtocolMode::None
            && s.fgcolor() == vt100::Color::Default
            && s.bgcolor() == vt100::Color::Default
            && !s.bold()
            && !s.inverse()
    }
}

fn size(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a size")
}

impl vt100::Callbacks for Seen {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.odd.push("bell".to_owned());
    }
    fn visual_bell(&mut self, _: &mut vt100::Screen) {
        self.odd.push("visual bell".to_owned());
    }
    fn resize(&mut self, _: &mut vt100::Screen, to: (u16, u16)) {
        self.odd.push(format!("resize {to:?}"));
    }
    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, name: &[u8]) {
        // OSC 0 sets both.
        self.titles.push(String::from_utf8_lossy(name).into_owned());
    }
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.titles.push(String::from_utf8_lossy(title).into_owned());
    }
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.copied.push(data.to_vec());
    }
    fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.odd.push("asks for the clipboard".to_owned());
    }
    fn unhandled_control(&mut self, _: &mut vt100::Screen, byte: u8) {
        self.odd.push(format!("control {byte:#x}"));
    }
    fn unhandled_escape(&mut self, _: &mut vt100::Screen, i1: Option<u8>, i2: Option<u8>, byte: u8) {
        self.odd.push(format!("escape {i1:?} {i2:?} {:?}", byte as char));
    }
    fn unhandled_csi(&mut self, _: &mut vt100::Screen, i1: Option<u8>, _: Option<u8>, params: &[&[u16]], c: char) {
        // Synchronised updates (2026), focus events and the like that the emulator has no state for.
        let known = i1 == Some(b'?')
            && params.iter().all(|p| match c {
                // Wrapping at the right edge (7) is off while the screen is up.
                'h' => matches!(p, [2026 | 12 | 7]),
                // Switching off what was never on.
                'l' => matches!(p, [2026 | 12 | 7 | 1004 | 1015]),
                _ => false,
            });
        // Cursor shape, underline colour.
        if !known && c != 'q' && c != 'm' {
            self.odd.push(format!("csi {i1:?} {params:?} {c:?}"));
        }
    }
    fn unhandled_osc(&mut self, _: &mut vt100::Screen, params: &[&[u8]]) {
        // A title with a semicolon in it.
        if let [b"0" | b"2", title @ ..] = params {
            self.titles.push(title.iter().map(|p| String::from_utf8_lossy(p)).collect::<Vec<_>>().join(";"));
            return;
        }
        self.odd.push(format!("osc {:?}", params.iter().map(|p| String::from_utf8_lossy(p)).collect::<Vec<_>>()));
    }
}
