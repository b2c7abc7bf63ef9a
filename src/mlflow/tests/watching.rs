use super::*;
use crate::mlflow::fake::Trouble;
use crate::mlflow::watch::{Pace, watch};
use crate::service::api::{Call, Notice, Refusal};
use crossbeam_channel::{Receiver, unbounded};
use std::time::Duration;

/// The rules, and notices that the test ends.
struct Watched {
    local: Arc<Local>,
    notices: Receiver<Notice>,
}

impl Service for Watched {
    fn call(&self, call: Call) -> Result<Response, Refusal> {
        self.local.handle(&person("lead"), Time(1_900_000_000_000), call)
    }

    fn watch(&self) -> Result<Receiver<Notice>, Refusal> {
        Ok(self.notices.clone())
    }
}

const SOON: Duration = Duration::from_secs(60);

#[test]
fn watching_pushes_what_is_answered_waits_for_a_server_that_is_away_and_says_so_once() {
    let (both, ids) = Both::with_session(3);
    both.push();
    let (tell, notices) = unbounded();
    let (pushed, pushes) = unbounded();
    let (trouble, troubles) = unbounded();
    let pace =
        Pace { settle: Duration::from_millis(1), again: Duration::from_millis(1), longest: Duration::from_millis(50) };
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let service = Watched { local: Arc::clone(&both.local), notices };
            let home = Home { service: &service };
            let once = Client::new(crate::mlflow::Settings { retries: 0, ..both.fake.settings() }).unwrap();
            let sessions = || Ok(home.links(None)?.into_iter().map(|v| v.session).collect());
            let push = |session: &str| {
                assert_eq!(session, "s");
                let done = both.push_with(&once, None)?;
                pushed.send(done.answers).unwrap();
                Ok(())
            };
            watch(home, pace, sessions, push, |why| trouble.send(why.to_owned()).unwrap())
        });
        assert_eq!(pushes.recv_timeout(SOON), Ok(0), "at the start everything is looked at");
        // The server is away: said once, however often it is tried.
        both.fake.trouble(|_, _| Some(Trouble::Broken));
        both.answer("alice", 0, &[("ok", json!(true))]);
        tell.send(Notice::Item { session: "s".into(), item: ItemNo(0), by: "alice".into() }).unwrap();
        let why = troubles.recv_timeout(SOON).unwrap();
        assert!(why.starts_with("s: http://127.0.0.1") && why.ends_with("; trying again"), "{why}");
        let before = both.fake.world().calls.len();
        both.fake.well();
        // It is back, and nobody has to do anything.
        let answers = || pushes.iter().find(|n| *n > 0);
        assert_eq!(answers(), Some(1));
        assert!(both.fake.world().calls.len() > before);
        assert_eq!(valid(&both.fake, &ids[0]), text(&[("ok", "alice@x", json!(true))]));
        both.answer("bob", 1, &[("score", json!(3)), ("exp", json!("x"))]);
        tell.send(Notice::Session { session: "s".into() }).unwrap();
        assert_eq!(answers(), Some(2));
        assert_eq!(both.to_sync(), Some(0));
        drop(tell);
        assert!(watching.join().unwrap().is_ok());
        // However often it was tried, nothing is said twice.
        let said: Vec<String> = std::iter::once(why).chain(troubles.try_iter()).collect();
        assert!(said.windows(2).all(|pair| pair[0] != pair[1]), "{said:?}");
    });
}
