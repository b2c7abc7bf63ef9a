use super::super::fake::{Fake, Trouble};
use super::*;
use serde_json::json;

#[test]
fn a_server_that_cannot_be_used_is_told_with_the_way_out() {
    let fake = Fake::start();
    let client = fake.client();
    assert_eq!(client.check().unwrap(), "3.17.2");
    for (says, why) in [
        ((200, "3.5.0"), "needs 3.14"),
        ((200, "4.0.1"), "needs 3.14"),
        ((200, "<html>welcome</html>"), "is no MLflow tracking server"),
        ((401, "<p>You are not authenticated"), "MLFLOW_TRACKING_USERNAME"),
        ((403, "<p>Permission denied"), "READ on the experiment"),
        ((404, "<h1>Not Found</h1>"), "a web page"),
    ] {
        let (status, body) = (says.0, says.1.to_owned());
        fake.trouble(move |_, _| Some(Trouble::Says(status, body.clone())));
        let refused = client.check().unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    fake.trouble(|_, _| Some(Trouble::Says(403, "Permission denied".into())));
    let refused = client.create_assessment("tr-1", &json!({ "assessment_id": "a-1" })).unwrap_err().to_string();
    assert!(refused.contains("EDIT on the experiment is needed"), "{refused}");
}

#[test]
fn a_call_is_made_again_on_429_5xx_and_a_lost_connection_and_no_more_often_than_said() {
    let fake = Fake::start();
    fake.world().experiments.push("e".into());
    for trouble in
        [Trouble::Says(429, String::new()), Trouble::Says(503, "<html>".into()), Trouble::Lost, Trouble::Broken]
    {
        let mut left = 3;
        let passing = trouble.clone();
        fake.trouble(move |_, _| {
            left -= 1;
            (left >= 0).then(|| passing.clone())
        });
        assert_eq!(fake.client().experiment("e").unwrap().id, "1", "{trouble:?}");
    }
    let before = fake.world().calls.len();
    fake.trouble(|_, _| Some(Trouble::Lost));
    let gone = fake.client().experiment("e").unwrap_err();
    assert!(matches!(&gone, Fault::Unreachable(why) if why.contains("5 attempts")), "{gone}");
    assert_eq!(fake.world().calls.len() - before, 5);
    let nobody = Settings { uri: "http://127.0.0.1:1".into(), retries: 0, ..fake.settings() };
    assert!(matches!(Client::new(nobody).unwrap().check(), Err(Fault::Unreachable(_))));
}

#[test]
fn a_call_that_is_not_answered_in_time_is_made_again() {
    let fake = Fake::start();
    fake.world().experiments.push("e".into());
    let settings = Settings { timeout: Duration::from_millis(100), retries: 2, ..fake.settings() };
    let mut left = 1;
    fake.trouble(move |_, _| {
        left -= 1;
        (left >= 0).then_some(Trouble::Silent)
    });
    let patient = Settings { timeout: Duration::from_secs(2), ..settings.clone() };
    assert_eq!(Client::new(patient).unwrap().experiment("e").unwrap().id, "1");
    fake.trouble(|_, _| Some(Trouble::Silent));
    let gone = Client::new(settings).unwrap().experiment("e").unwrap_err().to_string();
    assert!(gone.contains("does not answer in time (3 attempts)"), "{gone}");
}

#[test]
fn an_assessment_that_was_made_before_its_answer_was_lost_is_there_once() {
    let fake = Fake::start();
    let trace = fake.world().trace("e", 1);
    let client = fake.client();
    for (n, trouble) in [Trouble::Lost, Trouble::Twice].into_iter().enumerate() {
        let mut first = Some(trouble);
        fake.trouble(move |method, _| if method == "POST" { first.take() } else { None });
        let id = format!("a-{n:032}");
        let body = json!({ "assessment_id": id, "assessment_name": "q", "feedback": { "value": 3 } });
        let made = client.create_assessment(&trace, &body).unwrap();
        assert_eq!((&made["assessment_id"], &made["feedback"]["value"]), (&json!(id), &json!(3.0)));
    }
    assert_eq!(fake.world().said(&trace).len(), 2);
}

#[test]
fn an_answer_to_another_call_is_not_taken_for_this_ones() {
    let fake = Fake::start();
    for n in 0..20 {
        fake.world().trace("e", n);
    }
    let ids: Vec<String> =
        fake.world().traces.iter().map(|(i, _)| i["trace_id"].as_str().unwrap().to_owned()).collect();
    fake.trouble(|_, _| Some(Trouble::Doubled));
    let client = fake.client();
    for id in &ids {
        let spans = String::from_utf8(client.spans(id).unwrap().unwrap()).unwrap();
        assert!(spans.contains(id), "{id}: {spans}");
        let body = json!({ "assessment_id": format!("a-{id}"), "assessment_name": "q", "feedback": { "value": id } });
        assert_eq!(client.create_assessment(id, &body).unwrap()["feedback"]["value"], json!(id));
    }
}

#[test]
fn the_credentials_go_with_every_call_and_nowhere_else() {
    let fake = Fake::start();
    let settings =
        Settings { authorization: Some("Bearer t0ken".into()), workspace: Some("w".into()), ..fake.settings() };
    let client = Client::new(settings).unwrap();
    client.check().unwrap();
    let headers = fake.world().headers.to_lowercase();
    assert!(headers.contains("authorization: bearer t0ken") && headers.contains("x-mlflow-workspace: w"), "{headers}");
    assert!(!headers.contains("origin"));
    fake.trouble(|_, _| Some(Trouble::Says(401, "no".into())));
    assert!(!client.check().unwrap_err().to_string().contains("t0ken"));
}

#[test]
fn names_and_filters_survive_a_url() {
    let mut out = String::new();
    encode("a b&c=ü/%", &mut out);
    assert_eq!(out, "a%20b%26c%3D%C3%BC%2F%25");
}
