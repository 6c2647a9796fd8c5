package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// storyCondition tells stories what holds: [socket] where slipway connects to Slack.
func storyCondition(name string) (bool, error) {
	if name == "socket" {
		return inSocketMode(), nil
	}
	return false, fmt.Errorf("there is no condition %q in the stories", name)
}

// overSocket makes a configuration one in which slipway connects to Slack.
func (r *rig) overSocket(path string) error {
	if !inSocketMode() {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(connected(string(text))), 0o600)
}

// linked waits until what people do can reach slipway, unless the story says that it
// cannot.
func (r *rig) linked() error {
	if !inSocketMode() || r.slipway == nil || r.outage {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return r.slack.Until(ctx, func() bool { return r.slack.Links() > 0 })
}

// socketWords are those about how slipway is connected:
//
//	disconnect REASON         Slack asks slipway to leave its connections, and closes them
//	                          two seconds later
//	cut_links                 all connections are cut
//	lose_acks N               the next N acknowledgements are lost on their way
//	links N                   slipway has N connections
func socketWords() map[string]storyCommand {
	return map[string]storyCommand{
		"disconnect": storyDisconnect, "cut_links": storyCutLinks, "lose_acks": storyLoseAcks, "links": storyLinks,
	}
}

func storyDisconnect(r *rig, _ *testscript.TestScript, args []string) error {
	r.slack.Disconnect(args[0], 2*time.Second)
	return nil
}

func storyCutLinks(r *rig, _ *testscript.TestScript, _ []string) error {
	r.slack.CutLinks()
	return nil
}

func storyLoseAcks(r *rig, _ *testscript.TestScript, args []string) error {
	r.slack.LoseAcks(count(args, 0))
	return nil
}

func storyLinks(r *rig, _ *testscript.TestScript, args []string) error {
	want := count(args, 0)
	return eventually(func() error {
		if got := r.slack.Links(); got != want {
			return fmt.Errorf("there are %d connections, want %d", got, want)
		}
		return nil
	})
}

// hostile sends what Slack would never send, or sent before.
func (r *rig) hostile(request slacksim.Request, variant string) slacksim.Delivery {
	if inSocketMode() && (variant == "replayed" || variant == "another_team") {
		return r.slack.Send(context.Background(), request) // whoever has a connection sends what they like
	}
	return r.slack.Post(context.Background(), request)
}
