//! `labeltui mlflow settle`.

use super::{Prefer, SettleArgs};
use crate::cli::{Context, Failure, show};
use crate::model::Keep;
use crate::service::api::{ItemKey, Request, Response};

/// Decides about my answers on one trace that were changed on both sides.
///
/// # Errors
/// There is nothing to decide on; as the service says.
pub(super) fn run(args: &SettleArgs, ctx: &mut Context) -> Result<(), Failure> {
    let request = Request::Item { session: args.session.clone(), item: ItemKey::Trace(args.trace.clone()) };
    let Response::Item(view) = ctx.ask(request)? else { return Err(Failure::unexpected("mlflow settle")) };
    let asked = |name: &String| args.schema.as_ref().is_none_or(|schema| schema == name);
    let schemas: Vec<String> = view.undecided.into_iter().map(|remote| remote.schema).filter(asked).collect();
    if schemas.is_empty() {
        let what = args.schema.as_deref().unwrap_or("no question");
        return Err(Failure::Refused(format!(
            "{}: {what} has no answer of yours that was changed on both sides and is to decide on",
            args.trace
        )));
    }
    let keep = match args.prefer {
        Prefer::Local => Keep::Local,
        Prefer::Remote => Keep::Remote,
    };
    let n = schemas.len() as u64;
    for schema in schemas {
        ctx.ask(Request::Decide { session: args.session.clone(), item: view.row.item, schema, keep })?;
    }
    let side = match keep {
        Keep::Local => "what was answered here stays",
        Keep::Remote => "what was answered in MLflow stays",
    };
    ctx.note(&format!("{}: {side}; the next push or pull carries it out", show::count(n, "answer")));
    Ok(())
}
