package reconciler

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
)

const telling = `
slack: {mode: http, bot_token: xoxb-1, signing_secret: abcdefgh, team: T0001, alerts: C0ALERTS}
github: {token: ghp_1}
redis: {url: "redis://127.0.0.1:6379/0"}
services:
  api:
    repo: acme/api
    workflow: deploy.yml
    channel: C0API
    environments:
      staging: {}
      production:
        health:
          window: 1m
          every: 10s
          probes:
            - {name: east, http: "https://east.example.com", version: build.sha}
            - {name: west, http: "https://west.example.com", version: build.sha}
`

// The versions that a service tells, by a letter each; "-" stands for no answer.
var (
	tellsA = strings.Repeat("a", 40)
	tellsB = strings.Repeat("b", 12)
)

// shop is a service that tells its version, with the store that remembers it.
type shop struct {
	*besides
	*voice
	doubts   *past
	history  []bot.Past
	releases map[string]bot.Release
	east     string
	west     string // as east, unless a test says otherwise
	asked    int
	ahead    time.Duration // of the store's clock
}

func newShop(tb testing.TB) *shop {
	tb.Helper()
	probes := bottest.Declare(tb, telling, httpprobe.Kind()).Services[0].Environments[1].Health.Probes
	return &shop{
		besides: newBesides(), voice: &voice{}, doubts: newPast(),
		history: []bot.Past{{Release: "api-3", Kind: bot.Deploy, Phase: bot.Succeeded, Arrival: bot.Arrived, Healthy: true, SHA: tellsA, At: time.Now().Add(-time.Hour)}},
		releases: map[string]bot.Release{"api-3": {
			ID: "api-3", Phase: bot.Succeeded, Verdict: bot.Healthy, Plan: &bot.Plan{Settings: bot.Settings{Health: bot.HealthRule{Probes: probes}}},
		}},
	}
}

func (s *shop) History(context.Context, bot.Target, int) ([]bot.Past, error) {
	return slices.Clone(s.history), s.besides.fault
}

func (s *shop) Release(_ context.Context, id string) (bot.Release, error) {
	r, found := s.releases[id]
	if !found {
		return r, bottest.Failing(bot.NotFound)
	}
	return r, nil
}

func (s *shop) Unfinished(context.Context) ([]string, error) { return nil, nil }

func (s *shop) Version(_ context.Context, q bot.Question) (string, bool) {
	s.asked++
	says := s.east
	if q.Probe.Name == "west" && s.west != "" {
		says = s.west
	}
	return says, says != "-"
}

// Create enters it at once, as the motor does soon; the same once.
func (s *shop) Create(_ context.Context, d bot.Draft) (bot.Created, error) {
	if i := slices.IndexFunc(s.created, func(before bot.Draft) bool { return before.Key == d.Key }); i >= 0 {
		return bot.Created{Release: bot.Release{ID: "api-" + strconv.Itoa(10+i), Beside: d.Beside}}, nil
	}
	id := "api-" + strconv.Itoa(10+len(s.created))
	s.created = append(s.created, d)
	s.history = slices.Insert(s.history, 0, bot.Past{Release: id, Kind: d.Kind, Phase: bot.Succeeded, Arrival: d.Beside.Came, Beside: d.Beside, At: time.Now()})
	return bot.Created{Release: bot.Release{ID: id, Beside: d.Beside}}, nil
}

// Post marks an entry, as lifecycle does.
func (s *shop) Post(_ context.Context, l bot.InboxEvent) (bot.Posted, error) {
	came := bot.MayHaveCome
	if l.Event == (bot.VersionSeen{Gone: true}) {
		came = bot.NeverCame
	}
	for i := range s.history {
		if s.history[i].Release == l.Release {
			s.history[i].Arrival, s.history[i].Beside.Came = came, came
		}
	}
	return bot.PostStored, nil
}

func (s *shop) reconciler(tb testing.TB) *Reconciler {
	tb.Helper()
	c := bottest.Declare(tb, telling, httpprobe.Kind())
	return New(c, Ports{
		Clock: clock{s.ahead}, Releases: s, Inbox: s, Besides: s, Histories: s, Doubts: s.doubts, Voice: s, Versions: s, People: knowing(c, s.doubts, s.doubts),
	}, slog.New(slog.DiscardHandler))
}

