package policy_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// TestPromise8_Unproven: a rollback asks for no more than it is set to only where
// slipway saw the commit run there and be healthy, at or before what is live.
func TestPromise8_Unproven(t *testing.T) {
	t.Parallel()
	live := bot.Past{Release: "api-5", SHA: "e", Phase: bot.Succeeded, Healthy: true}
	well := bot.Past{Release: "api-3", SHA: "c", Kind: bot.Deploy, Phase: bot.Succeeded, Healthy: true}
	with := func(change func(*bot.Past)) bot.Past {
		p := well
		change(&p)
		return p
	}
	anna := bot.Person{ID: "U01ANNA"}
	broke := bot.Past{Release: "api-6", SHA: "c", Kind: bot.Rollback, Phase: bot.Failed}
	for name, tt := range map[string]struct {
		to        bot.Past
		beside    []bot.Past // what else is in the history, newest first
		direction bot.Direction
		why       string // empty: nothing is missing
	}{
		"seen and older":             {well, nil, bot.Backward, ""},
		"adopted":                    {with(func(p *bot.Past) { p.Kind = bot.Adopt }), nil, bot.Backward, "was adopted"},
		"adopted, and never well":    {with(func(p *bot.Past) { p.Kind, p.Healthy = bot.Adopt, false }), nil, bot.Backward, "was adopted"},
		"recovered":                  {with(func(p *bot.Past) { p.Recovered = true }), nil, bot.Backward, "recovered from GitHub's deployments"},
		"recovered, and seen since":  {with(func(p *bot.Past) { p.Release, p.Recovered = "api-2", true }), []bot.Past{well}, bot.Backward, ""},
		"adopted, and recovered too": {with(func(p *bot.Past) { p.Kind = bot.Adopt }), []bot.Past{with(func(p *bot.Past) { p.Recovered = true })}, bot.Backward, "was adopted"},
		"an unsigned emergency":      {with(func(p *bot.Past) { p.Emergency = true }), nil, bot.Backward, "nobody has signed off"},
		"a signed emergency":         {with(func(p *bot.Past) { p.Emergency, p.SignedOff = true, anna }), nil, bot.Backward, ""},
		"newer":                      {well, nil, bot.Forward, "newer than what is live"},
		"on another line":            {well, nil, bot.Sideways, "another line"},
		"without common history":     {well, nil, bot.Unrelated, "cannot compare"},
		"nobody knows how it lies":   {well, nil, "", "not known how"},
		"adopted and newer":          {with(func(p *bot.Past) { p.Kind = bot.Adopt }), nil, bot.Forward, "was adopted, so slipway never saw it run there; c is newer"},
		"an end, where two may be":   {well, []bot.Past{broke}, bot.Sideways, ""},
		"the very commit":            {well, nil, bot.Same, ""},
	} {
		history := append(append([]bot.Past{}, tt.beside...), live, tt.to)
		why := strings.Join(policy.Unproven(bot.Plan{RollbackTo: &tt.to, Changes: bot.Changes{Direction: tt.direction}}, history), "; ")
		if (why == "") != (tt.why == "") || !strings.Contains(why, tt.why) {
			t.Errorf("%s: %q, want %q", name, why, tt.why)
		}
	}
	if why := policy.Unproven(bot.Plan{}, nil); why != nil {
		t.Errorf("without a target: %q", why)
	}
}

// TestPromise8_WaysBack: what was adopted is a way back on the first day only,
// and only the newest.
func TestPromise8_WaysBack(t *testing.T) {
	t.Parallel()
	adopted := func(id string) bot.Past { return bot.Past{Release: id, SHA: id, Kind: bot.Adopt, Phase: bot.Succeeded} }
	failed := bot.Past{Release: "api-9", SHA: "f", Phase: bot.Failed}
	well := bot.Past{Release: "api-8", SHA: "w", Phase: bot.Succeeded, Healthy: true}
	looked := adopted("api-7")
	looked.Healthy = true
	for name, tt := range map[string]struct {
		history []bot.Past
		want    string
	}{
		"nothing":                         {nil, ""},
		"the first day":                   {[]bot.Past{failed, adopted("api-1")}, "api-1"},
		"the newest of several":           {[]bot.Past{failed, adopted("api-2"), adopted("api-1")}, "api-2"},
		"one of slipway's was well":       {[]bot.Past{failed, adopted("api-2"), well, adopted("api-1")}, "api-8"},
		"one that somebody has looked at": {[]bot.Past{well, looked, adopted("api-1")}, "api-8 api-7"},
	} {
		var ways []string
		for _, p := range policy.WaysBack(tt.history) {
			ways = append(ways, p.Release)
		}
		if got := strings.Join(ways, " "); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
