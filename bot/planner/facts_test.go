package planner

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestReportRules: what slipway.yaml says of a report reaches it.
func TestReportRules(t *testing.T) {
	t.Parallel()
	const said = `after: staging
        readiness: {config: [config/app.yml], migrations: ["sql/**"], irreversible: ["queue/**"]}`
	p := plannerIn(t, orderlyWorld(), strings.NewReplacer("after: staging", said, "inputs:", "paths: [\"api/**\"]\n    inputs:").Replace(bottest.Ruled))
	service, _ := p.catalog.Service("api")
	rules := reportRules(service, "production")
	if rules.Environment != "production" || !cmp.Equal(rules.Config, []string{"config/app.yml"}) || !cmp.Equal(rules.Paths, []string{"api/**"}) {
		t.Errorf("rules %+v", rules)
	}
	for path, fits := range map[string]func(string) bool{"api/main.go": rules.Own, "sql/1.sql": rules.Migrations, "queue/format.proto": rules.Irreversible} {
		if fits == nil || !fits(path) || fits("web/"+path) {
			t.Errorf("%s does not fit, or others do", path)
		}
	}
	if rules := reportRules(service, "staging"); rules.Migrations != nil || rules.Irreversible != nil || rules.Config != nil || rules.Own == nil {
		t.Errorf("of staging nothing is said, and yet %+v", rules)
	}
	if rules := reportRules(catalog.Service{}, "mars"); rules.Own != nil || rules.Environment != "mars" {
		t.Errorf("of a service without paths: %+v", rules)
	}
}

// TestUndone: what a rollback would leave as it is, is not known where nothing
// was compared.
func TestUndone(t *testing.T) {
	t.Parallel()
	b := &builder{r: bottest.Asked(bot.Deploy, "production")}
	for direction, want := range map[bot.Direction]bool{bot.Forward: false, bot.Sideways: false, bot.Same: false, bot.Unrelated: true, "": true} {
		if got := b.undone(bot.Changes{Direction: direction}, bot.ChangedFiles{}).Unread; got != want {
			t.Errorf("%q: unread %t, want %t", direction, got, want)
		}
	}
	if !b.undone(bot.Changes{Direction: bot.Forward}, bot.ChangedFiles{Cut: true}).Unread {
		t.Error("of too many files all are known")
	}
}

// TestEmergencyIsLookedUp: whether somebody may pass rules is asked only of who
// wants to, and refusals name others who may, never the one who asked.
func TestEmergencyIsLookedUp(t *testing.T) {
	t.Parallel()
	declared := strings.Replace(bottest.Ruled, "after: staging", "emergency: [leads]", 1)
	anna, ben, dora := bot.Person{ID: "U01ANNA", Name: "anna"}, bot.Person{ID: "U02BEN", Name: "ben"}, bot.Person{ID: "U04DORA", Name: "dora"}
	for name, tt := range map[string]struct {
		by        bot.Person
		emergency bool
		refused   map[string][]string // who could do something about it
	}{
		"a member who asks for none": {anna, false, map[string][]string{}},
		"a member who may not":       {anna, true, map[string][]string{"emergency": {"ben"}}},
		"a member who may":           {ben, true, map[string][]string{}},
		"nobody's member":            {dora, true, map[string][]string{"deployers": {"anna", "ben"}, "emergency": {"ben"}}},
	} {
		r := bottest.Asked(bot.Deploy, "production")
		r.Requester, r.Emergency.Asked, r.Reason = tt.by, tt.emergency, "the shop is down"
		got := map[string][]string{}
		for _, gate := range planned(t, plannerIn(t, orderlyWorld(), declared), r).Decision.Refusals() {
			got[gate.Name] = gate.Who
		}
		if diff := cmp.Diff(tt.refused, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestWait: the longer the holder has been at it, the shorter it takes.
func TestWait(t *testing.T) {
	t.Parallel()
	past := []bot.Past{{Phase: bot.Succeeded, Took: 10 * time.Minute}}
	holder := bot.Release{ID: "api-1", Moments: []bot.Moment{{Phase: bot.Running, At: noon.Add(-7 * time.Minute)}}}
	w := &busy{world: world{past: map[string][]bot.Past{"production": past}}, holder: holder}
	p := plannerIn(t, &w.world, bottest.Ruled)
	p.ports.Records = w
	target := bot.Target{Service: "api", Environment: "production"}
	for place, want := range map[bot.Place]time.Duration{
		{Holder: "api-1"}: 3 * time.Minute, {Holder: "api-1", Ahead: 1}: 13 * time.Minute, {Ahead: 1}: 20 * time.Minute, {Holder: "api-9"}: 0,
	} {
		if got := p.Wait(t.Context(), target, place, noon); got != want {
			t.Errorf("at %+v: %s, want %s", place, got, want)
		}
	}
}

// busy is a world in which a release is under way.
type busy struct {
	world
	holder bot.Release
}

func (b *busy) Release(_ context.Context, id string) (bot.Release, error) {
	if id != b.holder.ID {
		return bot.Release{}, &bot.Error{Kind: bot.NotFound}
	}
	return b.holder, nil
}
