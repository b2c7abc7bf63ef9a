//! `labeltui schema`: the questions a team asks.

use super::table::Table;
use super::{Context, Failure, show};
use crate::model::{Input, LabelSchema, SchemaType, schema_json};
use crate::service::api::{Request, Response, SchemaChange, SchemaOutcome};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What can be done with schemas.
#[derive(Debug, Subcommand)]
pub enum SchemaCommand {
    /// Create a question
    Create(Box<CreateArgs>),
    /// Create or replace questions from a file in MLflow's JSON ('-' for stdin)
    Apply {
        /// One schema, a list of them, or what `schema list --json` printed
        file: PathBuf,
        /// As for create; here it goes without saying
        #[arg(long, hide = true)]
        overwrite: bool,
        /// Print what was done as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the questions of the experiment
    List {
        /// Print MLflow's JSON, as `schema apply` reads it
        #[arg(long)]
        json: bool,
    },
    /// Show one question
    Show {
        /// Its name
        name: String,
        /// Print MLflow's JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a question that no session asks
    Delete {
        /// Its name
        name: String,
    },
}

/// Feedback judges what happened; an expectation is what should have.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum TypeArg {
    /// An opinion about the trace
    Feedback,
    /// What the trace should have been
    Expectation,
}

/// A question on the command line. Bounds conflict with the other inputs one by one: clap does not enforce `requires`
/// where the required argument conflicts with one that is there.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("input").required(true).args(["pass_fail", "options", "numeric", "text", "text_list"])))]
pub struct CreateArgs {
    /// The name that answers carry
    pub name: String,
    /// What an answer is
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: TypeArg,
    /// What the reviewer is asked [default: the name]
    #[arg(long)]
    pub title: Option<String>,
    /// How to decide, shown below the title
    #[arg(long)]
    pub instruction: Option<String>,
    /// Let reviewers add a comment
    #[arg(long)]
    pub comment: bool,
    /// A submit needs an answer to this
    #[arg(long)]
    pub required: bool,
    /// Replace an existing question of this name
    #[arg(long)]
    pub overwrite: bool,
    /// Two labels: the one for true, the one for false
    #[arg(long, num_args = 2, value_names = ["YES", "NO"], help_heading = "Input (one of)")]
    pub pass_fail: Option<Vec<String>>,
    /// An option to choose; repeat for more
    #[arg(long = "option", value_name = "O", id = "options", help_heading = "Input (one of)")]
    pub options: Vec<String>,
    /// Any number of the options may be chosen
    #[arg(long, conflicts_with_all = ["pass_fail", "numeric", "text", "text_list"], help_heading = "Input (one of)")]
    pub multi: bool,
    /// A number
    #[arg(long, help_heading = "Input (one of)")]
    pub numeric: bool,
    /// Smallest number accepted
    #[arg(
        long,
        value_name = "N",
        conflicts_with_all = ["pass_fail", "options", "text", "text_list"],
        allow_negative_numbers = true,
        help_heading = "Input (one of)"
    )]
    pub min: Option<f64>,
    /// Largest number accepted
    #[arg(
        long,
        value_name = "N",
        conflicts_with_all = ["pass_fail", "options", "text", "text_list"],
        allow_negative_numbers = true,
        help_heading = "Input (one of)"
    )]
    pub max: Option<f64>,
    /// A text
    #[arg(long, help_heading = "Input (one of)")]
    pub text: bool,
    /// A list of texts
    #[arg(long, help_heading = "Input (one of)")]
    pub text_list: bool,
    /// Longest text (or entry of a list) accepted, in characters
    #[arg(long, value_name = "N", conflicts_with_all = ["pass_fail", "options", "numeric"], help_heading = "Input (one of)")]
    pub max_length: Option<u64>,
    /// Most entries of a list
    #[arg(long, value_name = "N", conflicts_with_all = ["pass_fail", "options", "numeric", "text"], help_heading = "Input (one of)")]
    pub max_count: Option<u64>,
    /// Print the question as it stands now, as JSON
    #[arg(long)]
    pub json: bool,
}

impl CreateArgs {
    fn schema(&self) -> LabelSchema {
        let input = if let Some([yes, no]) = self.pass_fail.as_deref() {
            Input::PassFail { positive_label: yes.clone(), negative_label: no.clone() }
        } else if !self.options.is_empty() && self.multi {
            Input::CategoricalList { options: self.options.clone() }
        } else if !self.options.is_empty() {
            Input::Categorical { options: self.options.clone() }
        } else if self.numeric {
            Input::Numeric { min_value: self.min, max_value: self.max }
        } else if self.text_list {
            Input::TextList { max_length_each: self.max_length, max_count: self.max_count }
        } else {
            Input::Text { max_length: self.max_length }
        };
        let kind = match self.kind {
            TypeArg::Feedback => SchemaType::Feedback,
            TypeArg::Expectation => SchemaType::Expectation,
        };
        LabelSchema {
            name: self.name.clone(),
            kind,
            title: self.title.clone(),
            instruction: self.instruction.clone(),
            input,
            enable_comment: self.comment,
            required: self.required,
            version: 1,
        }
    }
}

/// Runs it.
///
/// # Errors
/// As the service says.
pub fn run(command: SchemaCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        SchemaCommand::Create(args) => {
            let outcome = put(ctx, args.schema(), args.overwrite, false)?;
            if args.json { ctx.out.json(&outcome_json(&outcome)) } else { Ok(()) }
        }
        SchemaCommand::Apply { file, overwrite: _, json } => apply(&file, json, ctx),
        SchemaCommand::List { json } => list(json, ctx),
        SchemaCommand::Show { name, json } => {
            let schema = find(ctx, &name)?;
            if json { ctx.out.json(&schema_json::write(&schema)) } else { describe(&schema, ctx) }
        }
        SchemaCommand::Delete { name } => {
            ctx.ask(Request::SchemaDelete { experiment: ctx.experiment().to_owned(), name: name.clone() })?;
            ctx.note(&format!("deleted schema {name}"));
            Ok(())
        }
    }
}

