package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestTour takes the guided tour from its beginning to its end, in six clicks, as
// somebody does who has just opened the page.
func TestTour(t *testing.T) {
	t.Parallel()
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			t.Parallel()
			s, address := newPlayed(t)
			b := newBrowser(t, address, theme, 1440, 900)
			b.axe("before the tour")
			for i, step := range []struct {
				clicks, place, shows string
			}{
				{"Deploy as Anna", "#messages", "asks to deploy"},
				{"Approve as Ben", "#messages", "Approved by ben"},
				{"Kill slipway, and start it again", "#messages", "Live and healthy"},
				{"Ship a fault as Cleo", "#messages", "shop-3"},
				{"Roll back now, as Ben", "#messages", "shop-4"},
				{"Ask what is live, as Anna", "#messages", "Only visible to you"},
			} {
				b.click("#tour .go", step.clicks)
				b.until(fmt.Sprintf(`document.querySelector('#tour[data-step="%d"][data-phase="done"]')`, i+1), "step "+step.clicks+" is done")
				b.shows(step.place, step.shows)
				if i < 5 {
					b.shows("#tour", "What slipway did, and why")
				}
				b.picture(fmt.Sprintf("tour-%d-%s", i+1, theme))
			}
			b.shows("#tour", "Take the tour again")
			b.axe("after the tour")
			b.click("#messages .replies", "reply")
			b.shows("#thread", "Probe")
			js[bool](b, "(document.querySelector('#thread .b-table').scrollIntoView(), true)")
			if tall := js[int](b, "document.querySelector('#thread .b-table').offsetHeight"); tall > 500 {
				t.Errorf("the table in the thread is %d high: its words are broken into letters", tall)
			}
			b.picture("thread-" + theme)
			b.axe("the thread")
			w, _ := s.now()
			if runs := w.github.Runs(); len(runs) != 3 {
				t.Errorf("the tour began %d runs, want 3", len(runs))
			}
			if got, want := w.liveSHA(), w.github.Runs()[0].Inputs["sha"]; got != want {
				t.Errorf("live is %s in the end, want what was healthy before: %s", got, want)
			}
		})
	}
}

// TestKillInTheMiddle kills slipway while a run goes, by the switch on the page,
// and starts it again: the deploy goes on, and nothing is started twice.
func TestKillInTheMiddle(t *testing.T) {
	t.Parallel()
	s, address := newPlayed(t)
	if err := prologue(t.Context(), s.world); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, address, "light", 1440, 900)
	b.types("/deploy shop main to production")
	b.shows("#messages", "asks to deploy")
	b.click("#people .person", "Ben")
	b.click("#messages .btn.primary", "Approve for Production")
	b.shows("dialog.ask", "Approve for production?")
	b.picture("dialog")
	b.axe("the dialog")
	b.click("dialog.ask .btn.primary", "Approve")
	b.until("document.querySelector('#panel-code .run .in-progress')", "the run goes")
	b.click("#tabs .tab", "Service")
	b.click("#panel-service .switch", "slipway runs")
	b.until(`document.querySelector('[data-place="switch/slipway"][aria-checked="false"]')`, "slipway is dead")
	b.types("/deploy-status")
	b.shows("#messages", "dispatch_failed")
	b.picture("killed")
	b.click("#panel-service .switch", "slipway runs")
	b.shows("#messages", "Live and healthy")
	for key, times := range s.world.github.Dispatches() {
		if times != 1 {
			t.Errorf("%s was dispatched %d times", key, times)
		}
	}
}

// TestHostileText writes what would be markup elsewhere wherever a text can stand,
// and finds it as text.
func TestHostileText(t *testing.T) {
	t.Parallel()
	s, address := newPlayed(t)
	const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script>"'&lt;b&gt;`
	if _, err := s.world.slack.Say(cleo, deploys, "", s.world.escape(hostile)); err != nil {
		t.Fatal(err)
	}
	s.world.hostileCommit(hostile)
	b := newBrowser(t, address, "light", 1440, 900)
	b.types(hostile + " *<!channel>*")
	b.shows("#messages", hostile+" <!channel>")
	b.types("/deploy shop main to production --reason \"" + strings.ReplaceAll(hostile, `"`, "") + "\"")
	b.shows("#messages", "asks to deploy")
	b.shows("#panel-code", hostile)
	if n := js[int](b, "document.querySelectorAll('#messages :is(img:not(.avatar), script), .panel :is(img, script)').length"); n != 0 {
		t.Errorf("%d elements were made of text", n)
	}
}

// TestPhone looks at the page as wide as a phone: nothing is cut off, and every
// view can be reached.
func TestPhone(t *testing.T) {
	t.Parallel()
	s, address := newPlayed(t)
	if err := prologue(t.Context(), s.world); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, address, "light", 390, 844)
	b.types("/deploy shop main to production")
	b.shows("#messages", "asks to deploy")
	fits := func(where string) {
		if wide := js[int](b, "document.documentElement.scrollWidth"); wide > 390 {
			t.Errorf("%s is %d wide", where, wide)
		}
		b.axe(where)
		b.picture("phone-" + where)
	}
	fits("Chat")
	for _, view := range []string{"Tour", "GitHub", "Service", "Deeds", "Chat"} {
		b.click("#foot .view", view)
		fits(view)
	}
	b.click("#places .place", "Home")
	b.shows("#messages", "What you can do here")
	fits("Home")
	b.click("#messages .btn", "Deploy…")
	b.shows("dialog.modal", "What, and where to")
	fits("Form")
}

// TestKeyboard finds its way through the page without a mouse.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	_, address := newPlayed(t)
	b := newBrowser(t, address, "dark", 1440, 900)
	js[bool](b, "(document.querySelector('#composer').focus(), true)")
	b.press("/dep")
	b.shows(".suggestions", "/deploy-status")
	b.picture("completion")
	b.press("\t")
	if got := js[string](b, "document.querySelector('#composer').value"); got != "/deploy " {
		t.Errorf("the tab key completed to %q", got)
	}
	b.shows(".suggestions", "history shop production")
	b.press("his\t\r")
	b.shows("#messages", "Only visible to you")
	b.press("Hello @be\t#al\t\r")
	b.shows("#messages", "Hello @Ben #alerts")
	b.press("/nothing\r")
	b.shows("#toasts", "/nothing is not a command here")
	if got := js[string](b, "document.querySelector('#composer').value"); got != "/nothing" {
		t.Errorf("what was not sent is %q in the field", got)
	}
}

func (b *browser) press(keys string) {
	b.t.Helper()
	b.do(keyEvents(keys))
}
