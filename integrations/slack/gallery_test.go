package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// summarised posts the card of a release and the summary of its watch into its thread.
func (r *rig) summarised(tb testing.TB, id string) (card bot.MessageRef) {
	tb.Helper()
	return r.summarisedIn(tb, deploys, id)
}

func (r *rig) summarisedIn(tb testing.TB, channel, id string) (card bot.MessageRef) {
	tb.Helper()
	watched, said := watchedRelease(id)
	posted := cardMessage(watched)
	posted.Channel = channel
	card = r.posted(tb, posted)
	r.posted(tb, bot.Message{Key: bot.MessageKey{Release: id, Kind: "say_health"}, Channel: channel, Thread: card.ID, Body: said})
	return card
}

// watchedRelease is a release after its watch, and the summary of it.
func watchedRelease(id string) (bot.Release, bot.Note) {
	watched := release()
	watched.ID, watched.Phase = id, bot.Succeeded
	rule := bot.HealthRule{Window: 10 * time.Minute, Every: time.Minute, Probes: []bot.Probe{{Name: "queue", Kind: bot.Values}}}
	began := watched.RequestedAt
	past := bot.Baseline{Probe: "queue"}
	watched.Watch = bot.Watch{StartedAt: began, EndsAt: began.Add(rule.Window)}
	for i := range 10 {
		past.Readings = append(past.Readings, bot.Reading{At: began.Add(time.Duration(i-10) * time.Minute), OK: true, Value: float64(10 + i)})
		watched.Watch.Samples = append(watched.Watch.Samples, bot.Sample{Probe: "queue", At: began.Add(time.Duration(i) * time.Minute), Outcome: bot.Good, Value: float64(11 + i)})
	}
	watched.Watch.Before = []bot.Baseline{past}
	watched.Plan.Settings.Health = rule
	j := health.Judge(rule, watched.Watch, watched.Watch.EndsAt)
	watched.Verdict, watched.Watch.Evidence = j.Verdict, j.Evidence
	return watched, bot.Note{News: bot.NoteHealth{}, Release: watched}
}

// posted posts a message, and comes again when it is told to, as whoever posts does.
func (r *rig) posted(tb testing.TB, m bot.Message) bot.MessageRef {
	tb.Helper()
	for ctx := within(tb); ; {
		ref, err := r.sender.Post(ctx, m, nil)
		if err == nil {
			return ref
		}
		if bot.KindOf(err) != bot.Limited {
			tb.Fatal(err)
		}
		select {
		case <-time.After(bot.RetryAfter(err)):
		case <-ctx.Done():
			tb.Fatal(err)
		}
	}
}

// shownPicture is a picture in a message.
type shownPicture struct {
	thread string
	Type   string `json:"type"`
	Alt    string `json:"alt_text"`
	Title  struct {
		Text string `json:"text"`
	} `json:"title"`
	File struct {
		ID string `json:"id"`
	} `json:"slack_file"`
}

// settled waits until nothing is on its way, and gives the pictures that are to be seen.
func (r *rig) settled(tb testing.TB) []shownPicture {
	tb.Helper()
	if err := r.sender.Close(within(tb)); err != nil {
		tb.Fatal(err)
	}
	var found []shownPicture
	for _, m := range slices.Concat(r.sim.Messages(deploys), r.sim.Messages("C0ONE"), r.sim.Messages("C0TWO")) {
		var all []shownPicture
		if raw := m.Current().Blocks; raw == nil || json.Unmarshal(raw, &all) != nil {
			continue
		}
		for _, b := range all {
			if b.Type == "image" {
				b.thread = m.ThreadTS
				found = append(found, b)
			}
		}
	}
	return found
}

