package changes_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/changes"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// past is what is remembered of some services, each with one environment.
type past struct {
	history map[string][]bot.Past
	unread  map[string]bool
	fails   map[string]error
}

func (p past) Targets(_ context.Context, targets []bot.Target) ([]bot.TargetState, error) {
	if err := p.fails[""]; err != nil {
		return nil, err
	}
	states := make([]bot.TargetState, 0, len(targets))
	for _, t := range targets {
		s := bot.TargetState{Target: t}
		if all := p.history[t.Service]; len(all) > 0 {
			s.Current = &bot.Release{ID: all[0].Release, Phase: all[0].Phase, Moments: []bot.Moment{{At: all[0].At}}}
		}
		if p.unread[t.Service] {
			s.Unread = "it cannot be read"
		}
		states = append(states, s)
	}
	return states, nil
}

func (p past) History(_ context.Context, t bot.Target, limit int) ([]bot.Past, error) {
	all := p.history[t.Service]
	return all[:min(len(all), limit)], p.fails[t.Service]
}

// release is one that was over some time before noon, and took a minute.
func release(id string, ago time.Duration) bot.Past {
	return bot.Past{Release: id, Phase: bot.Succeeded, Healthy: true, Arrival: bot.Arrived, At: noon.Add(-ago), Took: time.Minute}
}

func declared(paths map[string][]string) *catalog.Catalog {
	c := &catalog.Catalog{}
	for _, name := range []string{"api", "web", "pay"} {
		s := catalog.Service{Name: name, Repo: catalog.Repository{Owner: "acme", Name: "shop"}, Paths: paths[name], Environments: []catalog.Environment{{Name: "production"}}}
		if name == "pay" {
			s.Repo.Name = "pay"
		}
		c.Services = append(c.Services, s)
	}
	return c
}

func TestBetween(t *testing.T) {
	t.Parallel()
	void := release("api-0", 5*time.Minute)
	void.Phase, void.Arrival = bot.Failed, bot.NeverCame
	goes := release("web-1", time.Hour)
	goes.Phase = bot.Running
	many := func(n int) (all []bot.Past) {
		for i := range n {
			all = append(all, release("api-1", time.Duration(i)*time.Second))
		}
		return all
	}
	history := func(service string, all ...bot.Past) map[string][]bot.Past {
		return map[string][]bot.Past{service: all}
	}
	for name, tt := range map[string]struct {
		history   map[string][]bot.Past
		since, to time.Duration // before noon
		want      []string
		deeper    int
	}{
		"nothing":                     {since: time.Hour},
		"in that time":                {history("api", release("api-1", time.Minute)), time.Hour, 0, []string{"api-1"}, 0},
		"over before it":              {history("api", release("api-1", 2*time.Hour)), time.Hour, 0, nil, 0},
		"one of two":                  {history("api", release("api-2", time.Minute), release("api-1", 2*time.Hour)), time.Hour, 0, []string{"api-2"}, 0},
		"begun within it":             {history("api", release("api-1", 9*time.Minute+30*time.Second)), time.Hour, 10 * time.Minute, []string{"api-1"}, 0},
		"begun after it":              {history("api", release("api-1", 5*time.Minute)), time.Hour, 10 * time.Minute, nil, 0},
		"an earlier one than is live": {history("api", release("api-2", time.Minute), release("api-1", 40*time.Minute)), time.Hour, 30 * time.Minute, []string{"api-1"}, 0},
		"goes on since before it":     {history("web", goes), 30 * time.Minute, 0, []string{"web-1"}, 0},
		"changed nothing":             {history("api", void), time.Hour, 0, nil, 0},
		"more than is looked at":      {history("api", many(60)...), time.Hour, 59 * time.Minute, nil, 1},
	} {
		found, err := changes.New(declared(nil), past{history: tt.history}).Between(t.Context(), noon.Add(-tt.since), noon.Add(-tt.to), noon)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, c := range found.Changes {
			ids = append(ids, c.Past.Release)
		}
		if diff := cmp.Diff(tt.want, ids); diff != "" || len(found.Deeper) != tt.deeper || len(found.Unread) > 0 {
			t.Errorf("%s: %+v (-want +got):\n%s", name, found, diff)
		}
	}
}

