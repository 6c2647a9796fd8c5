package main

import (
	"context"
	"fmt"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// storyHome opens the Home tab of a person, where no pattern is given, or waits until
// it shows one: home PERSON [PATTERN].
func storyHome(r *rig, _ *testscript.TestScript, args []string) error {
	user, err := named(players(), "person", args[0])
	if err != nil {
		return err
	}
	if len(args) == 1 {
		_, err := r.slack.OpenHome(context.Background(), user)
		return err
	}
	pattern, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	return r.seen(func() error {
		shown := r.slack.HomeText(user)
		if pattern.MatchString(shown) {
			return nil
		}
		return fmt.Errorf("the Home tab of %s shows:\n%s", args[0], shown)
	})
}

// storyPressHome presses a button in a person's Home tab: presshome PERSON BUTTON.
func storyPressHome(r *rig, _ *testscript.TestScript, args []string) error {
	user, err := named(players(), "person", args[0])
	if err != nil {
		return err
	}
	_, err = r.slack.Press(context.Background(), slacksim.Press{User: user, Button: args[1], InView: true, Answer: slacksim.Yes})
	return err
}
