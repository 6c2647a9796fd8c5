package slack_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// nothingThen is an answer to what was deployed around a time.
func nothingThen(at time.Time) bot.IncidentView {
	return bot.IncidentView{Since: at.Add(-30 * time.Minute), At: at, To: at, Now: at}
}

// TestShortcut: whichever way it comes, the shortcut opens a view at once and fills it
// with what changed around the time of the message, for who asks alone.
func TestShortcut(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]slacksim.Options{"http": {}, "socket": {AppToken: "xapp-slacksim"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, options)
			ts, err := r.sim.Say(bob, deploys, "", "checkout is slow")
			if err != nil {
				t.Fatal(err)
			}
			seconds, _ := strconv.ParseInt(strings.Split(ts, ".")[0], 10, 64)
			at := time.Unix(seconds, 0).UTC()
			r.store.set(nothingThen(at), nil)
			d, err := r.sim.Shortcut(within(t), ann, deploys, ts, blocks.ShortcutAround)
			if err != nil || !d.Good() || d.Body != "" {
				t.Fatalf("Shortcut = %+v, %v", d, err)
			}
			r.showsView(t, ann, "Nothing that slipway knows of changed in the 30 min before")
			forms := r.store.submitted()
			person := bot.Person{ID: ann, Name: "anna"}
			want := bot.Submission{
				Entry: bot.IncidentEntry{At: at}, By: person, Source: bot.FromClick, Reply: bot.Reply{To: person, Channel: deploys},
			}
			if len(forms) == 1 {
				want.Key = forms[0].Key
			}
			if diff := cmp.Diff([]bot.Submission{want}, forms); diff != "" || want.Key == "" {
				t.Errorf("it asked (-want +got):\n%s", diff)
			}
			if seen := r.sim.Transcript(deploys); strings.Contains(seen, "Nothing that slipway") {
				t.Errorf("others see it too:\n%s", seen)
			}
		})
	}
}

// showsView waits until somebody has a view before them that says something.
func (r *rig) showsView(t *testing.T, user, text string) {
	t.Helper()
	if err := r.sim.Until(within(t), func() bool { return strings.Contains(r.sim.ModalText(user), text) }); err != nil {
		t.Fatalf("the view of %s does not say %q: %v\n%s", user, text, err, r.sim.ModalText(user))
	}
}

// TestShortcut_WhenAllIsNotWell: what cannot be shown in a view is told privately, and
// what cannot be read is said in it.
func TestShortcut_WhenAllIsNotWell(t *testing.T) {
	t.Parallel()
	asked := func(t *testing.T, r *rig, user string) {
		t.Helper()
		ts, err := r.sim.Say(bob, deploys, "", "checkout is slow")
		if err != nil {
			t.Fatal(err)
		}
		if d, err := r.sim.Shortcut(within(t), user, deploys, ts, blocks.ShortcutAround); err != nil || !d.Good() {
			t.Fatalf("Shortcut = %+v, %v", d, err)
		}
	}
	for _, method := range []string{"views.open", "views.update"} {
		t.Run(method+" is refused", func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			r.store.set(nothingThen(time.Unix(1_800_000_000, 0)), nil)
			r.sim.Inject(slacksim.Fault{Method: method, Error: "expired_trigger_id"})
			asked(t, r, ann)
			r.waitFor(t, deploys, "Nothing that slipway knows of changed")
		})
	}
	t.Run("the store is away", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, slacksim.Options{})
		r.store.set(nil, errStoreGone)
		asked(t, r, ann)
		r.showsView(t, ann, "could not be read")
	})
	t.Run("of another company", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, slacksim.Options{})
		asked(t, r, foreign)
		r.waitFor(t, deploys, "its own workspace only")
		if _, open := r.sim.Modal(foreign); open || len(r.store.submitted()) > 0 {
			t.Error("a view opened, or something was asked")
		}
	})
	t.Run("of another app, or of an older version", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, slacksim.Options{})
		ts, err := r.sim.Say(bob, deploys, "", "checkout is slow")
		if err != nil {
			t.Fatal(err)
		}
		if d, err := r.sim.Shortcut(within(t), ann, deploys, ts, "something_else"); err != nil || !d.Good() {
			t.Fatalf("Shortcut = %+v, %v", d, err)
		}
		r.close(t)
		if n := r.sim.Count("views.open"); n > 0 {
			t.Errorf("%d views opened", n)
		}
	})
}