// TestPicture_TakesThePlaceOfARefusedChart: where the workspace takes no charts the line
// of text stands at once, and the picture comes into the same thread, once.
func TestPicture_TakesThePlaceOfARefusedChart(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{Scopes: []string{"chat:write", "files:write"}})
	r.sim.RefuseBlocks("data_visualization")
	card := r.summarised(t, "api-142")
	if wall := r.sim.Transcript(deploys); !regexp.MustCompile(`queue before and after the release: [▁-█]+ ▲ [▁-█]+`).MatchString(wall) {
		t.Errorf("no line of text stands in place of the chart:\n%s", wall)
	}
	shown := r.settled(t)
	if len(shown) != 1 || shown[0].thread != card.ID {
		t.Fatalf("pictures stand in %+v, want one in the thread %s", shown, card.ID)
	}
	f := shown[0]
	file, _ := r.sim.File(f.File.ID)
	drawn, err := png.DecodeConfig(bytes.NewReader(file.Data))
	if err != nil || drawn.Width < 1000 {
		t.Errorf("the picture has %dx%d pixels: %v", drawn.Width, drawn.Height, err)
	}
	const alt = "Line chart of queue before and after the release (value), in steps of 54 s. Before: 10 points from 10 to 19, lowest 10, highest 19. After: 10 points from 11 to 20, lowest 11, highest 20."
	if f.Title.Text != "queue before and after the release" || f.Alt != alt {
		t.Errorf("it is said to be %q: %q", f.Title.Text, f.Alt)
	}
	if got := r.sim.Count("files.completeUploadExternal"); got != 1 {
		t.Errorf("%d uploads were completed", got)
	}
}

// TestPicture_IsNotWantedBesideAChart: nothing is uploaded where charts are taken.
func TestPicture_IsNotWantedBesideAChart(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.summarised(t, "api-142")
	if shown := r.settled(t); len(shown) > 0 || r.sim.Count("files.getUploadURLExternal") > 0 {
		t.Errorf("%d messages with pictures, after %d uploads", len(shown), r.sim.Count("files.getUploadURLExternal"))
	}
}

// TestPicture_HoldsNothingUp: the summary is posted and known to be before anything is
// uploaded, however long that takes.
func TestPicture_HoldsNothingUp(t *testing.T) {
	t.Parallel()
	open := make(chan struct{})
	letGo := sync.OnceFunc(func() { close(open) })
	r := newRigBehind(t, slacksim.Options{}, func(sim http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasPrefix(req.URL.Path, "/upload/") {
				<-open
			}
			sim.ServeHTTP(w, req)
		})
	})
	t.Cleanup(letGo) // or the workspace would wait for it
	r.sim.RefuseBlocks("data_visualization")
	r.summarised(t, "api-142")
	r.waitFor(t, deploys, "queue before and after the release: ")
	hurried, cancel := context.WithCancel(within(t))
	cancel()
	if err := r.sender.Close(hurried); !errors.Is(err, context.Canceled) {
		t.Errorf("Close says %v while a picture is on its way", err)
	}
	letGo()
	if shown := r.settled(t); len(shown) != 1 {
		t.Errorf("%d messages with pictures", len(shown))
	}
}

// TestPicture_WhatIsRefusedIsNotAskedAgain: the line of text is all there is, and Slack
// is not asked for every summary what it has refused already.
func TestPicture_WhatIsRefusedIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		scopes []string
		fault  slacksim.Fault
		method string // which is asked
		asked  int
	}{
		"the scope is missing":   {[]string{"chat:write"}, slacksim.Fault{}, "files.getUploadURLExternal", 1},
		"files are switched off": {nil, slacksim.Fault{Method: "files.getUploadURLExternal", Error: "file_uploads_disabled", Times: -1}, "files.getUploadURLExternal", 1},
		"nothing is completed":   {nil, slacksim.Fault{Method: "files.completeUploadExternal", Error: "file_not_found", Times: -1}, "files.completeUploadExternal", 1},
		"the bytes are refused":  {nil, slacksim.Fault{Method: "upload", Status: http.StatusBadRequest, Times: -1}, "upload", 1},
		// What passes may be asked again with the next summary.
		"Slack is not working": {nil, slacksim.Fault{Method: "upload", Status: http.StatusBadGateway, Times: -1}, "upload", 2},
		"the answer is lost":   {nil, slacksim.Fault{Method: "files.getUploadURLExternal", Cut: slacksim.CutAfter, Times: -1}, "files.getUploadURLExternal", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{Scopes: tt.scopes})
			r.sim.RefuseBlocks("data_visualization")
			if tt.fault.Method != "" {
				r.sim.Inject(tt.fault)
			}
			for i := range 2 {
				r.summarised(t, "api-"+strconv.Itoa(i))
				if shown := r.settled(t); len(shown) > 0 {
					t.Errorf("a picture is to be seen: %+v", shown)
				}
			}
			if got := r.sim.Count(tt.method); got != tt.asked {
				t.Errorf("%s was asked %d times, want %d", tt.method, got, tt.asked)
			}
			if wall := r.sim.Transcript(deploys); strings.Count(wall, "queue before and after the release: ") != 2 {
				t.Errorf("not every summary has its line of text:\n%s", wall)
			}
			if logged := r.logs.String(); strings.Contains(logged, "/upload/v1/") || strings.Contains(logged, r.sim.Options().Token) {
				t.Errorf("an address or the token is in the log:\n%s", logged)
			}
		})
	}
}

