package state_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/state"
)

func otherCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"another number of partitions is refused": otherPartitions,
		"replicas that are missing are told":      replicasMissing,
		"the life of the store":                   lifeOfStore,
		"a life that goes on":                     lifeGoesOn,
		"what came from outside":                  heardFromOutside,
		"how a server is set":                     examined,
		"scripts that were forgotten come back":   scriptsForgotten,
	}
}

func otherPartitions(f fixture) {
	ctx := context.Background()
	if err := f.Ping(ctx); err != nil {
		f.Error(err)
	}
	if err := f.Client().Set(ctx, f.prefix()+"partitions", "8", 0).Err(); err != nil {
		f.Fatal(err)
	}
	_, err := state.Open(ctx, f.options, slog.New(slog.DiscardHandler))
	wantKind(f, "Open", err, bot.Invalid)
	if says, _ := bot.ForPeople(err); !strings.Contains(says, `"8" partitions`) {
		f.Errorf("says %q", says)
	}
}

func replicasMissing(f fixture) {
	ctx := context.Background()
	c := f.claim(f.create(draft("api", "0")).ID)
	f.options.WaitReplicas = 1
	f.Store = f.open(f)
	_, err := f.Move(ctx, bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Keep: true, Safe: true})
	wantKind(f, "a safe Move without replicas", err, bot.Unavailable)
	if says, _ := bot.ForPeople(err); !strings.Contains(says, "only 0 of 1 replicas") {
		f.Errorf("says %q", says)
	}
	f.handBack(c, time.Time{}) // need not be safe
}

func lifeOfStore(f fixture) {
	ctx := context.Background()
	id, age, err := f.Epoch(ctx)
	if err != nil || age != bot.NoneDue {
		f.Fatalf("Epoch = %q, %v, %v", id, age, err)
	}
	if f.kind == "memory" {
		if id != "" {
			f.Errorf("a server that cannot tell told %q", id)
		}
		return
	}
	again, age, err := f.Epoch(ctx)
	if err != nil || again != id || age != bot.NoneDue {
		f.Errorf("Epoch again = %q, %v, %v", again, age, err)
	}
	if err := f.Doubt(ctx, "another"); err != nil {
		f.Fatal(err)
	}
	if _, age, err := f.Epoch(ctx); err != nil || age != bot.NoneDue {
		f.Errorf("after another life was doubted: %v, %v", age, err)
	}
	for range 2 {
		if err := f.Doubt(ctx, id); err != nil {
			f.Fatal(err)
		}
		if again, age, err := f.Epoch(ctx); err != nil || again != id || age < 0 || age > time.Minute {
			f.Errorf("Epoch after the first life was doubted = %q, %v, %v", again, age, err)
		}
	}
	if err := f.Client().HSet(ctx, f.prefix()+"epoch", "id", "before").Err(); err != nil {
		f.Fatal(err)
	}
	for range 2 {
		if again, age, err := f.Epoch(ctx); err != nil || again != id || age < 0 || age > time.Minute {
			f.Errorf("Epoch after a restart = %q, %v, %v", again, age, err)
		}
	}
	if life, err := f.EpochID(ctx); err != nil || life != id {
		f.Errorf("Life = %q, %v, want %q", life, err, id)
	}
	if err := f.Client().Del(ctx, f.prefix()+"epoch").Err(); err != nil {
		f.Fatal(err)
	}
	if again, age, err := f.Epoch(ctx); err != nil || again != id || age < 0 || age > time.Minute {
		f.Errorf("Epoch after the store was emptied = %q, %v, %v", again, age, err)
	}
}

