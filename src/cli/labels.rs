//! `labeltui labels`: what people answered, as a table for people, CSV, or JSON lines for pandas.

mod format;

use super::file::Target;
use super::table::Table;
use super::{Context, Failure, Out, show};
use crate::service::api::{LabelPage, LabelQuery, LabelRow, Request, Response};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Rows asked for at once: large enough that asking costs nothing, small enough that memory does not grow.
const PAGE: u32 = 5000;

/// `labels`.
#[derive(Debug, Args)]
pub struct LabelsArgs {
    /// The session
    pub session: String,
    /// How [default: table; with -o what the file's name ends with]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Only answers to this question
    #[arg(long, value_name = "S")]
    pub schema: Option<String>,
    /// Only this person's answers
    #[arg(long, value_name = "U")]
    pub user: Option<String>,
    /// Superseded and retracted answers, too, with valid = false
    #[arg(long)]
    pub all_versions: bool,
    /// Assessments that came with the traces, too
    #[arg(long)]
    pub imported: bool,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How labels are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns, for people
    Table,
    /// Comma-separated, with a head; lists as JSON
    Csv,
    /// One JSON object a line; values keep their type
    Jsonl,
}

impl Format {
    fn of(file: Option<&Path>) -> Self {
        match file.and_then(Path::extension).and_then(|e| e.to_str()) {
            Some("csv") => Self::Csv,
            Some("jsonl" | "json" | "ndjson") => Self::Jsonl,
            _ => Self::Table,
        }
    }
}

/// Runs it.
///
/// # Errors
/// As the service says, or the output cannot be written.
pub fn run(args: LabelsArgs, ctx: &mut Context) -> Result<(), Failure> {
    let format = args.format.unwrap_or_else(|| Format::of(args.output.as_deref()));
    let query =
        LabelQuery { schema: args.schema, user: args.user, all_versions: args.all_versions, imported: args.imported };
    let service = ctx.service()?;
    let pages = Pages { session: args.session, query, service };
    // The first page is asked for before any file is made, so a refusal leaves nothing behind.
    let first = pages.get(None)?;
    let (n, left_out) = Target::open(args.output.as_deref())?.fill(&mut ctx.out, |out| match format {
        Format::Table => table(out, &pages, first),
        Format::Csv => {
            out.exact(format::csv_head().as_bytes())?;
            Ok((pages.each(first, |rows| out.exact(&format::csv(rows)?))?, 0))
        }
        Format::Jsonl => Ok((pages.each(first, |rows| out.exact(&format::jsonl(rows)?))?, 0)),
    })?;
    if left_out > 0 {
        ctx.note(&format!("{} more to the right: --format csv or a wider terminal", show::count(left_out, "column")));
    }
    if let Some(path) = args.output.filter(|p| p != Path::new("-")) {
        ctx.note(&format!("wrote {} to {}", show::count(n, "label"), path.display()));
    } else if n == 0 {
        let LabelQuery { schema, user, .. } = &pages.query;
        let of = schema.as_deref().map(|s| format!(" of question {s}")).unwrap_or_default();
        let by = user
            .as_deref()
            .map(|u| format!(" by {u} (`labeltui stats {0}` lists who has answered)", show::shell(&pages.session)));
        ctx.note(&format!("no labels yet in {}{of}{}", pages.session, by.unwrap_or_default()));
    }
    Ok(())
}

struct Pages {
    session: String,
    query: LabelQuery,
    service: std::sync::Arc<dyn crate::service::client::Service>,
}

impl Pages {
    fn get(&self, after: Option<String>) -> Result<LabelPage, Failure> {
        let request = Request::Labels { session: self.session.clone(), query: self.query.clone(), after, limit: PAGE };
        match crate::service::client::ask(&*self.service, request)? {
            Response::Labels(page) => Ok(page),
            _ => Err(Failure::unexpected("labels")),
        }
    }

    fn each(&self, first: LabelPage, mut f: impl FnMut(&[LabelRow]) -> Result<(), Failure>) -> Result<u64, Failure> {
        let mut page = first;
        let mut n = 0;
        loop {
            f(&page.rows)?;
            n += page.rows.len() as u64;
            match page.next.take() {
                Some(next) => page = self.get(Some(next))?,
                None => return Ok(n),
            }
        }
    }
}

fn table(out: &mut Out, pages: &Pages, first: LabelPage) -> Result<(u64, u64), Failure> {
    let mut table = Table::new(&format::COLUMNS);
    let n = pages.each(first, |rows| {
        for row in rows {
            let cells = format::cells(row);
            table.row(cells.each_ref().map(AsRef::as_ref));
        }
        Ok(())
    })?;
    Ok((n, table.print(out)? as u64))
}
