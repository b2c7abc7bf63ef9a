//! The store against a plain model, on a disk that dies, fails and fills up.
//!
//! Every job adds one to its thread's row, to a second row and to a common total. Whatever happens: what was
//! acknowledged is there, the three agree (nothing is half applied), and a refused job leaves nothing.

use super::super::open::{FORMAT, initialise};
use super::super::slot::Slot;
use super::disk::{Dice, Disk};
use super::*;
use redb::Database;
use std::collections::BTreeMap;
use std::thread;

const THREADS: u32 = 4;
const REFUSED_MARK: u32 = 999_999;

fn open(disk: &Disk) -> Result<Store, StoreError> {
    quiet_panics();
    let disk = disk.clone();
    let slot = Slot::open(Box::new(move || {
        let db = Database::builder().set_cache_size(1 << 20).create_with_backend(disk.open())?;
        if Snapshot::new(&db)?.get(META, FORMAT)?.is_none() {
            initialise(&db)?;
        }
        Ok(db)
    }))?;
    Store::start(slot, None)
}

/// Adds one for this thread and says what it has now.
fn add(store: &Store, thread: u32) -> Result<u32, StoreError> {
    let added: Result<Result<u32, ()>, _> = store.change(Time(1), move |txn| {
        let value = txn.get(ITEM_OF_TRACE, (thread, "a"))?.unwrap_or(0) + 1;
        txn.put(ITEM_OF_TRACE, (thread, "a"), &value)?;
        let total = txn.get(META, "total")?.unwrap_or(0) + 1;
        txn.put(META, "total", &total)?;
        txn.put(ITEM_OF_TRACE, (thread, "b"), &value)?;
        Ok(Ok(value))
    });
    added.map(|added| added.unwrap())
}

/// Writes, then changes its mind: by a refusal, an error or a panic.
fn spoil(store: &Store, thread: u32, how: u64) {
    let spoilt: Result<Result<(), u32>, _> = store.change(Time(1), move |txn| {
        txn.put(ITEM_OF_TRACE, (thread, "a"), &REFUSED_MARK)?;
        match how {
            0 => Ok(Err(7)),
            1 => Err(StoreError::Misuse("no".to_owned())),
            _ => panic!("a broken rule"),
        }
    });
    assert!(!matches!(spoilt, Ok(Ok(()))));
}

/// What a thread knows: its value is at least `acknowledged`, at most that and `unsure`.
#[derive(Clone, Copy, Default)]
struct Known {
    acknowledged: u32,
    unsure: u32,
}

fn work(store: &Store, thread: u32, mut known: Known, rounds: u64, dice: &mut Dice) -> Known {
    for _ in 0..rounds {
        if dice.below(5) == 0 {
            spoil(store, thread, dice.below(3));
        }
        match add(store, thread) {
            Ok(value) => {
                let (least, most) = (known.acknowledged + 1, known.acknowledged + known.unsure + 1);
                assert!((least..=most).contains(&value), "{value} is not in {least}..={most}");
                known = Known { acknowledged: value, unsure: 0 };
            }
            Err(_) => known.unsure += 1,
        }
    }
    known
}

fn run(store: &Store, model: &mut BTreeMap<u32, Known>, rounds: u64, dice: &mut Dice) {
    thread::scope(|scope| {
        let running: Vec<_> = (0..THREADS)
            .map(|n| {
                let known = model.get(&n).copied().unwrap_or_default();
                let mut dice = Dice::new(dice.below(u64::MAX));
                (n, scope.spawn(move || work(store, n, known, rounds, &mut dice)))
            })
            .collect();
        model.extend(running.into_iter().map(|(n, known)| (n, known.join().unwrap())));
    });
}