// look has the service looked at once for each letter: "r" is the recorded version.
func (s *shop) look(t *testing.T, rc *Reconciler, seen string) {
	t.Helper()
	for _, one := range seen {
		s.east = map[rune]string{'r': tellsA[:9], 'a': tellsA, 'b': tellsB, 'd': "dev", '-': "-"}[one]
		all := rc.versioned()
		if len(all) != 1 {
			t.Fatalf("asked of %+v", all)
		}
		if err := rc.lookAtVersion(t.Context(), all[0], time.Minute); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second look says what stays
			doubts, _ := s.doubts.Doubts(t.Context())
			rc.tellDoubts(t.Context(), doubts, nil)
		}
	}
}

// TestAnotherVersionIsTold: when several looks in a row found the same, where nothing was
// under way and the recorded one was live; once, however often it comes and goes.
func TestAnotherVersionIsTold(t *testing.T) {
	t.Parallel()
	none := []string(nil)
	for name, tt := range map[string]struct {
		seen    string
		world   func(*shop)
		entered []string // the versions
		open    string   // the one that is asked about by then
		edits   int
	}{
		"the recorded one":               {seen: "rrraaa", entered: none},
		"another one":                    {seen: "bbb", entered: []string{tellsB}, open: tellsB},
		"and it stays":                   {seen: "bbbbbbbbbb", entered: []string{tellsB}, open: tellsB},
		"one that is no commit":          {seen: "ddd", entered: []string{"dev"}, open: "dev"},
		"too few looks":                  {seen: "rbbrbb", entered: none},
		"with looks that find nothing":   {seen: "b-b--b", entered: []string{tellsB}, open: tellsB},
		"no answer":                      {seen: "------", entered: none},
		"two behind one address":         {seen: "rbrbbrbrrbrbbrbr", entered: none},
		"it goes again":                  {seen: "bbbrrr", entered: []string{tellsB}, edits: 1},
		"and comes, and goes, and comes": {seen: "bbbrrrbbbrrrbbb", entered: []string{tellsB}, open: tellsB, edits: 4},
		"another one instead":            {seen: "bbbddd", entered: []string{tellsB, "dev"}, open: "dev"},
		"and the first one again":        {seen: "bbbdddbbb", entered: []string{tellsB, "dev"}, open: tellsB, edits: 1},
		"probes that do not agree":       {seen: "bbbb", world: func(s *shop) { s.west = "cccccccc" }, entered: none},
		"one of them is as recorded":     {seen: "bbb", world: func(s *shop) { s.west = tellsA }, entered: []string{tellsB}, open: tellsB},
		"one of them does not answer":    {seen: "bbbb", world: func(s *shop) { s.west = "-" }, entered: none},
		"a release that never arrived": {seen: "bbbb", world: func(s *shop) {
			r := s.releases["api-3"]
			r.Verdict = bot.NotHealthy
			s.releases["api-3"] = r
		}, entered: none},
		"but it has since": {seen: "brbbbb", world: func(s *shop) {
			r := s.releases["api-3"]
			r.Verdict = bot.NotHealthy
			s.releases["api-3"] = r
		}, entered: []string{tellsB}, open: tellsB},
		"one that was watched otherwise": {seen: "bbbb", world: func(s *shop) { s.releases["api-3"].Plan.Settings.Health.Probes = nil }, entered: none},
		"one that cannot be read":        {seen: "bbbb", world: func(s *shop) { delete(s.releases, "api-3") }, entered: none},
		"a release under way": {seen: "bbbb", world: func(s *shop) {
			s.history = slices.Insert(s.history, 0, bot.Past{Release: "api-4", Phase: bot.Running, SHA: tellsB})
		}, entered: none},
		"one that is just over": {seen: "bbbb", world: func(s *shop) { s.history[0].At = time.Now().Add(-30 * time.Second) }, entered: none},
		"one that runs again":   {seen: "bbbb", world: func(s *shop) { s.history[0].Again = bot.Again{Attempt: 2, At: time.Now().Add(-time.Hour)} }, entered: none},
		"one that broke off and may have come": {seen: "bbbb", world: func(s *shop) {
			s.history = slices.Insert(s.history, 0, bot.Past{Release: "api-4", Phase: bot.Failed, Arrival: bot.MayHaveCome, SHA: tellsB + "00", At: time.Now().Add(-time.Hour)})
		}, entered: none},
		"a run past slipway that was told": {seen: "bbbb", world: func(s *shop) {
			s.history = slices.Insert(s.history, 0, bot.Past{Release: "api-4", Kind: bot.Adopt, Phase: bot.Succeeded, Arrival: bot.MayHaveCome, At: time.Now().Add(-time.Hour), Beside: bot.Beside{What: bot.BesideRun}})
		}, entered: none},
		"nothing is recorded": {seen: "bbbb", world: func(s *shop) { s.history = nil }, entered: none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			if tt.world != nil {
				tt.world(s)
			}
			rc := s.reconciler(t)
			s.look(t, rc, tt.seen)
			var entered []string
			for _, d := range s.created {
				entered = append(entered, d.Beside.Of)
				if b := d.Beside; b.What != bot.BesideVersion || b.Came != bot.MayHaveCome || d.Kind != bot.Adopt || b.SHA != bot.CommitOf(b.Of) || b.At.IsZero() {
					t.Errorf("entered as %+v", d)
				}
			}
			if diff := cmp.Diff(tt.entered, entered); diff != "" {
				t.Errorf("entered (-want +got):\n%s", diff)
			}
			if len(s.posted) != len(tt.entered) || len(s.revised) != tt.edits {
				t.Errorf("told %d times, with %d edits", len(s.posted), len(s.revised))
			}
			since, done, err := rc.Beside(t.Context(), at("api", "production"))
			if tt.open == "" {
				if len(done) != 0 || err != nil {
					t.Errorf("a deploy is asked of %+v, %v", done, err)
				}
				return
			}
			if err != nil || len(done) != 1 || done[0].Of != tt.open || since != "api-3" {
				t.Errorf("a deploy is asked since %s of %+v, %v", since, done, err)
			}
			// Another replica, and this one after a restart, tell nothing again.
			s.look(t, s.reconciler(t), "r"+tt.seen[max(0, len(tt.seen)-4):])
			if len(s.created) != len(tt.entered) || len(s.posted) != len(tt.entered) {
				t.Errorf("another replica tells it again: %+v", s.posted)
			}
		})
	}
}

