package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func storyShows(r *rig, _ *testscript.TestScript, args []string) error {
	pattern, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	return r.seen(func() error {
		if pattern.MatchString(r.wall(args[0])) {
			return nil
		}
		return fmt.Errorf("#%s does not show %q", args[0], args[1])
	})
}

func storyHides(r *rig, ts *testscript.TestScript, args []string) error {
	r.promised.hidden = append(r.promised.hidden, hidden{channel: args[0], text: args[1]})
	return storyNotYet(r, ts, args)
}

func storyNotYet(r *rig, _ *testscript.TestScript, args []string) error {
	pattern, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	return r.seen(func() error {
		if pattern.MatchString(r.wall(args[0])) {
			return fmt.Errorf("#%s shows %q", args[0], args[1])
		}
		return nil
	})
}

// seen waits for something in Slack. It looks again whenever something changed there,
// which costs far less than to render a channel again and again.
func (r *rig) seen(holds func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var err error
	var over *overError
	waited := r.slack.Until(ctx, func() bool {
		err = holds()
		return err == nil || errors.As(err, &over)
	})
	switch {
	case waited != nil:
		return fmt.Errorf("not within %s: %w", patience, err)
	case over != nil:
		return over.error
	}
	return nil
}

// wall is what a channel shows everybody, without the indentation.
func (r *rig) wall(channel string) string {
	lines := strings.Split(r.slack.TranscriptFor(channels()[channel], "U0NOBODY"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, " │")
	}
	return strings.Join(lines, "\n")
}

func storyTold(r *rig, _ *testscript.TestScript, args []string) error {
	user, err := named(players(), "person", args[0])
	if err != nil {
		return err
	}
	pattern, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	return r.seen(func() error {
		told := r.privately(user)
		if pattern.MatchString(told) {
			return nil
		}
		return fmt.Errorf("%s was told:\n%s", args[0], told)
	})
}

// privately is all that one person alone was told.
func (r *rig) privately(user string) string {
	var told strings.Builder
	for _, channel := range channels() {
		for _, m := range r.slack.Messages(channel) {
			if m.EphemeralTo == user && !m.Deleted {
				v := m.Current()
				told.WriteString(slacksim.RenderMessage(v.Blocks, v.Text, func(string) string { return "" }) + "\n")
			}
		}
	}
	for _, m := range r.slack.DirectMessages(user) {
		v := m.Current()
		told.WriteString(slacksim.RenderMessage(v.Blocks, v.Text, func(string) string { return "" }) + "\n")
	}
	return told.String()
}

func storyPrint(r *rig, ts *testscript.TestScript, args []string) error {
	channel, err := named(channels(), "channel", args[0])
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(ts.Stdout(), r.slack.Transcript(channel))
	return err
}
