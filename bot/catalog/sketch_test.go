package catalog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// Before there are tokens, everything that does not need them is read, and what is
// unset is reported; any other fault is an error.
func TestSketch(t *testing.T) {
	t.Parallel()
	nothing := func(string) (string, bool) { return "", false }
	text := strings.Replace(minimal(), "team: T0001", "team: T0001\n  commands: {deploy: /ship}", 1)
	declared, unset, err := catalog.Sketch([]byte(text), nothing, vocabulary())
	if err != nil || declared.Slack.Commands.Deploy != "/ship" || len(declared.Services) != 1 {
		t.Fatalf("Sketch = %+v, %v", declared, err)
	}
	if len(unset) == 0 || unset[0].Unset == "" || declared.Slack.BotToken.IsSet() {
		t.Errorf("what is not set: %v", unset)
	}
	if _, unset, err = catalog.Sketch([]byte(text), variables, vocabulary()); err != nil || len(unset) > 0 {
		t.Errorf("with everything set: %v, %v", unset, err)
	}
	var faults catalog.Faults
	if _, _, err = catalog.Sketch([]byte(strings.Replace(text, "/ship", "/Ship", 1)), nothing, vocabulary()); !errors.As(err, &faults) || len(faults) != 1 || faults[0].Unset != "" {
		t.Errorf("another fault, alone: %v", err)
	}
	if _, err := catalog.Parse([]byte(text), nothing, vocabulary()); err == nil {
		t.Error("Parse takes what is not set")
	}
}

func TestPublicURL(t *testing.T) {
	t.Parallel()
	if got := mustParse(t, "public_url: https://bot.example.com/\n"+minimal()).PublicURL; got != "https://bot.example.com" {
		t.Errorf("PublicURL = %q", got)
	}
	for _, bad := range []string{"http://bot.example.com", "bot.example.com", "https://", "https://bot.example.com?x=1", "https://u:p@bot.example.com"} {
		if _, err := catalog.Parse([]byte("public_url: "+bad+"\n"+minimal()), variables, vocabulary()); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
