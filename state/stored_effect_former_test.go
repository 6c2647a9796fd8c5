package state

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// formerOutbox is what the version before this one meant by the outbox in
// testdata/outbox/former.json, which it wrote.
func formerOutbox() []bot.Effect {
	ben := bot.Person{ID: "U02BEN", Name: "ben"}
	at := func(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
	return []bot.Effect{
		bot.Resolve{},
		bot.BeginMembers{},
		bot.ReadMembers{},
		bot.TakeSlot{},
		bot.LookAtBranch{},
		bot.LookAtLive{},
		bot.Refresh{},
		bot.Replace{},
		bot.AskYield{},
		bot.Recheck{},
		bot.SendDispatch{},
		bot.FindRun{},
		bot.ReadRun{},
		bot.CompareWorkflow{},
		bot.CancelRun{},
		bot.ForceCancelRun{},
		bot.AskProbes{},
		bot.RetireDeployment{},
		bot.TakeBack{},
		bot.EndQuarantine{},
		bot.LetMemberAsk{Member: "web-3"},
		bot.LetMemberGo{Member: "web-3"},
		bot.StopMember{Member: "web-3"},
		bot.Report{Phase: bot.Queued},
		bot.Report{Phase: bot.AwaitingApproval, Awaits: bot.AwaitGo},
		bot.Report{Phase: bot.Succeeded, Healthy: true},
		bot.FindRun{Named: 4711},
		bot.PollRun{},
		bot.ReadRerun{},
		bot.RecordDeployment{State: bot.DeploymentRunning},
		bot.RecordDeployment{State: bot.DeploymentGone},
		bot.Tell{To: ben, Why: bot.TellMayNotSignOff},
		bot.Say{News: bot.NoteHealth{}},
		bot.Say{News: bot.NoteEnded{}},
		bot.Say{News: bot.NotePlan{}},
		bot.Say{News: bot.NoteRerun{}},
		bot.Say{News: bot.NoteRerunOver{}},
		bot.Say{News: bot.NoteApprovalDue{}},
		bot.Say{News: bot.NoteEscalated{}},
		bot.Say{News: bot.NoteEscalated{Set: 12}},
		bot.Say{News: bot.NoteSignedOff{}},
		bot.Say{News: bot.NoteQuarantineEnded{}},
		bot.Say{News: bot.NoteWithdrawn{By: ben, At: at(1763964000123)}},
		bot.Say{News: bot.NoteLost{By: ben, At: at(1763964000124)}},
		bot.Say{News: bot.NoteItRan{By: ben, Attempt: 1}},
		bot.Say{News: bot.NoteSendAgain{By: ben, Attempt: 2}},
		bot.Say{News: bot.NoteNeverRan{By: ben, Attempt: 3}},
		bot.Say{News: bot.NoteRanAfterAll{By: ben, Attempt: 4}},
		bot.Alert{News: bot.NoteFailed{}},
		bot.Alert{News: bot.NoteUnhealthy{}},
		bot.Alert{News: bot.NoteUnknown{}},
		bot.Alert{News: bot.NoteReminder{Number: 48}},
		bot.Alert{News: bot.NoteMismatch{}},
		bot.Alert{News: bot.NoteRerun{}},
		bot.Alert{News: bot.NoteBatch{}},
		bot.Alert{News: bot.NoteBlind{}},
		bot.Alert{News: bot.NoteEmergency{Passed: []string{"freeze", "approvals"}}},
		bot.Alert{News: bot.NoteEmergency{Passed: []string{"lock"}}},
		bot.Alert{News: bot.NoteReview{Number: 9}},
	}
}

// TestOutboxesOfTheVersionBefore: what it left behind is carried out, and it finds
// in what this one leaves behind what it needs.
func TestOutboxesOfTheVersionBefore(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "outbox", "former.json"))
	if err != nil {
		t.Fatal(err)
	}
	r, extra, err := decodeRelease(string(text), "")
	if err != nil || extra != nil {
		t.Fatalf("%v, not understood: %v", err, extra.names())
	}
	var read []bot.Effect
	for _, p := range r.Outbox {
		read = append(read, p.Effect)
	}
	if diff := cmp.Diff(formerOutbox(), read); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	written, err := encodeRelease(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(formerly(t, string(text)), formerly(t, written)); diff != "" {
		t.Errorf("the version before reads (-what it wrote +what this one wrote):\n%s", diff)
	}
}

// formerly is what the version before this one reads of an outbox.
func formerly(tb testing.TB, release string) []string {
	tb.Helper()
	var of struct {
		Outbox []struct {
			Effect struct {
				Kind string `json:"kind"`
				Note string `json:"note"`
				To   struct {
					ID   string `json:"id"`
					Name string `json:"name"`
				} `json:"to"`
			} `json:"effect"`
		} `json:"outbox"`
	}
	if err := json.Unmarshal([]byte(release), &of); err != nil {
		tb.Fatal(err)
	}
	var list []string
	for _, p := range of.Outbox {
		list = append(list, strings.Join([]string{p.Effect.Kind, p.Effect.Note, p.Effect.To.ID, p.Effect.To.Name}, " "))
	}
	return list
}