// TestAVersionThatSomebodyLookedAtIsNotAskedAboutAgain: whether it stays, or goes and
// comes; and a release after it ends the matter.
func TestAVersionThatSomebodyLookedAtIsNotAskedAboutAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	rc := s.reconciler(t)
	s.look(t, rc, "bbb")
	if done, err := rc.Looked(t.Context(), bot.LookWish{Target: at("api", "production"), By: bot.Person{ID: "U01ANNA"}}); err != nil || len(done.Released) != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
	for _, seen := range []string{"bbb", "rrr", "bbb"} {
		s.look(t, rc, seen)
		if _, done, err := rc.Beside(t.Context(), at("api", "production")); err != nil || len(done) != 0 {
			t.Errorf("after %s it is asked of %+v, %v", seen, done, err)
		}
	}
	s.history = slices.Insert(s.history, 0, bot.Past{Release: "api-20", Phase: bot.Succeeded, Arrival: bot.Arrived, SHA: tellsB + "00", At: time.Now().Add(-time.Hour)})
	s.releases["api-20"] = bot.Release{ID: "api-20"}
	s.look(t, rc, "bbb")
	if len(s.created) != 1 {
		t.Errorf("what a release brought is told: %+v", s.created)
	}
}

// TestVersionsWithoutEndAreNotEntered: a few, and then no more until the next release.
func TestVersionsWithoutEndAreNotEntered(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	rc := s.reconciler(t)
	for i := range 3 * maxVersions {
		for range equalLooks {
			s.east = "build " + strconv.Itoa(i)
			if err := rc.lookAtVersion(t.Context(), rc.versioned()[0], time.Minute); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(s.created) != maxVersions {
		t.Errorf("%d are entered", len(s.created))
	}
}

// TestVersionsGoByTheClockOfTheStore: what came half a minute ago by that clock is not
// calm yet, however far ahead this machine's is.
func TestVersionsGoByTheClockOfTheStore(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.ahead = -10 * time.Minute
	s.history[0].At = time.Now().Add(s.ahead - 30*time.Second)
	rc := s.reconciler(t)
	s.look(t, rc, "bbb")
	if s.asked > 0 || len(s.created) > 0 {
		t.Errorf("it was asked %d times, and %+v entered", s.asked, s.created)
	}
	s.history[0].At = s.history[0].At.Add(-time.Minute)
	s.look(t, rc, "bbb")
	if len(s.created) != 1 {
		t.Errorf("when it is calm: %+v", s.created)
	}
}
