// Package state is slipway's one store: every release, its inbox, its timers,
// the slots and queues of the targets, and where the messages stand, in Redis.
// It satisfies the ports that package engine and the rooms beside it have for a
// store (engine.Work, announcer.Cards, reconciler.Lives, ...) without knowing them.
//
// It decides nothing about releases. It keeps what lifecycle decided, hands
// each due release to one holder at a time, and refuses what a holder that was
// overtaken wants to write.
//
// A file's name begins with its subject: intake_ takes in what people and the code
// host say, motor_ hands out what is due and writes what came of it, target_ has the
// slots, queues and locks, records what is read back, chat_ where messages stand and
// who was told, life_ what a new life of Redis and a newer version mean, stored_ the
// stored forms, and redis_ the client, the keys and the scripts as such.
//
// # Partitions and keys
//
// All keys of a service lie in one of 16 partitions, chosen by a hash of the
// service's name; the keys of a partition share a hash tag such as {p7} and
// therefore one slot of a cluster, so that one Lua script may change all of
// them at once. The number of partitions is recorded in Redis; a program that
// counts otherwise refuses to start. Key names are made in redis_keys.go and nowhere
// else.
//
// What a script must find by a release's id lies in hashes of the partition,
// by id, and not in keys of its own: the claim script does not know before it
// runs which releases are due, the create script not which id comes next, and
// a script may only touch keys that were declared to it.
//
//   - due: the releases that have not ended, by when they are due next. It is
//     the job queue, the timers, the leases and the retry backoff in one, and
//     the list of what is unfinished.
//   - docs: the releases themselves, as JSON.
//   - control: the short facts that scripts need, as fields "api-142:phase":
//     phase, fence, revision and the like. Two fields belong to no release:
//     tickets orders the queues, starts the histories.
//   - inbox: the events that wait, one JSON text a line.
//   - past: what History tells of a release whose run started.
//   - slots, current: by target, the release under way and the one live.
//   - queue:TARGET, history:TARGET, quarantine:TARGET.
//   - dirty:end, dirty:progress: cards that no longer show the truth.
//   - ledger:SERVICE: the verdicts on a service and what people say of them, by
//     release. They outlive the releases; the oldest are let go.
//   - events: a capped stream of every change of phase, for whoever operates
//     slipway (XRANGE slipway:{p7}:events - +).
//   - trash: releases that are to be forgotten, by when.
//   - counters: the last number of each service.
//   - subscribed: who wants to hear of their own changes, by account.
//   - troubles: what is wrong with how slipway reaches people, one field each, and
//     telling:HASH: who was told of one. These Redis forgets by itself.
//   - answer:HASH, and once:HASH beside the locks and beside who is subscribed: the
//     first answers to requests, what came of a lock, and that a wish was heard.
//     Redis forgets these by itself too.
//   - messages:ID, reply:MARK, once:HASH, same:HASH: where messages stand, where
//     a private answer goes, and the keys that make a repeat find its first
//     result. These Redis forgets by itself.
//
// # When Redis is asked
//
// Nothing is polled. The store keeps an agenda (motor_agenda.go) of when something in
// each partition falls due, for releases and for cards; it learns from its own
// looks and writes, and from what all replicas publish (motor_wake.go): that a release
// changed, and when a lease that was just taken ends. Claim and DirtyCards ask
// Redis only about partitions whose time has come. Since what is published may be
// lost with its connection, every partition is looked at every 15 seconds, and all
// at once when the subscription was made again; a store that hears nobody looks at
// everything each time.
//
// # The life of a claim
//
// Claim takes what is due, moves its due time out by the lease and raises its
// fence. Renew makes leases last longer, all of a partition at once; Move writes
// only if phase and fence are still those of the claim. So a holder that is killed
// is replaced when its lease is over, and one that merely slept changes nothing any
// more. Post does not shorten a lease: what arrives meanwhile makes the release due
// when its holder moves. All times are those of Redis, in milliseconds.
//
// The client may repeat a command whose answer was lost. Every script is
// written so that a repeat finds its first result.
//
// # The stored form
//
// What is stored has types of its own (the stored* files), and one rule:
// fields are only ever added, never renamed, never given another meaning, and
// a missing field means the zero value. Replicas of two versions work next to
// each other during an upgrade, so a program keeps the fields of a release that
// it does not know, however deep they lie, when it writes the release back (in
// an item of a list, as long as nothing else of the item changes), leaves alone
// a release whose phase it does not know, and leaves in the inbox an event
// whose type it does not know, with what came after it. Each is reported once a
// day, in the log and through Strangers, so that people hear of it.
//
// A later version that stores more adds a folder to testdata/records with a record
// of its own for each phase, as it stores them. The folders of earlier versions stay
// as they are: a test has every version read all of them, go on with them, and write
// them back whole. The fault tests let this version and earlier ones work on one
// Redis (cmd/slipway/versions_test.go).
//
// # What it does not do
//
// It holds no secret but the response URLs of Slack, which Redis forgets after
// half an hour, and it keeps nothing in memory that another replica would need.
package state
