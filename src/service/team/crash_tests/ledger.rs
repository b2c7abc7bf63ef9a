//! What people were told has been done, against what the store says.

use crate::model::ItemNo;
use crate::service::api::{AuditRow, Call, LabelQuery, Principal, Request, Response, Role};
use crate::service::socket::Remote;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Something acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// With its comment.
    Submitted(ItemNo, String),
    Undone(ItemNo),
    Redone(ItemNo),
}

/// Deeds by account, in order.
#[derive(Default)]
pub struct Ledger(BTreeMap<String, Vec<Deed>>);

impl Ledger {
    pub fn write(&mut self, account: &str, deed: Deed) {
        self.0.entry(account.to_owned()).or_default().push(deed);
    }
}

/// Adds what the store has too few, too many or otherwise.
pub fn check(socket: &Path, ledger: Ledger, mut problems: Vec<String>) -> Vec<String> {
    let admin = Principal { account: "root".into(), assessor_id: "root".into(), role: Role::Admin };
    let remote = Remote::connect(socket, &admin, false).unwrap();
    let ask = |request| remote.call(&Call::new(request)).unwrap().unwrap();
    let Response::Doctor(report) = ask(Request::Doctor) else { panic!("no report") };
    problems.extend(report.problems);

    let logged = logged(&ask);
    let nothing = Vec::new();
    for (account, deeds) in &ledger.0 {
        let there = logged.get(account).unwrap_or(&nothing);
        compare(account, deeds, there, &mut problems);
    }
    let acknowledged: BTreeMap<ItemNo, (&str, &str)> = ledger
        .0
        .iter()
        .flat_map(|(who, deeds)| deeds.iter().map(move |deed| (who.as_str(), deed)))
        .filter_map(|(who, deed)| match deed {
            Deed::Submitted(item, text) => Some((*item, (who, text.as_str()))),
            _ => None,
        })
        .collect();
    let comments = comments(&ask);
    let mut seen = BTreeSet::new();
    for (who, comment) in &comments {
        if !seen.insert(comment) {
            problems.push(format!("{who}: {comment:?} is there twice"));
        }
    }
    for (who, text) in acknowledged.values() {
        if !seen.iter().any(|comment| comment == text) {
            problems.push(format!("{who}: {text:?} was acknowledged and is no label"));
        }
    }
    problems
}

/// The log is the ledger, but for a last deed whose person was stopped before the answer came.
fn compare(account: &str, told: &[Deed], there: &[Deed], problems: &mut Vec<String>) {
    for (n, deed) in told.iter().enumerate() {
        match there.get(n) {
            None => return problems.push(format!("{account}: {deed:?} was acknowledged and is lost")),
            Some(other) if !same(deed, other) => {
                return problems
                    .push(format!("{account}: deed {n} is {other:?} in the log, acknowledged was {deed:?}"));
            }
            Some(_) => {}
        }
    }
    if there.len() > told.len() {
        problems.push(format!("{account}: {:?} was never asked for", &there[told.len()..]));
    }
}

/// The log does not say the comment; the labels do.
fn same(one: &Deed, other: &Deed) -> bool {
    match (one, other) {
        (Deed::Submitted(a, _), Deed::Submitted(b, _)) => a == b,
        _ => one == other,
    }
}

fn logged(ask: &impl Fn(Request) -> Response) -> BTreeMap<String, Vec<Deed>> {
    let mut deeds = BTreeMap::<String, Vec<Deed>>::new();
    let mut after = None;
    loop {
        let Response::Audit(rows) = ask(Request::Audit { session: "s".into(), after, limit: 5_000 }) else {
            panic!("no log")
        };
        let Some(last) = rows.last() else { return deeds };
        after = Some(last.event);
        for row in &rows {
            if let Some(deed) = deed(row) {
                deeds.entry(row.account.clone()).or_default().push(deed);
            }
        }
    }
}

fn deed(row: &AuditRow) -> Option<Deed> {
    // Traces are numbered as the queue is.
    let item = ItemNo(row.trace_id.as_deref()?.strip_prefix("tr-")?.parse().ok()?);
    match row.what.as_str() {
        "submitted" => Some(Deed::Submitted(item, String::new())),
        "undone" => Some(Deed::Undone(item)),
        "redone" => Some(Deed::Redone(item)),
        _ => None,
    }
}

/// Who and what of every current label.
fn comments(ask: &impl Fn(Request) -> Response) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let request = Request::Labels { session: "s".into(), query: LabelQuery::default(), after, limit: 1_000 };
        let Response::Labels(page) = ask(request) else { panic!("no labels") };
        all.extend(page.rows.into_iter().filter_map(|row| Some((row.assessor_id, row.assessment_comment?))));
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}
