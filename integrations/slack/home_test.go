package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// homeShows waits until somebody's Home tab shows something.
func (r *rig) homeShows(t *testing.T, user, text string) {
	t.Helper()
	shown := func() bool {
		v, drawn := r.sim.HomeView(user)
		return drawn && strings.Contains(string(v.Blocks), text)
	}
	if err := r.sim.Until(within(t), shown); err != nil {
		v, _ := r.sim.HomeView(user)
		t.Fatalf("the Home tab does not show %q: %s", text, v.Blocks)
	}
}

// TestHomeIsDrawnForWhoOpensIt: by the Home tab and not by the Messages tab, for a guest
// and whoever has left as well; what could not be read or drawn leaves it as it was.
func TestHomeIsDrawnForWhoOpensIt(t *testing.T) {
	t.Parallel()
	for name, o := range bothWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, o)
			r.store.set(bot.Mine{Names: bot.SlashNames{Deploy: "/ship", Rollback: "/back", Status: "/what"}}, nil)
			for _, tab := range []string{"messages", ""} {
				event := map[string]any{"type": "app_home_opened", "user": ann, "channel": r.sim.DirectChannel(ann), "tab": tab}
				if d, err := r.sim.Event(within(t), event); err != nil || !d.Good() {
					t.Fatal(d, err)
				}
			}
			if commands, _ := r.store.given(); len(commands) > 0 {
				t.Errorf("the Messages tab asks for %+v", commands)
			}
			r.sim.Inject(slacksim.Fault{Method: "views.publish", Status: 429, RetryAfter: 1e9})
			if _, err := r.sim.OpenHome(within(t), ann); err != nil {
				t.Fatal(err)
			}
			if _, err := r.sim.OpenHome(within(t), ann); err != nil {
				t.Fatal(err)
			}
			r.homeShows(t, ann, "`/ship` opens a form")
			r.homeShows(t, ann, "`/what` shows what is live")
			r.store.set(nil, errStoreGone)
			if _, err := r.sim.OpenHome(within(t), ann); err != nil {
				t.Fatal(err)
			}
			if err := r.inbound.Close(within(t)); err != nil {
				t.Fatal(err)
			}
			r.homeShows(t, ann, "`/ship` opens a form")
			if said := r.logs.String(); !strings.Contains(said, "Slack takes no more") || !strings.Contains(said, errStoreGone.Error()) {
				t.Errorf("the log does not say why it could not be drawn: %s", said)
			}
		})
	}
}

// TestHomeOpensForms: its buttons do what the commands typed alone do, once; the answer to
// the form is a direct message.
func TestHomeOpensForms(t *testing.T) {
	t.Parallel()
	for name, o := range bothWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, o)
			r.store.set(bot.Mine{}, nil)
			if _, err := r.sim.OpenHome(within(t), ann); err != nil {
				t.Fatal(err)
			}
			r.homeShows(t, ann, "Roll Back…")
			choices := []bot.FormChoice{{Service: "api", Environments: []string{"production"}}}
			r.store.set(bot.TargetForm{Choices: choices}, nil)
			r.pressesHome(t, "open_rollback")
			if err := r.sim.Until(within(t), func() bool { v, _ := r.sim.Modal(ann); return v.CallbackID == blocks.FormTarget }); err != nil {
				t.Fatal(err)
			}
			if _, err := r.sim.CloseView(within(t), ann); err != nil {
				t.Fatal(err)
			}
			r.store.set(bot.Form{Choices: choices}, nil)
			r.pressesHome(t, "open_deploy")
			if err := r.sim.Until(within(t), func() bool { v, _ := r.sim.Modal(ann); return v.CallbackID == blocks.FormDeploy }); err != nil {
				t.Fatal(err)
			}
			commands, _ := r.store.given()
			if in := commands[len(commands)-1]; in.Verb != "deploy" || in.Text != "" || in.By.ID != ann || in.Key == "" || in.Reply.Channel != "" {
				t.Errorf("it asks %+v", in)
			}
			r.store.set(bot.Done{Says: "api-1 goes"}, nil)
			if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"target": "api production"}); err != nil {
				t.Fatal(err)
			}
			r.waitFor(t, r.sim.DirectChannel(ann), "goes")
		})
	}
}

func (r *rig) pressesHome(t *testing.T, action string) {
	t.Helper()
	if d, err := r.sim.Press(within(t), slacksim.Press{User: ann, Button: action, InView: true}); err != nil || !d.Good() {
		t.Fatal(d, err)
	}
}

