package state

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
)

// TestEveryFieldIsStored sets every field of the nouns, so that one that is
// added without being stored shows.
func TestEveryFieldIsStored(t *testing.T) {
	t.Parallel()
	var r bot.Release
	fill(reflect.ValueOf(&r).Elem())
	r.RequestedAt = time.UnixMilli(1763964000123).UTC()
	text, err := encodeRelease(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, extra, err := decodeRelease(text, "")
	if err != nil || extra != nil {
		t.Fatalf("decode: %v, extra %v", err, extra)
	}
	if diff := cmp.Diff(r, got); diff != "" {
		t.Errorf("stored and read (-want +got):\n%s", diff)
	}
	if _, _, err := decodeRelease("[]", ""); err == nil {
		t.Error("a list was read as a release")
	}
}

// everyEffect is one of each, with all its fields set.
func everyEffect() []bot.Effect {
	at, by := time.Date(2026, 11, 24, 6, 7, 8, 9_000_000, time.UTC), bot.Person{ID: "U02BEN", Name: "ben"}
	all := []bot.Effect{
		bot.FindRun{},
		bot.FindRun{Named: 7},
		bot.RecordDeployment{State: bot.DeploymentRunning},
		bot.LetMemberAsk{Member: "api-1"},
		bot.LetMemberGo{Member: "api-1"},
		bot.StopMember{Member: "api-1"},
		bot.Report{Phase: bot.AwaitingApproval, Awaits: bot.AwaitGo, Healthy: true, At: at},
		bot.Report{Phase: bot.Queued},
		bot.Tell{To: by, Why: bot.TellMayNot},
		bot.Notify{Outcome: bot.OutcomeFailed, At: at},
		bot.Deliver{Outcome: bot.OutcomeFailed, At: at, To: bot.Recipient{Kind: bot.ToChannel, ID: "C0API"}},
	}
	for _, bare := range bareEffects() {
		all = append(all, bare)
	}
	for _, news := range everyNews(at, by) {
		all = append(all, bot.Say{News: news}, bot.Alert{News: news})
	}
	return all
}

func everyNews(at time.Time, by bot.Person) []bot.News {
	all := []bot.News{
		bot.NoteUnknown{Since: at},
		bot.NoteReminder{Number: 2, Since: at},
		bot.NotePlan{Seal: "seal"},
		bot.NoteRerun{Attempt: 2},
		bot.NoteRerunOver{Attempt: 2},
		bot.NoteBlind{Since: at},
		bot.NoteApprovalDue{Since: at},
		bot.NoteEscalated{Set: 1, Since: at},
		bot.NoteEmergency{Passed: []string{"freeze", "approvals"}},
		bot.NoteReview{Number: 3},
		bot.NoteWithdrawn{By: by, At: at},
		bot.NoteLost{By: by, At: at},
		bot.NoteItRan{By: by, Attempt: 1},
		bot.NoteSendAgain{By: by, Attempt: 1},
		bot.NoteNeverRan{By: by, Attempt: 1},
		bot.NoteRanAfterAll{By: by, Attempt: 1},
		bot.NoteOutcome{Outcome: bot.OutcomeSucceeded, At: at},
		bot.NoteYours{Outcome: bot.OutcomeRolledBack, At: at, Whose: "U02BEN"},
		bot.NoteUndelivered{Outcome: bot.OutcomeFailed, At: at, To: bot.Recipient{Kind: bot.ToWebhook, ID: "ab12"}, Says: "it answered 500"},
		bot.NoteCountdown{At: at},
		bot.NoteRecovered{At: at},
		bot.NoteShadow{Hindrance: "a lock stands there"},
		bot.NoteCountdownStopped{By: by, At: at},
		bot.NoteWatchLonger{By: by, At: at},
		bot.NoteDisplaced{By: "api-9", At: at},
		bot.NoteHealth{},
		bot.NoteHealth{At: at},
	}
	for _, bare := range bareNews() {
		all = append(all, bare)
	}
	return all
}

// TestNoEffectIsForgotten: what is not listed above is not tried.
func TestNoEffectIsForgotten(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{"LaterEffect": true} // how a later version's is kept is tried by itself
	for _, e := range everyEffect() {
		listed[reflect.TypeOf(e).Name()] = true
	}
	for _, n := range everyNews(time.Time{}, bot.Person{}) {
		listed[reflect.TypeOf(n).Name()] = true
	}
	for _, file := range []string{"effect.go", "news.go"} {
		text, err := os.ReadFile(filepath.Join("..", "bot", file))
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`(?m)^func \((?:\w+ )?(\w+)\) (?:key|news)\(\)`).FindAllStringSubmatch(string(text), -1)
		if len(found) < 20 {
			t.Errorf("%d kinds in %s", len(found), file)
		}
		for _, kind := range found {
			if !listed[kind[1]] {
				t.Errorf("nobody tries whether a %s is stored", kind[1])
			}
		}
	}
}

