package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for what must happen.
const patience = 60 * time.Second

// slipwayProgram is slipway, built once for all tests of this package.
func slipwayProgram(tb testing.TB) string {
	tb.Helper()
	built, err := buildOnce()
	if err != nil {
		tb.Fatal(err)
	}
	return built
}

var buildOnce = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "slipway-demo-test-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "slipway")
	if said, err := exec.Command("go", "build", "-o", program, "../slipway").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build slipway: %w\n%s", err, said)
	}
	return program, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	if program, err := buildOnce(); err == nil {
		_ = os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(status)
}

// newPlayed is the demo with its page, in a world of its own without a story.
func newPlayed(t *testing.T) (s *stage, address string) {
	t.Helper()
	s, err := newStage(t.Context(), slipwayProgram(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	l, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, done := serve(s, l)
	t.Cleanup(done)
	return s, address
}

// browser is a tab that shows the page, and what went wrong there.
type browser struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp keeps the tab in it

	mu     sync.Mutex
	asked  []string // every address that was asked for
	faults []string // what the console complains of
}

// newBrowser opens the page as somebody would who prefers a theme.
func newBrowser(t *testing.T, address, theme string, width, height int64) *browser {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CONTRACT_REQUIRED") != "" { // where nothing may be left out
			t.Fatal(err)
		}
		t.Skip("the page is tried in chromium: apt-get install chromium, or run make test, which does that")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("lang", "en-GB"), chromedp.Flag("hide-scrollbars", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(width, height), prefers(theme), chromedp.Navigate(address))
	b.until("document.querySelector('#places .place') !== null", "the page shows the channels")
	t.Cleanup(func() { b.check(address) })
	return b
}

func prefers(theme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
}

func (b *browser) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		b.faults = append(b.faults, text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "422") {
			b.faults = append(b.faults, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// check fails where the page asked anything of anybody else, or complained.
func (b *browser) check(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.asked {
		if !strings.HasPrefix(url, address+"/") {
			b.t.Errorf("the page asked for %s", url)
		}
	}
	for _, fault := range b.faults {
		b.t.Errorf("the console says: %s", fault)
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// js evaluates an expression on the page.
func js[T any](b *browser, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits until an expression holds.
func (b *browser) until(expression, what string) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for !js[bool](b, "Boolean("+expression+")") {
		if time.Now().After(deadline) {
			b.t.Fatalf("it never came about that %s; the page says:\n%s", what, js[string](b, "document.body.innerText"))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// shows waits until an element's text holds something.
func (b *browser) shows(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("document.querySelector(%s)?.innerText.includes(%s)", quote(selector), quote(text)), selector+" shows "+text)
}

// click presses the first visible element of a selector that bears a text.
func (b *browser) click(selector, text string) {
	b.t.Helper()
	find := fmt.Sprintf("[...document.querySelectorAll(%s)].filter((e) => e.offsetParent && e.innerText.includes(%s)).at(-1)", quote(selector), quote(text))
	b.until(find+" && !"+find+".disabled", selector+" "+text+" can be pressed")
	js[bool](b, "("+find+".scrollIntoView({block:'center'}), "+find+".click(), true)")
}

// types writes into the message field and sends it.
func (b *browser) types(text string) {
	b.t.Helper()
	js[bool](b, "(document.querySelector('#composer').focus(), true)")
	b.do(chromedp.KeyEvent(text))
	js[bool](b, "(document.querySelector('#chat .composer').requestSubmit(), true)")
}

func quote(text string) string {
	quoted, _ := json.Marshal(text) // a text always becomes JSON
	return string(quoted)
}

// picture keeps what the page looks like, where somebody asked for it by
// SCREENSHOTS.
func (b *browser) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	small, err := shrink(shot)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), small, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// axe looks for what keeps people from using the page, by axe-core where
// `make axe` has brought it.
func (b *browser) axe(where string) {
	b.t.Helper()
	script, err := os.ReadFile(cmp.Or(os.Getenv("AXE"), "../../bin/axe/axe.min.js"))
	if err != nil {
		return
	}
	js[bool](b, string(script)+"; true")
	found := js[json.RawMessage](b, `axe.run(document, {resultTypes: ['violations']}).then((r) =>
		r.violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) =>
			v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' | ')))`)
	if !bytes.Equal(found, []byte("[]")) {
		b.t.Errorf("%s: axe finds %s", where, found)
	}
}

func keyEvents(keys string) chromedp.Action[chromedp.Void] { return chromedp.KeyEvent(keys) }