func scriptsForgotten(f fixture) {
	if f.kind != "memory" {
		f.Skip("the real servers are shared, and others' scripts must not be forgotten in mid-test")
	}
	f.create(draft("api", "1"))
	if err := f.Client().ScriptFlush(context.Background()).Err(); err != nil {
		f.Fatal(err)
	}
	f.claim(f.create(draft("api", "2")).ID)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options state.Options
		kind    bot.ErrorKind
	}{
		"no URL":             {state.Options{}, bot.Invalid},
		"another scheme":     {state.Options{URL: "http://u:hunter2@h/"}, bot.Invalid},
		"not a URL":          {state.Options{URL: "redis://u:hunter2@h:port/"}, bot.Invalid},
		"bad escape":         {state.Options{URL: "redis://u:hunter2%zz@h/"}, bot.Invalid},
		"unknown parameter":  {state.Options{URL: "redis://u:hunter2@h/?colour=red"}, bot.Invalid},
		"unknown mode":       {state.Options{URL: "redis://u:hunter2@h/", Mode: "ring"}, bot.Invalid},
		"sentinel, no URL":   {state.Options{URL: "hunter2", Mode: state.Sentinel}, bot.Invalid},
		"cluster, no URL":    {state.Options{URL: "hunter2", Mode: state.Cluster}, bot.Invalid},
		"nobody there":       {state.Options{URL: "redis://u:hunter2@127.0.0.1:1/"}, bot.Unavailable},
		"no cluster there":   {state.Options{URL: "redis://u:hunter2@127.0.0.1:1/", Mode: state.Cluster}, bot.Unavailable},
		"no Sentinels there": {state.Options{URL: "redis://u:hunter2@127.0.0.1:1/?master_name=m", Mode: state.Sentinel}, bot.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			_, err := state.Open(context.Background(), test.options, slog.New(slog.NewTextHandler(&log, nil)))
			wantKind(t, "Open", err, test.kind)
			says, mend := bot.ForPeople(err)
			if says == "" || mend == "" || strings.Contains(says+mend+err.Error()+log.String(), "hunter2") {
				t.Errorf("says %q, mend %q, error %v, log %s", says, mend, err, log.String())
			}
		})
	}
}

// A Redis that takes the connection and says nothing must not hold up who
// waits for an answer.
func TestIntakeIsBounded(t *testing.T) {
	t.Parallel()
	const bound = 1500 * time.Millisecond
	p := placeIn(t, "memory")
	addr := strings.TrimPrefix(p.options.URL, "redis://")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	silent := make(chan struct{})
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go forward(in, addr, silent)
		}
	}()
	p.options.URL = "redis://" + l.Addr().String()
	s := p.open(t)
	f := fixture{T: t, place: p, Store: s}
	r := f.create(draft("api", "1"))
	close(silent)
	for what, do := range map[string]func() error{
		"Create": func() error { _, err := s.Create(context.Background(), draft("api", "2")); return err },
		"Post": func() error {
			_, err := s.Post(context.Background(), bot.InboxEvent{Release: r.ID, Event: bot.Hinted{}, Key: "k"})
			return err
		},
	} {
		began, woken := time.Now(), make(chan time.Time, 1)
		time.AfterFunc(bound, func() { woken <- time.Now() }) // late as all else is on a busy machine
		err := do()
		took := time.Since(began)
		wantKind(t, what, err, bot.Unavailable)
		if took > 2*time.Second && took > 2*time.Second-bound+(<-woken).Sub(began) {
			t.Errorf("%s took %v", what, took)
		}
	}
}

// forward passes bytes on until silent is closed.
func forward(in net.Conn, addr string, silent <-chan struct{}) {
	out, err := net.Dial("tcp", addr)
	if err != nil {
		_ = in.Close()
		return
	}
	go func() { _, _ = io.Copy(in, out) }()
	buf := make([]byte, 32<<10)
	for {
		n, err := in.Read(buf)
		if err != nil {
			_ = out.Close()
			return
		}
		select {
		case <-silent:
		default:
			_, _ = out.Write(buf[:n])
		}
	}
}

func TestOpenWarnsAboutSettings(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	placeIn(t, "redis").openLogged(t, slog.New(slog.NewTextHandler(&log, nil)))
	if !strings.Contains(log.String(), "appendonly") {
		t.Errorf("nothing is said of a server without AOF: %s", log.String())
	}
}