// TestEveryEffectIsStored: and no two are stored alike.
func TestEveryEffectIsStored(t *testing.T) {
	t.Parallel()
	stored := map[string]bot.Effect{}
	for _, e := range everyEffect() {
		text, err := json.Marshal(storeEffect(e))
		var read storedEffect
		if err != nil || json.Unmarshal(text, &read) != nil {
			t.Fatalf("%#v: %s, %v", e, text, err)
		}
		if diff := cmp.Diff(e, loadEffect(read)); diff != "" {
			t.Errorf("stored and read (-want +got):\n%s", diff)
		}
		if other := stored[string(text)]; other != nil {
			t.Errorf("%#v is stored as %#v is: %s", e, other, text)
		}
		stored[string(text)] = e
	}
	for _, text := range []string{`{"kind":"bake","note":"bread"}`, `{"kind":"say","news":{"of":"the weather","number":3}}`, `{"kind":"read_run","note":"aloud"}`} {
		var read storedEffect
		if err := json.Unmarshal([]byte(text), &read); err != nil {
			t.Fatal(err)
		}
		e := loadEffect(read)
		if _, later := e.(bot.LaterEffect); !later || storeEffect(e).Kind != read.Kind || !cmp.Equal(storeEffect(e), read) {
			t.Errorf("%s of a later version is read as %#v and written back as %+v", text, e, storeEffect(e))
		}
	}
}

// TestEveryActorIsStored: in a release and in a history, where the version before
// this one finds whom it knows.
func TestEveryActorIsStored(t *testing.T) {
	t.Parallel()
	ben := bot.Person{ID: "U02BEN", Name: "ben"}
	for actor, former := range map[bot.Actor]string{
		ben: `{"id":"U02BEN","name":"ben"} ""`, bot.AtShell{Person: ben, Shell: "build-7 by root"}: `{"id":"U02BEN","name":"ben"} "build-7 by root"`,
		bot.ByRule{Rule: "health of production"}: `{"name":"slipway"} ""`, bot.Person{}: `{} ""`,
	} {
		r := bot.Release{ID: "api-1", Requester: actor, Run: bot.Run{ID: 7}}
		text, err := encodeRelease(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := decodeRelease(text, ""); err != nil || got.Requester != actor {
			t.Errorf("%#v is read as %#v, %v", actor, got.Requester, err)
		}
		var before struct {
			Requester json.RawMessage `json:"requester"`
			Origin    struct {
				Shell string `json:"shell"`
			} `json:"origin"`
		}
		if err := json.Unmarshal([]byte(text), &before); err != nil || string(before.Requester)+" "+strconv.Quote(before.Origin.Shell) != former {
			t.Errorf("the version before reads %#v as %s %q, %v", actor, before.Requester, before.Origin.Shell, err)
		}
		if past := loadPastPtr(storePastPtr(&bot.Past{Requester: actor})); past.Requester != actor {
			t.Errorf("in a plan %#v is read as %#v", actor, past.Requester)
		}
		line, err := pastJSON(r)
		if past, failed := decodePast(line); err != nil || failed != nil || past.Requester != actor {
			t.Errorf("in a history %#v is read as %#v, %v", actor, past.Requester, failed)
		}
	}
}

// TestEveryAnswerIsStored is the same for the answers to requests. What others
// were told is not told again.
func TestEveryAnswerIsStored(t *testing.T) {
	t.Parallel()
	var done bot.Done
	var problem bot.Problem
	var accepted bot.Accepted
	var locked bot.Locked
	for _, answer := range []any{&done, &problem, &accepted, &locked} {
		fill(reflect.ValueOf(answer).Elem())
	}
	at := time.UnixMilli(1763964000123).UTC()
	accepted.Release.RequestedAt = at
	locked.Tell, locked.Lock.At, locked.Lock.Until, locked.Before.At, locked.Before.Until = nil, at, at, at, at
	for _, answer := range []bot.Answer{done, problem, accepted, locked} {
		stored, known := storeAnswer(answer)
		text, err := json.Marshal(stored)
		var read storedAnswer
		if err != nil || !known || json.Unmarshal(text, &read) != nil {
			t.Fatalf("%T: %s, %v", answer, text, err)
		}
		if diff := cmp.Diff(answer, loadAnswer(read)); diff != "" {
			t.Errorf("%T stored and read (-want +got):\n%s", answer, diff)
		}
	}
	if _, known := storeAnswer(bot.Help{}); known {
		t.Error("what only shows something is kept")
	}
	if _, ok := loadAnswer(storedAnswer{}).(bot.Done); !ok {
		t.Error("an answer of a newer version cannot be said")
	}
}

// fill sets everything to something that is not zero.
func fill(v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2026, 11, 24, 6, 7, 8, 9000, time.UTC)))
		return
	}
	switch v.Kind() { //nolint:exhaustive // the nouns hold no other kinds
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field)
		}
	case reflect.Interface: // TestEveryEffectIsStored and TestEveryActorIsStored have the others
		if v.Type() == reflect.TypeFor[bot.Actor]() {
			v.Set(reflect.ValueOf(bot.AtShell{Person: bot.Person{ID: "U02BEN", Name: "ben"}, Shell: "build-7 by root"}))
			return
		}
		v.Set(reflect.ValueOf(bot.Say{News: bot.NoteHealth{}}))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"a": "b"}))
	case reflect.String:
		v.SetString("text of " + v.Type().String())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(0.25)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	default:
		panic("a noun has a field of kind " + v.Kind().String())
	}
}