// TestPicture_IsPostedOnce: after a lost answer it may stand there, so that it is not
// posted again.
func TestPicture_IsPostedOnce(t *testing.T) {
	t.Parallel()
	r := newRigBehind(t, slacksim.Options{}, func(sim http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			var body bytes.Buffer
			_, _ = body.ReadFrom(req.Body)
			req.Body = io.NopCloser(&body)
			if !strings.Contains(body.String(), "slack_file") {
				sim.ServeHTTP(w, req)
				return
			}
			answer := httptest.NewRecorder()
			sim.ServeHTTP(answer, req)
			if strings.Contains(answer.Body.String(), `"ok":true`) {
				panic(http.ErrAbortHandler) // the answer is lost
			}
			_, _ = w.Write(answer.Body.Bytes())
		})
	})
	r.sim.RefuseBlocks("data_visualization")
	r.summarised(t, "api-142")
	if shown := r.settled(t); len(shown) != 1 {
		t.Errorf("%d pictures stand there", len(shown))
	}
}

// TestPicture_WaitsUntilSlackHasLookedThroughIt: a block may not name a file at once.
func TestPicture_WaitsUntilSlackHasLookedThroughIt(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64 // of Slack's clock
	r := newRig(t, slacksim.Options{FileScan: time.Hour, Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	r.sim.RefuseBlocks("data_visualization")
	r.summarised(t, "api-142")
	calls := len(r.sim.Calls())
	if err := r.sim.Until(within(t), func() bool {
		return r.sim.Count("files.completeUploadExternal") > 0 && slices.ContainsFunc(r.sim.Calls()[calls:], func(c slacksim.Call) bool { return c.Error == "invalid_blocks" })
	}); err != nil {
		t.Fatal(err)
	}
	ahead.Store(int64(2 * time.Hour))
	if shown := r.settled(t); len(shown) != 1 {
		t.Errorf("%d pictures stand there", len(shown))
	}
}

// TestPicture_ABurstHasBounds: of many summaries at once some get their pictures, and all
// their line of text.
func TestPicture_ABurstHasBounds(t *testing.T) {
	t.Parallel()
	open := make(chan struct{})
	letGo := sync.OnceFunc(func() { close(open) })
	r := newRigBehind(t, slacksim.Options{}, func(sim http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasSuffix(req.URL.Path, "files.getUploadURLExternal") {
				<-open
			}
			sim.ServeHTTP(w, req)
		})
	})
	t.Cleanup(letGo) // or the workspace would wait for it
	r.sim.RefuseBlocks("data_visualization")
	for _, id := range []string{"C0ONE", "C0TWO"} { // a channel takes a message a second
		r.sim.AddChannel(slacksim.Channel{ID: id, Name: strings.ToLower(id)})
	}
	for i, channel := range []string{deploys, "C0ONE", "C0TWO", deploys, "C0ONE"} {
		r.summarisedIn(t, channel, "api-"+strconv.Itoa(i))
	}
	letGo()
	if shown := r.settled(t); len(shown) != 4 {
		t.Errorf("%d pictures were brought at once", len(shown))
	}
}

// TestPicture_TheTokenStaysWithSlack: an address elsewhere gets neither the picture nor
// the token, and is not in the log.
func TestPicture_TheTokenStaysWithSlack(t *testing.T) {
	t.Parallel()
	r := newRigBehind(t, slacksim.Options{}, func(sim http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasSuffix(req.URL.Path, "files.getUploadURLExternal") {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(`{"ok":true,"file_id":"F0123456789","upload_url":"https://elsewhere.example/upload/v1/secret"}`))
				return
			}
			sim.ServeHTTP(w, req)
		})
	})
	r.sim.RefuseBlocks("data_visualization")
	r.summarised(t, "api-142")
	if shown := r.settled(t); len(shown) > 0 {
		t.Errorf("%d pictures", len(shown))
	}
	if logged := r.logs.String(); !strings.Contains(logged, "line of text") || strings.Contains(logged, "elsewhere") {
		t.Errorf("the log says:\n%s", logged)
	}
}
