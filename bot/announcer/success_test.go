package announcer

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestSuccessMayBeQuiet: mention_success: false leaves out that who asked is called
// when it has gone well, and nothing else.
func TestSuccessMayBeQuiet(t *testing.T) {
	t.Parallel()
	quiet := strings.Replace(bottest.Shop, "alerts: C0ALERTS", "alerts: C0ALERTS, mention_success: false", 1)
	for name, tt := range map[string]struct {
		declared string
		phase    bot.Phase
		news     bot.News
		said     bool
		quiet    bool
	}{
		"it went well":                      {bottest.Shop, bot.Succeeded, bot.NoteEnded{}, true, false},
		"it went well, and quietly":         {quiet, bot.Succeeded, bot.NoteEnded{}, false, false},
		"it failed":                         {quiet, bot.Failed, bot.NoteEnded{}, true, false},
		"it was watched":                    {bottest.Shop, bot.Succeeded, bot.NoteHealth{}, true, false},
		"it was watched, and goes quietly":  {quiet, bot.Succeeded, bot.NoteHealth{}, true, true},
		"it was watched, and is not well":   {quiet, bot.Unhealthy, bot.NoteHealth{}, true, false},
		"something else is said after that": {quiet, bot.Succeeded, bot.NoteQuarantineEnded{}, true, true},
	} {
		s := &screen{}
		a, _ := speaker(t, tt.declared, newMemory(), s)
		r := shownRelease()
		r.Phase = tt.phase
		if err := a.Say(t.Context(), r, tt.news, noon); err != nil {
			t.Fatal(err)
		}
		var said []bot.Note
		for _, m := range s.posted {
			if n, ok := m.Body.(bot.Note); ok {
				said = append(said, n)
			}
		}
		if (len(said) == 1) != tt.said || tt.said && said[0].Quiet != tt.quiet {
			t.Errorf("%s: said %+v", name, said)
		}
	}
}
