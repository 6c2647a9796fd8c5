package slack_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// acts are all ways in which somebody can ask for something; each is one request
// that is handed on.
func acts(tb testing.TB, r *rig, user string) map[string]func() error {
	tb.Helper()
	ctx := within(tb)
	press := func() error {
		_, err := r.sim.Click(ctx, user, deploys, "", "Withdraw Request")
		return err
	}
	return map[string]func() error{
		"a command": func() error { _, err := r.sim.Command(ctx, user, deploys, "/deploy", "api"); return err },
		"a mention": func() error { _, err := r.sim.Mention(ctx, user, deploys, "", "deploy api"); return err },
		"a click":   press,
		"a form": func() error {
			if _, err := r.sim.Click(ctx, user, deploys, "", "Reject"); err != nil {
				return err
			}
			r.close(tb) //nolint:contextcheck // it has a deadline of its own; a form that is opened is there by then
			_, err := r.sim.SubmitView(ctx, user, map[string]string{"reason": "not today"})
			return err
		},
	}
}

// TestPromise10_Organisations: in an organisation of several workspaces a member
// of ours is one whichever workspace Slack names; whoever is not in ours is none,
// and neither is somebody of another company.
func TestPromise10_Organisations(t *testing.T) {
	t.Parallel()
	const grid = "E0ACME"
	tests := []struct {
		name   string
		org    string
		orgAll bool // payloads name no workspace
		user   slacksim.User
		member bool
	}{
		{name: "no organisation", user: slacksim.User{}, member: true},
		{name: "ours", org: grid, user: slacksim.User{}, member: true},
		{name: "a sibling's account that is in ours", org: grid, user: slacksim.User{TeamID: "T0SISTER", Teams: []string{"T0SISTER", "T0001"}}, member: true},
		{name: "payloads without a workspace", org: grid, orgAll: true, user: slacksim.User{TeamID: "T0SISTER", Teams: []string{"T0SISTER", "T0001"}}, member: true},
		{name: "a sibling's account that is not in ours", org: grid, user: slacksim.User{TeamID: "T0SISTER", Teams: []string{"T0SISTER"}}},
		{name: "ours by name, but no longer in it", org: grid, user: slacksim.User{Teams: []string{"T0SISTER"}}},
		{name: "a guest of ours", org: grid, user: slacksim.User{TeamID: "T0SISTER", Teams: []string{"T0SISTER", "T0001"}, IsRestricted: true}},
		{name: "another company", user: slacksim.User{TeamID: "T0OTHER", Stranger: true}},
		{name: "another company, seen from an organisation", org: grid, user: slacksim.User{TeamID: "T0OTHER", Stranger: true}},
		{name: "another organisation", user: slacksim.User{TeamID: "T0OTHER", Stranger: true, EnterpriseID: "E0OTHER"}},
		{name: "another organisation, seen from ours", org: grid, user: slacksim.User{TeamID: "T0OTHER", Stranger: true, EnterpriseID: "E0OTHER"}},
	}
	for _, tt := range tests {
		for _, kind := range []string{"a command", "a mention", "a click", "a form"} {
			t.Run(tt.name+", "+kind, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, slacksim.Options{EnterpriseID: tt.org, EnterpriseName: "Acme", OrgWide: tt.orgAll})
				if _, err := r.sender.Post(within(t), cardMessage(release()), nil); err != nil { // it learns who it is
					t.Fatal(err)
				}
				user := tt.user
				user.ID, user.Name = "W09WHO", "who"
				r.sim.AddUser(user)
				if err := acts(t, r, user.ID)[kind](); err != nil && tt.member {
					t.Fatal(err)
				}
				r.close(t)
				if got := counted(r); got != tt.member {
					t.Errorf("counts as a member: %t, want %t", got, tt.member)
				}
			})
		}
	}
}

// counted says whether something was handed on as a full member's.
func counted(r *rig) bool {
	commands, clicks := r.store.given()
	for _, c := range commands {
		if !c.Guest {
			return true
		}
	}
	for _, c := range clicks {
		if !c.Guest {
			return true
		}
	}
	return false
}

// TestSlowSlackIsWaitedFor: who somebody is may take Slack a while. Within the
// three seconds it is waited for; what takes longer is gone on with and answered
// afterwards, and until then nobody is told that it is stored.
func TestSlowSlackIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"a command", "a mention", "a click", "a form"} {
		for _, delay := range []time.Duration{1200 * time.Millisecond, 2700 * time.Millisecond} {
			t.Run(kind+" "+delay.String(), func(t *testing.T) {
				t.Parallel()
				r := newRig(t, slacksim.Options{AckTimeout: patient})
				r.store.set(bot.Done{Says: "on it"}, nil)
				if _, err := r.sender.Post(within(t), cardMessage(release()), nil); err != nil {
					t.Fatal(err)
				}
				r.sim.Inject(slacksim.Fault{Method: "users.info", Delay: delay, Times: -1})
				began, late := time.Now(), longerThan(answered)
				if err := acts(t, r, ann)[kind](); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); late(took) {
					t.Errorf("Slack got its answer after %s", took)
				}
				slow := delay > 2*time.Second
				if slow {
					r.waitFor(t, deploys, "nothing is stored yet")
				}
				r.waitFor(t, deploys, "On it")
				if !counted(r) {
					t.Error("it was not handed on")
				}
				if shown := r.sim.TranscriptFor(deploys, ann); !slow && containsAny(shown, "stored yet", "Nothing was done") {
					t.Errorf("ann reads\n%s", shown)
				}
			})
		}
	}
}

