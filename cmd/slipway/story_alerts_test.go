package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// alertWords are the words about the Alertmanager of a story, at $ALERTS_URL.
//
//	alertmanager fire LABEL=VALUE...      an alert fires; silence, inhibit: one that is held back
//	alertmanager resolve                  none fires any more
//	alertmanager fails STATUS             it answers with a status alone; 0: no longer
//	alertmanager says TEXT                it answers with a text in place of a list; '': no longer
//	alertmanager heard TEXT               a request asked for TEXT, word for word
func alertWords() map[string]storyCommand {
	return map[string]storyCommand{"alertmanager": storyAlertmanager}
}

func storyAlertmanager(r *rig, _ *testscript.TestScript, args []string) error {
	labels := map[string]string{}
	for _, arg := range args[1:] {
		if name, value, is := strings.Cut(arg, "="); is {
			labels[name] = value
		}
	}
	switch args[0] {
	case "fire":
		r.alerts.Fire(labels)
	case "silence":
		r.alerts.Silence(labels)
	case "inhibit":
		r.alerts.Inhibit(labels)
	case "resolve":
		r.alerts.Resolve()
	case "fails":
		status, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		r.alerts.Fail(status)
	case "says":
		r.alerts.Say(args[1])
	case "heard":
		asked := r.alerts.Asked()
		if slices.Contains(asked, args[1]) {
			return nil
		}
		return fmt.Errorf("nobody asked for %s, but for %q", args[1], asked)
	default:
		return fmt.Errorf("an Alertmanager does not %s", args[0])
	}
	return nil
}
