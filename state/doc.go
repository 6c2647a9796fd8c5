// Package state is slipway's only store: it keeps every release, its inbox and its
// timers, the slots and queues of the targets, and where the messages are, in Redis.
// It implements the store's part of the ports of package engine and the rooms beside
// it (engine.Work, announcer.Cards, reconciler.Epochs, ...) without importing them.
//
// It decides nothing about releases. It stores what lifecycle decided, gives each due
// release to one holder at a time, and refuses the writes of a holder whose claim was
// taken over.
//
// A file's name begins with its subject: intake_ stores what people and the code host
// say, motor_ hands out what is due and writes the result, target_ has the slots,
// queues and locks, records reads back what is stored, chat_ has where messages are
// and who was told, epoch deals with a Redis that may have lost writes, stored_ has
// the stored forms, and redis_ the client, the keys and the scripts. What needs only
// one file has a name of its own.
//
// # Partitions and keys
//
// All keys of a service are in one of 16 partitions, chosen by a hash of the service's
// name. The keys of a partition share a hash tag such as {p7}, and so one slot of a
// cluster, which lets one Lua script change all of them at once. The number of
// partitions is recorded in Redis; a program with another number refuses to start.
// Key names are made in redis_keys.go and nowhere else.
//
// What a script must find by a release's id is in hashes of the partition, with the id
// as field, not in keys of its own: the claim script does not know before it runs
// which releases are due, nor the create script which id comes next, and a script may
// only use keys that were declared to it.
//
//   - due: the unfinished releases, by when they are due next. It is the job queue,
//     the timers, the leases and the retry backoff in one.
//   - docs: the releases themselves, as JSON.
//   - control: the short facts that scripts need, as fields such as "api-142:phase":
//     phase, fence, revision and the like. Two fields belong to no release: tickets
//     orders the queues, starts the histories.
//   - inbox: the events that wait, one JSON text a line.
//   - past: what History returns of a release whose run started.
//   - slots, current: by target, the release under way and the live one.
//   - queue:TARGET, history:TARGET, quarantine:TARGET; and of the history needed:TARGET,
//     what is not dropped, and besides:TARGET, what was done without slipway.
//   - dirty:end, dirty:progress: the cards that have to be updated; unshown: the
//     releases that have none yet.
//   - ledger:SERVICE: the verdicts on a service and people's opinions of them, by
//     release. They are kept longer than the releases; the oldest are dropped.
//   - events: a capped stream of every change of phase, for slipway's operators
//     (XRANGE slipway:{p7}:events - +).
//   - trash: releases that are to be deleted, by when.
//   - counters: the last number of each service.
//   - messages:ID, reply:MARK, same:HASH, once:HASH: where messages are, where a
//     private answer goes, and the keys by which a repeated request finds its first
//     result. They expire.
//
// The keys of the whole store stand alone, since they belong to no service:
//
//   - partitions, epoch, state_key: the number of partitions, the life that Redis is
//     in, and the key that signs what slipway keeps at GitHub.
//   - locks, doubts, subscribed: what is closed, what is not understood, and who wants
//     to be told of their own changes. Beside the first and the last lie the keys
//     once:HASH of their repeated requests.
//   - watched, compared:HASH, beside:HASH: since when a source of runs is watched,
//     what was compared in this life of Redis, and what done without slipway was told.
//   - answer:HASH, run:ID: the first answer to a request, and the release of a run.
//   - troubles, telling:HASH: what is wrong with how slipway reaches people, one field
//     each, and who was told of it.
//   - nagged:HASH, strange:HASH: that a lock's owner was reminded, and that something
//     not understood was reported.
//   - edits, said:HASH: how many messages may be edited and posted at the moment.
//   - connections, heard: how many connections to Slack each process keeps, and when
//     something last came in from each source, such as a repository's webhook.
//   - wake, turnover: channels on which replicas tell each other what changed.
//
// # When Redis is asked
//
// Nothing is polled. The store keeps an agenda (motor_agenda.go) of when something in
// each partition is due, for releases and for cards. It learns that from its own reads
// and writes, and from what all replicas publish (motor_wake.go): that a release
// changed, and when a new lease ends. Claim and DirtyCards only ask Redis about
// partitions that are due. What is published may be lost with its connection, so
// every partition is read every 15 seconds, and all of them when the subscription is
// restored; a store without a subscription reads everything each time.
//
// # The life of a claim
//
// Claim takes what is due, postpones its due time by the lease and raises its fence.
// Renew extends the leases, all of a partition at once; Move writes only if phase and
// fence are still those of the claim. So a killed holder is replaced when its lease
// ends, and one that was only paused can no longer change anything. Post does not
// shorten a lease: what arrives meanwhile makes the release due when its holder moves.
// All times are those of Redis, in milliseconds.
//
// The client may repeat a command whose answer was lost. Every script is written so
// that a repetition finds its first result.
//
// # The stored form
//
// What is stored has types of its own (the stored_ files), and one rule: fields are
// only ever added, never renamed, never given another meaning, and a missing field
// means the zero value. During an upgrade replicas of two versions work side by side.
// So a program keeps the fields of a release that it does not know, at any depth, when
// it writes the release back (in an item of a list, as long as nothing else of the
// item changes). It leaves alone a release whose phase it does not know, and leaves in
// the inbox an event whose type it does not know, with all that came after it. It
// reports each of these once a day, in the log and through Unrecognised.
//
// A later version that stores more adds a folder to testdata/records with a record for
// each phase, as it stores them. The folders of earlier versions stay as they are: a
// test has every version read all of them, continue with them, and write them back
// whole. The fault tests let this version and earlier ones work on one Redis
// (cmd/slipway/versions_test.go).
//
// # What it does not do
//
// It holds no secret but the response URLs of Slack, which Redis forgets after half an
// hour, and it keeps nothing in memory that another replica would need.
package state
