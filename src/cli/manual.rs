//! `labeltui man` and `labeltui completions`: made from the same definition that parses the command line.

use super::{Cli, Context, Failure};
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Which shell
    pub shell: Shell,
}

/// Prints the completions of a shell.
///
/// # Errors
/// The reader went away, or the disk is full.
pub fn completions(args: &CompletionsArgs, ctx: &mut Context) -> Result<(), Failure> {
    ctx.out.raw(&completions_of(args.shell))
}

/// Prints the manual: `labeltui man | man -l -`.
///
/// # Errors
/// The reader went away, or the disk is full.
pub fn man(ctx: &mut Context) -> Result<(), Failure> {
    ctx.out.raw(&page()?)
}

fn completions_of(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "labeltui", &mut text);
    text
}

/// What stands after the commands.
const AFTER: &str = r#".SH "EXIT STATUS"
.TP
0
Done; also when the reader of a pipe went away.
.TP
1
Refused, not permitted, or not found; the message says what and where.
.TP
2
Wrong usage or configuration, or no terminal for a screen.
.TP
3
Store, server or disk cannot be reached, or speaks another version.
.TP
130
Interrupted.
.SH FILES
.TP
/etc/labeltui/config.toml, ~/.config/labeltui/config.toml
The configuration; the second wins, \-\-config names another in its place.
.TP
~/.local/share/labeltui/store
The store, where no other is named. On macOS both are in ~/Library/Application Support/labeltui.
.SH ENVIRONMENT
LABELTUI_STORE, LABELTUI_SERVER, LABELTUI_USER, LABELTUI_EXPERIMENT and LABELTUI_CONFIG stand for the flags of those
names; NO_COLOR leaves out colours on the screen.
"#;

/// One page with every command in it. No date: it changes only when the command line does.
fn page() -> Result<Vec<u8>, Failure> {
    let mut root = Cli::command();
    root.build();
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(root.clone()).date("").manual("labeltui");
    let head = |page: &mut Vec<u8>| {
        man.render_title(page)?;
        man.render_name_section(page)?;
        man.render_synopsis_section(page)?;
        man.render_description_section(page)?;
        man.render_options_section(page)
    };
    head(&mut page).map_err(|e| Failure::io("the manual", &e))?;
    for command in commands(&root) {
        section("labeltui", command, &mut page)?;
    }
    page.extend_from_slice(AFTER.as_bytes());
    Ok(page)
}

fn commands(of: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    of.get_subcommands().filter(|c| c.get_name() != "help")
}

/// A command, or those below it, without the flags that every command has.
fn section(parent: &str, command: &clap::Command, page: &mut Vec<u8>) -> Result<(), Failure> {
    let name = format!("{parent} {}", command.get_name());
    if commands(command).next().is_some() {
        return commands(command).try_for_each(|c| section(&name, c, page));
    }
    let own = |arg: clap::Arg| if arg.is_global_set() || arg.get_id() == "help" { arg.hide(true) } else { arg };
    let man = clap_mangen::Man::new(command.clone().mut_args(own));
    let mut text = Vec::new();
    let body = |text: &mut Vec<u8>| {
        man.render_description_section(text)?;
        man.render_synopsis_section(text)?;
        man.render_options_section(text)
    };
    body(&mut text).map_err(|e| Failure::io("the manual", &e))?;
    let text = String::from_utf8_lossy(&text);
    page.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
    for line in
        text.lines().filter(|l| !l.starts_with(".SH DESCRIPTION") && !l.starts_with(".ie ") && !l.starts_with(".el "))
    {
        let line = match line.strip_prefix(".SH ") {
            Some("SYNOPSIS" | "OPTIONS") => ".PP".to_owned(),
            Some(heading) => format!(".SS {heading}"),
            None => line.to_owned(),
        };
        page.extend_from_slice(line.as_bytes());
        page.push(b'\n');
    }
    Ok(())
}
