package bot_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
)

func drawPlan(t *rapid.T, label string) bot.Plan {
	word := rapid.SampledFrom([]string{"", "a", "b", "ab", "1:a;", ";"})
	draw := func(name string) string { return word.Draw(t, label+name) }
	plan := bot.Plan{
		Target: bot.Target{Service: draw("service"), Environment: draw("environment")}, Repo: draw("repo"),
		Workflow: draw("workflow"), WorkflowRef: draw("ref"), WorkflowBlob: draw("blob"), KeyInput: draw("key"),
		Inputs: rapid.MapOfN(word, word, 0, 2).Draw(t, label+"inputs"),
		Commit: bot.Commit{SHA: draw("sha")},
	}
	for range rapid.IntRange(0, 2).Draw(t, label+"sets") {
		plan.Settings.Approvals.Sets = append(plan.Settings.Approvals.Sets, bot.ApprovalSet{
			Count: 1, From: []string{draw("group")}, Self: rapid.Bool().Draw(t, label+"self"), NotAuthors: rapid.Bool().Draw(t, label+"authors"),
		})
	}
	plan.Settings.Timeout = time.Duration(rapid.IntRange(0, 1).Draw(t, label+"timeout"))
	return plan
}

// TestPromise3_TheDigestCoversWhatIsCarriedOut shows that two plans have one
// digest exactly when they carry out the same, whatever the values are made
// of, and that a difference is always put into words.
func TestPromise3_TheDigestCoversWhatIsCarriedOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawPlan(t, "a"), drawPlan(t, "b")
		if rapid.Bool().Draw(t, "alike") {
			b = a
			b.Inputs = maps.Clone(a.Inputs)
		}
		same := a.Target == b.Target && a.Repo == b.Repo && a.Workflow == b.Workflow && a.WorkflowRef == b.WorkflowRef &&
			a.WorkflowBlob == b.WorkflowBlob && a.KeyInput == b.KeyInput && maps.Equal(a.Inputs, b.Inputs) &&
			a.Commit.SHA == b.Commit.SHA && cmp.Equal(a.Settings.Approvals, b.Settings.Approvals) && a.Settings.Timeout == b.Settings.Timeout
		if got := a.Digest() == b.Digest(); got != same {
			t.Fatalf("the digests are alike: %v, the plans: %v\n%+v\n%+v", got, same, a, b)
		}
		if said := len(b.Differences(a)) == 0; said != same {
			t.Fatalf("the differences are %q, the plans are alike: %v", b.Differences(a), same)
		}
	})
}

// TestDigestLeavesOutWhatIsOnlyShown shows that news about the branch, the
// changes and a rollback's target void nothing.
func TestDigestLeavesOutWhatIsOnlyShown(t *testing.T) {
	t.Parallel()
	plan := bot.Plan{Commit: bot.Commit{SHA: "abc"}}
	shown := plan
	shown.Branch, shown.Commit.Subject, shown.ResolvedAt = "main", "Greet", time.Unix(1, 0)
	shown.Changes = bot.Changes{Total: 3}
	shown.RollbackTo, shown.Current = &bot.Past{Release: "api-1"}, &bot.Past{Release: "api-2"}
	if plan.Digest() != shown.Digest() {
		t.Errorf("Digest() changed with what is only shown")
	}
}

func TestReleaseIDOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, key, want string
	}{
		{"a run key", "api-142.k3v9x2mq", "api-142"},
		{"a service with dashes", "api-v2-7.k3v9x2mq", "api-v2-7"},
		{"no mark", "api-142", ""},
		{"a short mark", "api-142.k3v9x2m", ""},
		{"a long mark", "api-142.k3v9x2mqq", ""},
		{"capitals in the mark", "api-142.K3V9X2MQ", ""},
		{"more behind it", "api-142.k3v9x2mq more", ""},
		{"no number", "api-.k3v9x2mq", ""},
		{"no service", "-142.k3v9x2mq", ""},
		{"a path", "../api-142.k3v9x2mq", ""},
		{"a key of Redis", "api{p7}-142.k3v9x2mq", ""},
		{"an endless number", "api-1421421421421421.k3v9x2mq", ""},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := bot.ReleaseIDOf(tt.key)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("ReleaseIDOf(%q) = %q, %v, want %q", tt.key, got, ok, tt.want)
			}
		})
	}
}

func FuzzReleaseIDOf(f *testing.F) {
	f.Add("api-142.k3v9x2mq")
	f.Fuzz(func(t *testing.T, key string) {
		id, ok := bot.ReleaseIDOf(key)
		if !ok {
			return
		}
		if service, ok := bot.ServiceOf(id); !ok || !bot.ValidName(service) || !bot.ValidReleaseID(id) {
			t.Errorf("ReleaseIDOf(%q) = %q, whose service is %q", key, id, service)
		}
		if mark, found := strings.CutPrefix(key, id+"."); !found || len(mark) != bot.RunKeyMark || strings.Trim(mark, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("ReleaseIDOf(%q) = %q, and what is left is %q", key, id, mark)
		}
	})
}

func TestRunOlder(t *testing.T) {
	t.Parallel()
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	for _, tt := range []struct {
		name string
		r    bot.Run
		than bot.Run
		want bool
	}{
		{"an earlier attempt", bot.Run{Attempt: 1, Status: bot.RunCompleted}, bot.Run{Attempt: 2, Status: bot.RunWaiting}, true},
		{"a later attempt", bot.Run{Attempt: 2, Status: bot.RunWaiting}, bot.Run{Attempt: 1, Status: bot.RunCompleted}, false},
		{"an earlier status that came late", bot.Run{Status: bot.RunInProgress, UpdatedAt: at(9)}, bot.Run{Status: bot.RunCompleted, UpdatedAt: at(5)}, true},
		{"an end whose time is earlier", bot.Run{Status: bot.RunCompleted, UpdatedAt: at(5)}, bot.Run{Status: bot.RunInProgress, UpdatedAt: at(9)}, false},
		{"held after it worked", bot.Run{Status: bot.RunHeld, UpdatedAt: at(2)}, bot.Run{Status: bot.RunInProgress, UpdatedAt: at(1)}, false},
		{"what was held, seen late", bot.Run{Status: bot.RunHeld, UpdatedAt: at(1)}, bot.Run{Status: bot.RunInProgress, UpdatedAt: at(2)}, true},
		{"the same status, older", bot.Run{Status: bot.RunInProgress, UpdatedAt: at(1)}, bot.Run{Status: bot.RunInProgress, UpdatedAt: at(2)}, true},
		{"the very same", bot.Run{Status: bot.RunInProgress, UpdatedAt: at(1)}, bot.Run{Status: bot.RunInProgress, UpdatedAt: at(1)}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.r.Older(tt.than); got != tt.want {
				t.Errorf("Older = %v, want %v", got, tt.want)
			}
		})
	}
}