func FuzzDecodeRelease(f *testing.F) {
	var whole bot.Release
	fill(reflect.ValueOf(&whole).Elem())
	text, err := encodeRelease(whole, nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		text, "{}", "null", `{"ID":"x","id":"y"}`, `{"weather":1,"run":null}`, `{"watch":{}}`,
		`{"run":{"colour":"red","jobs":[{"name":"a","dry":true}]},"ENDING":{"wet":0}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, extra, err := decodeRelease(text, "")
		if err != nil {
			return
		}
		again, err := encodeRelease(r, extra)
		if err != nil {
			t.Skip("a time that JSON cannot say")
		}
		r2, extra2, err := decodeRelease(again, "")
		if err != nil {
			t.Fatalf("what was encoded cannot be decoded: %v\n%s", err, again)
		}
		if diff := cmp.Diff(r, r2, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("release:\n%s", diff)
		}
		if diff := cmp.Diff(extra.names(), extra2.names()); diff != "" {
			t.Errorf("what is unknown (-read +written back):\n%s", diff)
		}
	})
}

func FuzzDecodeInbox(f *testing.F) {
	f.Add(`{"type":"hinted"}` + "\n" + `{"type":"approved","data":{"by":{"id":"U"},"digest":"d"}}` + "\n")
	f.Add("{}\n")
	f.Add(`{"type":"run_found","data":{"run":{"id":3}}}` + "\nx")
	f.Fuzz(func(t *testing.T, box string) {
		events, stuck, err := decodeInbox(box, maxHanded)
		if stuck != (err != nil) || len(events) > maxHanded {
			t.Fatalf("%d events, stuck %v, %v", len(events), stuck, err)
		}
		var again strings.Builder
		for _, ev := range events {
			text, err := encodeEvent(ev)
			if err != nil || strings.Contains(text, "\n") {
				t.Fatalf("%T: %q, %v", ev, text, err)
			}
			again.WriteString(text + "\n")
		}
		got, _, err := decodeInbox(again.String(), maxHanded)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(events, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRunMark(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		mark := runMark()
		if id, ok := bot.ReleaseIDOf("api-1." + mark); !ok || id != "api-1" || seen[mark] {
			t.Fatalf("mark %q", mark)
		}
		seen[mark] = true
	}
}

func TestPartitionOf(t *testing.T) {
	t.Parallel()
	// Where a service's releases lie may never change.
	for service, want := range map[string]int{"api": 7, "web": 1, "": 5} {
		if got := partitionOf(service); got != want {
			t.Errorf("partitionOf(%q) = %d, want %d", service, got, want)
		}
	}
}

// TestPromise8_WhatWasAdoptedProvesNothing: earlier versions took it for healthy.
func TestPromise8_WhatWasAdoptedProvesNothing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{"kind":"adopt","phase":"succeeded","healthy":true}`:                           false,
		`{"kind":"adopt","phase":"succeeded","healthy":true,"vouched":{"id":"U02BEN"}}`: true,
		`{"kind":"deploy","phase":"succeeded","healthy":true}`:                          true,
		`{"kind":"adopt","phase":"succeeded","vouched":{"id":"U02BEN"}}`:                false,
	} {
		past, err := decodePast(text)
		if err != nil || past.Healthy != want {
			t.Errorf("%s: healthy %t, %v", text, past.Healthy, err)
		}
	}
}