/// Compares with the model, and makes it sure of what is there.
fn compare(store: &Store, model: &mut BTreeMap<u32, Known>, context: &str) {
    let read = store.read().unwrap();
    let mut sum = 0;
    for (n, known) in model {
        let value = read.get(ITEM_OF_TRACE, (*n, "a")).unwrap().unwrap_or(0);
        let twin = read.get(ITEM_OF_TRACE, (*n, "b")).unwrap().unwrap_or(0);
        let possible = known.acknowledged..=known.acknowledged + known.unsure;
        assert!(possible.contains(&value), "{context}: {value} is not in {possible:?}");
        assert_eq!(value, twin, "{context}: half applied");
        sum += u64::from(value);
        *known = Known { acknowledged: value, unsure: 0 };
    }
    assert_eq!(read.get(META, "total").unwrap().unwrap_or(0), sum, "{context}: half applied");
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_half_applied_by_kills_and_power_cuts() {
    let mut died = 0;
    for seed in 0..24 {
        let (disk, mut dice) = (Disk::default(), Dice::new(seed));
        let mut model = BTreeMap::new();
        for life in 0..5 {
            let store = open(&disk).unwrap_or_else(|e| panic!("seed {seed}, life {life}: {e}"));
            compare(&store, &mut model, &format!("seed {seed}, life {life}"));
            disk.die_after(dice.below(120));
            run(&store, &mut model, 12, &mut dice);
            died += u32::from(disk.failures() > 0);
            // Before the dying process tidies up: a killed one does not.
            disk.restart(dice.below(2) == 0, &mut dice);
            drop(store);
        }
        compare(&open(&disk).unwrap(), &mut model, &format!("seed {seed}, end"));
    }
    assert!(died > 60, "only {died} lives ended in the middle of work");
}

#[test]
fn a_store_lives_through_a_disk_that_fails_now_and_then() {
    for seed in 0..12 {
        let (disk, mut dice) = (Disk::default(), Dice::new(seed + 100));
        let mut model = BTreeMap::new();
        let store = open(&disk).unwrap();
        for of in [30, 100] {
            disk.be_flaky(seed + of, of);
            run(&store, &mut model, 40, &mut dice);
        }
        assert!(disk.failures() > 0);
        disk.be_flaky(0, u64::MAX);
        add(&store, 77).unwrap();
        model.insert(77, Known { acknowledged: 1, unsure: 0 });
        compare(&store, &mut model, &format!("seed {seed}, same process"));
        drop(store);
        compare(&open(&disk).unwrap(), &mut model, &format!("seed {seed}, reopened"));
    }
}

#[test]
fn a_full_disk_is_said_loses_nothing_and_is_left_behind_when_there_is_room() {
    let (disk, mut dice) = (Disk::default(), Dice::new(1));
    let mut model = BTreeMap::new();
    let store = open(&disk).unwrap();
    run(&store, &mut model, 5, &mut dice);
    disk.be_full(true);
    for _ in 0..3 {
        let e = add(&store, 0).unwrap_err();
        assert!(matches!(&e, StoreError::Failed { full: true, .. }), "{e:?}");
        assert!(e.to_string().contains("the disk is full"), "{e}");
    }
    model.entry(0).and_modify(|known| known.unsure += 3);
    disk.be_full(false);
    run(&store, &mut model, 5, &mut dice);
    compare(&store, &mut model, "after room was made");
}

#[test]
fn time_never_goes_back_whatever_the_clocks_say() {
    let disk = Disk::default();
    let stamp = |store: &Store, now| {
        let at: Result<Result<Time, ()>, _> = store.change(Time(now), |txn| {
            txn.put(META, "x", &1)?;
            Ok(Ok(txn.now))
        });
        at.unwrap().unwrap().0
    };
    let store = open(&disk).unwrap();
    assert_eq!([stamp(&store, 5), stamp(&store, 9), stamp(&store, 7)], [5, 9, 9]);
    drop(store);
    assert_eq!(stamp(&open(&disk).unwrap(), 3), 9);
}

#[test]
fn a_spoilt_job_shares_a_transaction_without_harm_to_the_others() {
    quiet_panics();
    let store = Store::in_memory().unwrap();
    let mut model = BTreeMap::new();
    for seed in 0..20 {
        run(&store, &mut model, 30, &mut Dice::new(seed));
    }
    assert!(model.values().all(|known| known.acknowledged == 600 && known.unsure == 0));
    compare(&store, &mut model, "in memory");
}