// TestSlowSlackThatNeverAnswers: then it counts as no, and is said.
func TestSlowSlackThatNeverAnswers(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.sim.Inject(slacksim.Fault{Method: "users.info", Delay: 2700 * time.Millisecond, Status: http.StatusInternalServerError})
	if _, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api"); err != nil {
		t.Fatal(err)
	}
	r.waitFor(t, deploys, "nothing is stored yet(.|\n)*Nothing was done: Slack did not say")
	if counted(r) {
		t.Error("it was handed on")
	}
}

// TestPromise4_ChangedAccountsCountNoMore: what Slack tells of somebody holds at
// once, whatever changed and however it is told.
func TestPromise4_ChangedAccountsCountNoMore(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*slacksim.User){
		"deactivated": func(u *slacksim.User) { u.Deleted = true },
		"a guest now": func(u *slacksim.User) { u.IsRestricted = true },
		"moved":       func(u *slacksim.User) { u.TeamID = "T0OTHER" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			ask := func() {
				request, err := r.sim.CommandRequest(ann, deploys, "/deploy", "api")
				if err != nil {
					t.Fatal(err)
				}
				r.sim.Send(within(t), request)
			}
			ask()
			late, err := r.sim.CommandRequest(ann, deploys, "/deploy", "api") // sent while she still could
			if err != nil {
				t.Fatal(err)
			}
			if d, err := r.sim.ChangeAccount(within(t), ann, edit); err != nil || !d.Good() {
				t.Fatalf("ChangeAccount = %+v, %v", d, err)
			}
			r.sim.Send(within(t), late)
			commands, _ := r.store.given()
			if len(commands) == 0 || commands[0].Guest || len(commands) > 1 && !commands[1].Guest {
				t.Errorf("handed on: %+v", commands)
			}
		})
	}
}

// TestTurnoversArePassedOn: whoever else has asked who somebody is hears of a
// change too; one that cannot be passed on comes again.
func TestTurnoversArePassedOn(t *testing.T) {
	t.Parallel()
	var heard []bot.Turnover
	fails := true
	r := newRigWith(t, slacksim.Options{EventRetries: []time.Duration{0}}, func(_ context.Context, turned bot.Turnover) error {
		if fails {
			fails = false
			return errStoreGone
		}
		heard = append(heard, turned)
		return nil
	})
	r.sim.AddUserGroup(slacksim.UserGroup{ID: "S0SRE", Handle: "sre", Members: []string{ann, bob}})
	for _, event := range []func() (slacksim.Delivery, error){
		func() (slacksim.Delivery, error) {
			return r.sim.ChangeAccount(within(t), ann, func(u *slacksim.User) { u.Deleted = true })
		},
		func() (slacksim.Delivery, error) { return r.sim.Join(within(t), slacksim.User{ID: "U07NEW"}) },
		func() (slacksim.Delivery, error) {
			return r.sim.ChangeUserGroup(within(t), slacksim.UserGroup{ID: "S0SRE", Handle: "sre", Members: []string{bob}})
		},
		func() (slacksim.Delivery, error) {
			return r.sim.ChangeUserGroup(within(t), slacksim.UserGroup{ID: "S0SRE", Handle: "sre", Members: []string{bob}, Disabled: true})
		},
		func() (slacksim.Delivery, error) {
			return r.sim.ChangeUserGroup(within(t), slacksim.UserGroup{ID: "S0NEW", Handle: "new", Members: []string{bob}})
		},
	} {
		if d, err := event(); err != nil || !d.Good() {
			t.Fatalf("%+v, %v", d, err)
		}
	}
	want := []bot.Turnover{{Account: ann}, {Account: "U07NEW"}, {Group: "S0SRE"}, {Group: "S0SRE"}, {Group: "S0SRE"}, {Group: "S0NEW"}}
	if len(heard) != len(want) {
		t.Fatalf("heard %v", heard)
	}
	for i := range want {
		if heard[i] != want[i] {
			t.Errorf("heard %v, want %v", heard[i], want[i])
		}
	}
}

// TestNobodyIsSaidToBeTold before they were: an answer says of each what came of
// telling them.
func TestNobodyIsSaidToBeTold(t *testing.T) {
	t.Parallel()
	locked := bot.Locked{
		Lock: bot.Lock{Kind: bot.Hold, Scope: bot.Scope{Service: "api"}, By: bot.Person{ID: ann}},
		Tell: []bot.DirectMessage{{To: bot.Person{ID: bob, Name: "bob"}, Says: "About your lock: ann has taken it over."}},
	}
	tests := []struct {
		name   string
		before func(*slacksim.Server)
		at     string // what the answer says
		later  string // what is told after it
	}{
		{"told", func(*slacksim.Server) {}, `bob was told\.`, ""},
		{
			"no Messages tab", func(s *slacksim.Server) { s.SetMessagesTab(false) },
			`bob was not told: Slack takes no direct messages from slipway\..* switches the Messages tab on`, "",
		},
		{"slow", func(s *slacksim.Server) {
			s.Inject(slacksim.Fault{Method: "conversations.open", Delay: 1200 * time.Millisecond})
		}, `bob is being told\.`, ""},
		{"slow, and refused", func(s *slacksim.Server) {
			s.Inject(slacksim.Fault{Method: "conversations.open", Delay: 1200 * time.Millisecond})
			s.SetMessagesTab(false)
		}, `bob is being told\.`, `bob was not told: Slack takes no direct messages`},
	}
	for _, tt := range tests {
		for _, kind := range []string{"a command", "a mention"} {
			t.Run(tt.name+", "+kind, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, slacksim.Options{})
				r.store.set(locked, nil)
				tt.before(r.sim)
				if err := acts(t, r, ann)[kind](); err != nil {
					t.Fatal(err)
				}
				r.waitFor(t, deploys, tt.at)
				if tt.later != "" {
					r.waitFor(t, deploys, tt.later)
				}
				r.close(t)
			})
		}
	}
}

func containsAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}