fn put(ctx: &Context, schema: LabelSchema, overwrite: bool, applied: bool) -> Result<SchemaOutcome, Failure> {
    let experiment = ctx.experiment().to_owned();
    let Response::SchemaPut(outcome) = ctx.ask(Request::SchemaPut { experiment, schema, overwrite, applied })? else {
        return Err(Failure::unexpected("schema create"));
    };
    let SchemaOutcome { schema, change, warnings } = &outcome;
    let name = &schema.name;
    ctx.note(&match change {
        SchemaChange::Created => format!("created schema {name}"),
        SchemaChange::Wording => format!("changed the wording of schema {name} (still version {})", schema.version),
        SchemaChange::NewVersion => format!("changed schema {name}, now version {}", schema.version),
        SchemaChange::Unchanged => format!("schema {name} is so already"),
    });
    for warning in warnings {
        ctx.note(&format!("warning: {name}: {warning}"));
    }
    Ok(outcome)
}

fn outcome_json(outcome: &SchemaOutcome) -> serde_json::Value {
    json!({
        "label_schema": schema_json::write(&outcome.schema),
        "change": outcome.change,
        "warnings": outcome.warnings,
    })
}

fn apply(file: &Path, json: bool, ctx: &mut Context) -> Result<(), Failure> {
    let name = file.display().to_string();
    let text = super::file::read_text(file)?;
    let schemas = schema_json::read(&text).map_err(|why| Failure::Refused(format!("{name}: {why}")))?;
    if schemas.is_empty() {
        return Err(Failure::Refused(format!("{name}: there is no schema in it")));
    }
    let mut done = Vec::new();
    for schema in schemas {
        done.push(outcome_json(&put(ctx, schema, true, true)?));
    }
    if json { ctx.out.json(&json!({ "applied": done })) } else { Ok(()) }
}

/// All schemas of the experiment.
fn all(ctx: &Context) -> Result<Vec<LabelSchema>, Failure> {
    match ctx.ask(Request::SchemaList { experiment: ctx.experiment().to_owned() })? {
        Response::Schemas(schemas) => Ok(schemas),
        _ => Err(Failure::unexpected("schema list")),
    }
}

fn find(ctx: &Context, name: &str) -> Result<LabelSchema, Failure> {
    let known = all(ctx)?.into_iter().find(|s| s.name == name);
    known.or_else(|| crate::model::schema_check::built_in(name)).ok_or_else(|| {
        let experiment = ctx.experiment();
        Failure::Refused(format!("there is no schema {name} in experiment {experiment}; see `labeltui schema list`"))
    })
}

fn list(json: bool, ctx: &mut Context) -> Result<(), Failure> {
    let schemas = all(ctx)?;
    if json {
        let schemas: Vec<_> = schemas.iter().map(schema_json::write).collect();
        return ctx.out.json(&json!({ "label_schemas": schemas }));
    }
    if schemas.is_empty() {
        ctx.note(&format!("no schemas in experiment {}; see `labeltui schema create --help`", ctx.experiment()));
        return Ok(());
    }
    let mut table = Table::new(&["name", "type", "input", ">version", "flags", "title"]);
    for s in &schemas {
        let title = s.title.as_deref().unwrap_or_default();
        table.row([&s.name, type_name(s.kind), &input_line(&s.input), &s.version.to_string(), &flags(s), title]);
    }
    table.print(&mut ctx.out)?;
    Ok(())
}

fn describe(s: &LabelSchema, ctx: &mut Context) -> Result<(), Failure> {
    ctx.out.line(&format!("{} ({}, version {})", s.name, type_name(s.kind), s.version))?;
    if let Some(title) = &s.title {
        ctx.out.line(&format!("  {title}"))?;
    }
    if let Some(instruction) = &s.instruction {
        ctx.out.line(&format!("  {}", instruction.replace('\n', "\n  ")))?;
    }
    ctx.out.line(&format!("  input: {}", input_line(&s.input)))?;
    let flags = flags(s);
    if flags.is_empty() { Ok(()) } else { ctx.out.line(&format!("  {flags}")) }
}

pub(super) const fn type_name(kind: SchemaType) -> &'static str {
    match kind {
        SchemaType::Feedback => "feedback",
        SchemaType::Expectation => "expectation",
    }
}

fn flags(s: &LabelSchema) -> String {
    let flags = [(s.enable_comment, "comment"), (s.required, "required")];
    flags.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

fn input_line(input: &Input) -> String {
    let bound = |word: &str, n: Option<String>| n.map(|n| format!(" {word} {n}")).unwrap_or_default();
    match input {
        Input::PassFail { positive_label, negative_label } => format!("{positive_label} / {negative_label}"),
        Input::Categorical { options } => format!("one of {}", options.join(", ")),
        Input::CategoricalList { options } => format!("any of {}", options.join(", ")),
        Input::Numeric { min_value, max_value } => {
            let (min, max) = (min_value.map(|n| n.to_string()), max_value.map(|n| n.to_string()));
            format!("number{}{}", bound("from", min), bound("to", max))
        }
        Input::Text { max_length } => {
            format!("text{}", bound("up to", max_length.map(|n| show::count(n, "character"))))
        }
        Input::TextList { max_length_each, max_count } => {
            let count = bound("of up to", max_count.map(|n| show::count(n, "entry")));
            let each = bound("each up to", max_length_each.map(|n| show::count(n, "character")));
            format!("text list{count}{each}")
        }
    }
}