// TestBetween_SameCode: two services are of the same code if a file may belong to both.
func TestBetween_SameCode(t *testing.T) {
	t.Parallel()
	history := map[string][]bot.Past{
		"api": {release("api-1", time.Minute)}, "web": {release("web-1", time.Minute)}, "pay": {release("pay-1", time.Minute)},
	}
	for name, tt := range map[string]struct {
		paths map[string][]string
		want  []string // what api-1 shares its code with
	}{
		"the whole repository":   {nil, []string{"web-1"}},
		"folders of their own":   {map[string][]string{"api": {"api/**"}, "web": {"web/**"}}, nil},
		"one folder of several":  {map[string][]string{"api": {"api/**", "lib/**"}, "web": {"web/**", "lib/**"}}, []string{"web-1"}},
		"a folder within theirs": {map[string][]string{"api": {"lib/money/*.go"}, "web": {"lib/**"}}, []string{"web-1"}},
	} {
		found, err := changes.New(declared(tt.paths), past{history: history}).Between(t.Context(), noon.Add(-time.Hour), noon, noon)
		if err != nil || len(found.Changes) != 3 {
			t.Fatalf("%s: %+v, %v", name, found, err)
		}
		if diff := cmp.Diff(tt.want, found.Changes[0].Shares); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestBetween_Unread: one target that cannot be read keeps no other from being told, and
// a store that is away is no answer.
func TestBetween_Unread(t *testing.T) {
	t.Parallel()
	history := map[string][]bot.Past{"api": {release("api-1", time.Minute)}, "web": {release("web-1", time.Minute)}, "pay": {release("pay-1", time.Minute)}}
	between := func(p past) (bot.Happened, error) {
		p.history = history
		return changes.New(declared(nil), p).Between(t.Context(), noon.Add(-time.Hour), noon, noon)
	}
	found, err := between(past{unread: map[string]bool{"api": true}, fails: map[string]error{"web": errors.New("no record")}})
	if err != nil || len(found.Changes) != 1 || found.Changes[0].Past.Release != "pay-1" || len(found.Unread) != 2 {
		t.Errorf("with two that cannot be read: %+v, %v", found, err)
	}
	away := &bot.Error{Kind: bot.Unavailable}
	for _, where := range []string{"", "web"} {
		if found, err := between(past{fails: map[string]error{where: away}}); !errors.Is(err, away) {
			t.Errorf("with the store away at %q: %+v, %v", where, found, err)
		}
	}
}

// TestManyChangesAreSoonCompared: a week of a large repository is looked through soon, where
// it took minutes to compare each change with every other.
func TestManyChangesAreSoonCompared(t *testing.T) {
	t.Parallel()
	const services, each = 300, 40
	c := &catalog.Catalog{}
	p := past{history: map[string][]bot.Past{}}
	for i := range services {
		name := "s" + strconv.Itoa(i)
		c.Services = append(c.Services, catalog.Service{
			Name: name, Repo: catalog.Repository{Owner: "acme", Name: "shop"}, Environments: []catalog.Environment{{Name: "production"}},
		})
		for n := range each {
			p.history[name] = append(p.history[name], release(name+"-"+strconv.Itoa(each-n), time.Duration(n)*time.Minute))
		}
	}
	began := time.Now()
	found, err := changes.New(c, p).Between(t.Context(), noon.Add(-24*time.Hour), noon, noon)
	if err != nil || len(found.Changes) != services*each {
		t.Fatalf("%d changes, %v", len(found.Changes), err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	if shares := found.Changes[0].Shares; len(shares) != (services-1)*each || slices.Contains(shares, found.Changes[0].Past.Release) {
		t.Errorf("the first shares code with %d", len(shares))
	}
}

// together is a past of which each history is read only once two of them are.
type together struct {
	past
	reading chan struct{}
}

func (p together) History(ctx context.Context, t bot.Target, limit int) ([]bot.Past, error) {
	select { // either takes the other's word
	case p.reading <- struct{}{}:
	case <-p.reading:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return p.past.History(ctx, t, limit)
}

// TestHistoriesAreReadTogether: of a week, thousands of targets may have changed.
func TestHistoriesAreReadTogether(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	p := together{past{history: map[string][]bot.Past{"api": {release("api-1", time.Minute)}, "web": {release("web-1", time.Minute)}}}, make(chan struct{})}
	found, err := changes.New(declared(nil), p).Between(ctx, noon.Add(-time.Hour), noon, noon)
	if err != nil || len(found.Changes) != 2 || len(found.Unread) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
}
