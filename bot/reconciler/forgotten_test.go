package reconciler

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

func shownRun(key, repo string, id int64, status bot.RunStatus) bot.ListedRun {
	return bot.ListedRun{RunKey: key, Repo: repo, Run: bot.Run{ID: id, Status: status, URL: "https://github.example.com/run"}}
}

// TestForgottenReleases: of the runs that show a run key, those are orphans that
// are of a service's own repository and of no release that is remembered. Their
// ids are not given again, people hear of them once, and while one goes on
// nothing of the service starts.
func TestForgottenReleases(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable, Says: "no answer"}
	forgotten := shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunInProgress)
	still := "the run of api-8, which Redis has forgotten, is still going at GitHub: https://github.example.com/run"
	for name, tt := range map[string]struct {
		listed  bot.ListedRun
		world   func(*reborn)
		skipped []string
		told    []bot.ListedRun
		waits   string
		failed  bool
	}{
		"a release that is not known":   {listed: forgotten, skipped: []string{"api-8"}, told: []bot.ListedRun{forgotten}, waits: still},
		"by a name in other letters":    {listed: shownRun("api-8.aaaabbbb", "Acme/API", 8, bot.RunInProgress), skipped: []string{"api-8"}, told: []bot.ListedRun{shownRun("api-8.aaaabbbb", "Acme/API", 8, bot.RunInProgress)}, waits: still},
		"one whose number is known":     {listed: shownRun("api-1.aaaabbbb", "acme/api", 8, bot.RunInProgress), skipped: []string{"api-1"}, told: []bot.ListedRun{shownRun("api-1.aaaabbbb", "acme/api", 8, bot.RunInProgress)}, waits: strings.Replace(still, "api-8", "api-1", 1)},
		"a run of a release that is":    {listed: shownRun("api-1.k3v9x2mq", "acme/api", 8, bot.RunInProgress)},
		"of another repository":         {listed: shownRun("api-8.aaaabbbb", "mallory/api", 8, bot.RunInProgress)},
		"of another service's":          {listed: shownRun("web-8.aaaabbbb", "acme/api", 8, bot.RunInProgress)},
		"of no service":                 {listed: shownRun("gone-8.aaaabbbb", "acme/api", 8, bot.RunInProgress)},
		"of no release at all":          {listed: shownRun("a run", "acme/api", 8, bot.RunInProgress)},
		"one that is over":              {listed: shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunCompleted), skipped: []string{"api-8"}, told: []bot.ListedRun{shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunCompleted)}},
		"one that is over by now":       {listed: forgotten, world: func(w *reborn) { w.read[8] = bot.Run{Status: bot.RunCompleted} }, skipped: []string{"api-8"}, told: []bot.ListedRun{forgotten}},
		"one that is gone by now":       {listed: forgotten, world: func(w *reborn) { delete(w.read, 8) }, skipped: []string{"api-8"}, told: []bot.ListedRun{forgotten}},
		"one that cannot be read":       {listed: forgotten, world: func(w *reborn) { w.hostErr["read"] = away }, skipped: []string{"api-8"}, told: []bot.ListedRun{forgotten}, waits: "the run of api-8, which Redis has forgotten, could not be read"},
		"one that may be known":         {listed: forgotten, world: func(w *reborn) { w.faults["release api-8"] = away }, waits: "compared with", failed: true},
		"one whose id may come again":   {listed: forgotten, world: func(w *reborn) { w.hostErr["skip"] = away }, skipped: []string{"api-8"}, waits: "compared with", failed: true},
		"one that nobody could be told": {listed: forgotten, world: func(w *reborn) { w.chat.fault = away }, skipped: []string{"api-8"}, waits: still},
		"one in an alert that is posted": {listed: forgotten, world: func(w *reborn) {
			w.chat.fault = &bot.Error{Kind: bot.Limited, RetryAfter: time.Second}
		}, skipped: []string{"api-8"}, waits: still},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := second(waiting("api-1"))
				w.listed["acme/api"], w.read[8] = []bot.ListedRun{tt.listed}, tt.listed.Run
				if tt.world != nil {
					tt.world(w)
				}
				rc, book := w.reconciler(t)
				w.look(t, rc)
				if diff := cmp.Diff(tt.skipped, w.skipped); diff != "" {
					t.Errorf("ids that are not given again (-want +got):\n%s", diff)
				}
				var said []bot.ListedRun
				for _, m := range w.chat.posted {
					body, _ := m.Body.(bot.Forgotten)
					said = append(said, body.Runs...)
					if m.Channel != "C0ALERTS" || body.Service != "api" || m.Key.Kind != "alert_forgotten" {
						t.Errorf("said %+v", m)
					}
				}
				if diff := cmp.Diff(tt.told, said); diff != "" {
					t.Errorf("said (-want +got):\n%s", diff)
				}
				for range 2 { // what has ended is not read again
					if waits := w.goes(t, rc); !strings.Contains(waits, tt.waits) || (waits == "") != (tt.waits == "") {
						t.Errorf("a dispatch waits, since %q", waits)
					}
				}
				if book.Says("could not be compared") != tt.failed || book.Says("it could not be said") != (name == "one that nobody could be told") {
					t.Errorf("logged %q", book.Lines())
				}
				if tt.failed || len(tt.told) == 0 {
					return
				}
				w.look(t, rc)
				if len(w.chat.posted) != 1 || len(w.skipped) != 1 {
					t.Errorf("another look says %d and skips %v", len(w.chat.posted), w.skipped)
				}
			})
		})
	}
}

