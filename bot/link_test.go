package bot_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
)

func TestLinksLeadToARelease(t *testing.T) {
	t.Parallel()
	const sha = "a1b2c3d4e5f60718293a4b5c6d7e8f9001020304"
	asked := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	started, watched := asked.Add(time.Hour), asked.Add(90*time.Minute)
	settings := bot.Settings{Timeout: 30 * time.Minute, Health: bot.HealthRule{Window: 10 * time.Minute}}
	waits := bot.Release{
		ID: "api-7", Target: bot.Target{Service: "api", Environment: "production"}, RequestedAt: asked, Phase: bot.AwaitingApproval,
		Plan: &bot.Plan{Commit: bot.Commit{SHA: sha}, Settings: settings},
	}
	runs := waits
	runs.Phase, runs.Dispatch.At = bot.Running, started
	watches := runs
	watches.Phase, watches.Watch.EndsAt = bot.Verifying, watched
	failed := runs
	failed.Phase, failed.Moments = bot.Failed, []bot.Moment{{Phase: bot.Failed, At: started.Add(5 * time.Minute)}}
	unread := waits
	unread.Plan, unread.Phase = nil, bot.Requested

	for name, c := range map[string]struct {
		release bot.Release
		url     string
		want    string // empty: it is left out
	}{
		"no placeholder":         {watches, "https://x.example/", "https://x.example/"},
		"release":                {watches, "https://x.example/{environment}/{release}?sha={sha}", "https://x.example/production/api-7?sha=" + sha},
		"one twice":              {watches, "https://x.example/{release}/{release}", "https://x.example/api-7/api-7"},
		"times without a form":   {watches, "https://x.example/?from={from}&to={to}", "https://x.example/?from=1795946400000&to=1795948200000"},
		"unix":                   {watches, "https://x.example/?from={from:unix}&to={to:unix}", "https://x.example/?from=1795946400&to=1795948200"},
		"unix ms":                {watches, "https://x.example/?from={from:unix_ms}&to={to:unix_ms}", "https://x.example/?from=1795946400000&to=1795948200000"},
		"iso, escaped":           {watches, "https://x.example/?from={from:iso}&to={to:iso}", "https://x.example/?from=2026-11-29T10%3A00%3A00Z&to=2026-11-29T10%3A30%3A00Z"},
		"runs still":             {runs, "https://x.example/?to={to:iso}", "https://x.example/?to=2026-11-29T10%3A40%3A00Z"},
		"failed without a watch": {failed, "https://x.example/?to={to:iso}", "https://x.example/?to=2026-11-29T10%3A05%3A00Z"},
		"not started":            {waits, "https://x.example/?from={from:iso}", "https://x.example/?from=2026-11-29T09%3A00%3A00Z"},
		"no commit yet":          {unread, "https://x.example/{sha}", ""},
		"no end known":           {unread, "https://x.example/{to}", ""},
		"unknown placeholder":    {watches, "https://x.example/{commit}", ""},
		"brace that stays open":  {watches, "https://x.example/{sha", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []bot.Link
			if c.want != "" {
				want = []bot.Link{{Name: "page", URL: c.want}}
			}
			if diff := cmp.Diff(want, bot.LinksTo(c.release, []bot.Link{{Name: "page", URL: c.url}})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever a release is called, it stays one part of the address.
func TestLinkValuesAreEscaped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		id := rapid.String().Draw(rt, "id")
		r := bot.Release{ID: id, RequestedAt: time.Unix(1, 0)}
		led := bot.LinksTo(r, []bot.Link{{URL: "https://x.example/p/{release}?q={release}#end"}})
		u, err := url.Parse(led[0].URL)
		if err != nil {
			rt.Fatal(err)
		}
		if u.Host != "x.example" || u.Fragment != "end" || u.Query().Get("q") != id || strings.TrimPrefix(u.Path, "/p/") != id {
			rt.Fatalf("%q leads to %s", id, led[0].URL)
		}
	})
}
