use super::*;
use crate::ingest::{Packer, read_document};
use crate::service::api::ImportBatch;

/// The assessments beside a trace that are nobody's answers here.
fn beside(both: &Both, trace: &str) -> Vec<String> {
    let query = LabelQuery { imported: true, ..LabelQuery::default() };
    let rows = both.labels(query).into_iter().filter(|r| r.request_id == trace && r.schema_version.is_none());
    rows.map(|r| r.assessment_name).collect()
}

fn delete(both: &Both, trace: &str, id: &str) {
    both.fake.client().delete_assessment(trace, id).unwrap();
}

#[test]
fn an_assessment_deleted_there_goes_here_and_nothing_that_did_not_come_from_there() {
    let (both, ids) = Both::with_session(2);
    // From a file: one that the server has never had, and one that it has, too.
    let judge = both.fake.world().assess(&ids[0], "judge", "m", json!(1));
    let twice = both.fake.world().assess(&ids[0], "twice", "m", json!(1));
    let of_file = |name: &str, id: &str| {
        json!({ "assessment_id": id, "assessment_name": name, "feedback": { "value": 1 },
            "source": { "source_type": "LLM_JUDGE", "source_id": "m" } })
    };
    let mut document: Value = {
        let world = both.fake.world();
        let spans: Value = serde_json::from_str(world.traces[0].1.as_ref().unwrap()).unwrap();
        json!({ "info": world.traces[0].0, "data": spans })
    };
    document["info"]["assessments"] = json!([of_file("of_file", "a-1"), of_file("twice", &twice)]);
    let mut packer = Packer::new().unwrap();
    let traces = read_document(document.to_string().as_bytes(), &mut packer).unwrap().traces;
    both.lead(Request::Import(ImportBatch { experiment: "e".into(), traces }));
    both.answer("alice", 0, &[("ok", json!(true))]);
    both.push();
    both.pull(Some("s"), None).unwrap();
    assert_eq!(beside(&both, &ids[0]), ["judge", "of_file", "twice"]);
    delete(&both, &ids[0], &judge);
    delete(&both, &ids[0], &twice);
    let pulled = both.pull(Some("s"), None).unwrap();
    assert_eq!((pulled.updated, pulled.taken_back), (1, 0));
    assert_eq!(beside(&both, &ids[0]), ["of_file", "twice"]);
    assert_eq!(both.said(&ids[0]), text(&[("ok", "alice@x", json!(true))]), "answers are the other way's business");
    assert_eq!(both.pull(Some("s"), None).unwrap().updated, 0);
    both.consistent();
}