// TestForgottenReleasesAreToldInTheEnd: of a service whose alert was not taken people
// hear with the next look, and of another at once; and runs that two services share
// are listed once.
func TestForgottenReleasesAreToldInTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := second()
		api, web := shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunCompleted), shownRun("web-8.aaaabbbb", "acme/web", 9, bot.RunCompleted)
		w.listed["acme/api"], w.listed["acme/web"] = []bot.ListedRun{api}, []bot.ListedRun{web}
		w.chat.fault = &bot.Error{Kind: bot.Limited, RetryAfter: time.Second}
		rc, book := w.reconciler(t)
		rc.catalog = bottest.Declare(t, bottest.Shop+"  web2: {repo: acme/web, workflow: deploy.yml, channel: C0WEB, environments: {production: {}}}\n")
		w.look(t, rc)
		if len(w.chat.posted) != 0 || len(book.Lines()) == 0 || book.Says("it could not be said") {
			t.Errorf("said %v, logged %q", w.chat.posted, book.Lines())
		}
		if diff := cmp.Diff([]string{"list acme/api deploy.yml", "list acme/web deploy.yml"}, w.asked); diff != "" {
			t.Errorf("asked of the code host (-want +got):\n%s", diff)
		}
		w.chat.fault = nil
		for range 2 {
			if w.look(t, rc); len(w.chat.posted) != 2 {
				t.Errorf("said %d times", len(w.chat.posted))
			}
		}
		w.chat.asked = 0 // what was said is not asked about again
		if w.look(t, rc); w.chat.asked != 0 {
			t.Errorf("asked %d times", w.chat.asked)
		}
	})
}

// TestAForgottenRunKeepsItsOwnServiceOnly: and it is let go as soon as it is over,
// whatever else goes on.
func TestAForgottenRunKeepsItsOwnServiceOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := second()
		w.listed["acme/api"] = []bot.ListedRun{
			shownRun("api-9.aaaabbbb", "acme/api", 9, bot.RunInProgress), shownRun("api-8.aaaabbbb", "acme/api", 8, bot.RunInProgress),
		}
		for _, l := range w.listed["acme/api"] {
			w.read[l.Run.ID] = l.Run
		}
		rc, _ := w.reconciler(t)
		w.look(t, rc)
		web := bottest.Starting()
		web.Target.Service = "web"
		if wait := rc.NotYet(t.Context(), web); wait.Says != "" {
			t.Errorf("web waits too: %#v", wait)
		}
		if waits := w.goes(t, rc); !strings.Contains(waits, "api-9") {
			t.Errorf("it waits, since %q", waits)
		}
		w.read[9] = bot.Run{ID: 9, Status: bot.RunCompleted}
		if waits := w.goes(t, rc); !strings.Contains(waits, "api-8") {
			t.Errorf("it waits, since %q", waits)
		}
		w.read[9] = bot.Run{ID: 9, Status: bot.RunInProgress} // what is over stays over
		if waits := w.goes(t, rc); !strings.Contains(waits, "api-8") {
			t.Errorf("it waits, since %q", waits)
		}
		delete(w.read, 8)
		if waits := w.goes(t, rc); waits != "" {
			t.Errorf("it waits, since %q", waits)
		}
		for declared, want := range map[string]string{bottest.Shop: "C0ALERTS", bottest.WithoutAlerts(): "C0API"} {
			if got := bottest.Declare(t, declared).AlertChannel("api"); got != want {
				t.Errorf("it is said in %s, want %s", got, want)
			}
		}
	})
}
