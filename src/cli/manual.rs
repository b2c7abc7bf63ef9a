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

/// One page with every command in it.
fn page() -> Result<Vec<u8>, Failure> {
    let mut root = Cli::command();
    root.build();
    let mut page = Vec::new();
    // No date, and no version but the program's own: the page changes only when the command line does.
    let man = clap_mangen::Man::new(root.clone()).date("").manual("labeltui");
    man.render(&mut page).map_err(|e| Failure::io("the manual", &e))?;
    for command in root.get_subcommands().filter(|c| c.get_name() != "help") {
        section("labeltui", command, &mut page)?;
    }
    Ok(page)
}

fn section(parent: &str, command: &clap::Command, page: &mut Vec<u8>) -> Result<(), Failure> {
    let name = format!("{parent} {}", command.get_name());
    let leaves: Vec<_> = command.get_subcommands().filter(|c| c.get_name() != "help").collect();
    if !leaves.is_empty() {
        return leaves.into_iter().try_for_each(|c| section(&name, c, page));
    }
    let man = clap_mangen::Man::new(command.clone());
    let mut text = Vec::new();
    man.render_description_section(&mut text)
        .and_then(|()| man.render_synopsis_section(&mut text))
        .and_then(|()| man.render_options_section(&mut text))
        .map_err(|e| Failure::io("the manual", &e))?;
    let text = String::from_utf8_lossy(&text);
    page.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
    for line in text.lines().filter(|l| !l.starts_with(".SH DESCRIPTION") && !l.starts_with(".SH SYNOPSIS")) {
        page.extend_from_slice(if line.starts_with(".SH OPTIONS") { ".PP" } else { line }.as_bytes());
        page.push(b'\n');
    }
    Ok(())
}
