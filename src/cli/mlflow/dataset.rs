//! `labeltui dataset SESSION --to-mlflow NAME`.

use super::bar::Bar;
use super::server::{client, experiment};
use crate::cli::lines::DatasetArgs;
use crate::cli::{Context, Failure, show};
use crate::mlflow::Fault;
use crate::mlflow::dataset::to_mlflow;
use crate::mlflow::located::Located;
use crate::mlflow::tell::Home;
use crate::service::api::Request;

/// Merges the records into the server of the session's link, or the environment's.
///
/// # Errors
/// As [`super::run`].
pub fn dataset(args: &DatasetArgs, name: &str, ctx: &mut Context) -> Result<(), Failure> {
    let service = ctx.service()?;
    let home = Home { service: &*service };
    let link = home.links(Some(&args.session))?.into_iter().next().map(|v| v.link);
    let client = client(link.as_ref().map(|l| l.uri.as_str()))?;
    client.check()?;
    let wanted = match link.map(|link| link.experiment).or_else(|| ctx.globals.experiment.clone()) {
        Some(said) => said,
        None => match (Located::of(&client, home, &args.session)?.only(), experiment(ctx)) {
            (Ok(found), _) => found.name,
            (Err(Fault::Invalid(_)), Some(usual)) => usual,
            (Err(fault), _) => return Err(fault.into()),
        },
    };
    let bar = Bar::new();
    let ask = |after, limit| Request::Dataset {
        session: args.session.clone(),
        imported: args.imported,
        per_reviewer: args.per_reviewer,
        after,
        limit,
    };
    let merged = to_mlflow(&client, home, &wanted, name, &bar, ask);
    bar.finish();
    let merged = merged?;
    if merged.inserted + merged.updated == 0 {
        ctx.note(&format!("no submitted expectations in {}; no dataset was made", args.session));
        return Ok(());
    }
    ctx.note(&format!(
        "dataset {name} at {}: {} new, {} merged",
        client.uri(),
        show::count(merged.inserted, "record"),
        merged.updated
    ));
    Ok(())
}