// TestHomeRedrawnIsNoLook: what is drawn by itself is told from what somebody opened, so that
// an open tab uses up nobody's looks.
func TestHomeRedrawnIsNoLook(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.store.set(bot.Mine{}, nil)
	if _, err := r.sim.OpenHome(within(t), ann); err != nil {
		t.Fatal(err)
	}
	r.homeShows(t, ann, "Roll Back…")
	r.inbound.Redraw(t.Context(), time.Now())
	if err := r.inbound.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	commands, _ := r.store.given()
	if len(commands) != 2 || commands[0].Source != bot.FromCommand || commands[1].Source != bot.FromRule {
		t.Errorf("it asks as %+v", commands)
	}
}

// slowHomes is a Slack that holds back the Home tabs of some people, and breaks on those of
// others.
type slowHomes struct {
	mu     sync.Mutex
	held   map[string]bool
	broken map[string]bool
	letGo  chan struct{}
	busy   map[string]int // how many are held, by person
	begun  chan string    // who is held
}

func (s *slowHomes) front(sim http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !strings.HasSuffix(req.URL.Path, "/views.publish") {
			sim.ServeHTTP(w, req)
			return
		}
		body, _ := io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
		var of struct {
			User string `json:"user_id"`
		}
		_ = json.Unmarshal(body, &of)
		s.mu.Lock()
		held, broken := s.held[of.User], s.broken[of.User]
		if held {
			s.busy[of.User]++
			s.begun <- of.User
		}
		s.mu.Unlock()
		if broken {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		if held {
			<-s.letGo
		}
		sim.ServeHTTP(w, req)
	})
}

// holding are how many are held of how many people.
func (s *slowHomes) holding() (all, people int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.busy {
		all += n
	}
	return all, len(s.busy)
}

// redrawnUntil redraws again and again, as slipway does, until somebody's tab shows something.
func (r *rig) redrawnUntil(t *testing.T, user, text string) {
	t.Helper()
	for all := within(t); all.Err() == nil; {
		r.inbound.Redraw(t.Context(), time.Now())
		tick, cancel := context.WithTimeout(all, 50*time.Millisecond)
		err := r.sim.Until(tick, func() bool {
			v, drawn := r.sim.HomeView(user)
			return drawn && strings.Contains(string(v.Blocks), text)
		})
		cancel()
		if err == nil {
			return
		}
	}
	t.Fatalf("the Home tab of %s never shows %q", user, text)
}

// TestHomesAreRedrawnNextToEachOther: a tab that Slack is slow to take, or does not take at
// all, keeps no other from being true, neither now nor the next time; each is drawn once at
// a time, and no more of them than are looked at.
func TestHomesAreRedrawnNextToEachOther(t *testing.T) {
	t.Parallel()
	s := &slowHomes{held: map[string]bool{}, broken: map[string]bool{}, busy: map[string]int{}, begun: make(chan string, 100), letGo: make(chan struct{})}
	r := newRigBehind(t, slacksim.Options{}, s.front)
	letGo := sync.OnceFunc(func() { close(s.letGo) })
	t.Cleanup(letGo)
	shows := func(name string) { r.store.set(bot.Mine{Names: bot.SlashNames{Deploy: "/" + name}}, nil) }
	shows("first")
	viewers := []string{guest, bob}
	for i := range 10 {
		viewers = append(viewers, fmt.Sprintf("U9VIEWER%d", i))
		r.sim.AddUser(slacksim.User{ID: viewers[i+2], Name: fmt.Sprintf("viewer%d", i)})
	}
	viewers = append(viewers, ann)
	for _, user := range viewers {
		if _, err := r.sim.OpenHome(within(t), user); err != nil {
			t.Fatal(err)
		}
		r.homeShows(t, user, "`/first` opens a form")
	}
	s.mu.Lock()
	for _, user := range viewers[2 : len(viewers)-2] {
		s.held[user] = true
	}
	s.broken[viewers[len(viewers)-2]] = true
	s.mu.Unlock()
	for _, name := range []string{"second", "third"} {
		shows(name)
		r.redrawnUntil(t, ann, "`/"+name+"` opens a form")
	}
	for range 6 { // of the eight that are looked at
		select {
		case <-s.begun:
		case <-within(t).Done():
			t.Fatal("not all tabs are drawn next to each other")
		}
	}
	r.inbound.Redraw(t.Context(), time.Now())
	letGo()
	if err := r.inbound.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	if all, people := s.holding(); all != people || people != 6 {
		t.Errorf("%d people's tabs are drawn %d times at once", people, all)
	}
	for _, user := range viewers[5 : len(viewers)-2] {
		r.redrawnUntil(t, user, "`/third` opens a form")
	}
	r.homeShows(t, bob, "`/first` opens a form") // opened longest ago
}
