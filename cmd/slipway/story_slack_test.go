package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// slackWords are those about what people do in Slack beside typing and clicking:
//
//	edits_mention WHO CHANNEL WORDS  somebody changes their last mention into these words
//	deletes CHANNEL TEXT      somebody deletes the newest message that shows TEXT
//	freezes CHANNEL TEXT      the newest message that shows TEXT can no longer be edited
//	archive CHANNEL, unarchive CHANNEL
//	messages_tab on|off       the Messages tab of slipway's app
//	leaves_unseen WHO         somebody's account is deactivated, and Slack does not tell
//	                          slipway
//	demoted WHO               somebody is a guest from now on
//	organisation ID           the workspace is one of an organisation's (Enterprise Grid)
//	sibling WHO [ours]        Slack calls a sibling workspace somebody's own; they are in ours
//	                          too, or in that one alone
//	stranger WHO              somebody is of another company, in a shared channel
//	posts CHANNEL N           at most N messages were posted, or tried to be, in the channel
//	                          since "mark"
func slackWords() map[string]storyCommand {
	return map[string]storyCommand{
		"edits_mention": storyEditsMention, "deletes": storyDeletes, "freezes": storyFreezes,
		"archive": storyArchive, "unarchive": storyUnarchive, "messages_tab": storyMessagesTab,
		"leaves_unseen": storyLeavesUnseen, "demoted": storyDemoted, "posts": storyPosts,
		"home": storyHome, "presshome": storyPressHome,
		"organisation": storyOrganisation, "sibling": storySibling, "stranger": storyStranger,
	}
}

// app is what the example manifest gives slipway's app in Slack.
type app struct {
	Features struct {
		Home struct {
			MessagesTab bool `yaml:"messages_tab_enabled"`
		} `yaml:"app_home"`
		Shortcuts []struct {
			Callback string `yaml:"callback_id"`
		} `yaml:"shortcuts"`
	} `yaml:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `yaml:"bot"`
		} `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
	} `yaml:"settings"`
}

// exampleApp reads the example manifest: the stories have what it gives, and no
// more.
func exampleApp() app {
	text, err := os.ReadFile(filepath.Join(repoRoot, "examples", "slack-manifest.yaml"))
	if err != nil {
		panic(err) // the repository is broken
	}
	var a app
	if err := yaml.Unmarshal(text, &a); err != nil {
		panic(err) // likewise
	}
	return a
}

func storyEditsMention(r *rig, ts *testscript.TestScript, args []string) error {
	channel, err := named(channels(), "channel", args[1])
	if err != nil {
		return err
	}
	var last slacksim.Message
	for _, m := range r.slack.Messages(channel) {
		if m.User == players()[args[0]] && !m.Deleted {
			last = m
		}
	}
	text := "<@" + r.slack.Options().BotUserID + "> " + strings.Join(args[2:], " ")
	d, err := r.slack.EditMessage(context.Background(), channel, last.TS, text)
	return delivered(ts, d, err)
}

// newest waits for the newest message of a channel that shows a text.
func (r *rig) newest(channel, text string) (slacksim.Message, error) {
	pattern, err := regexp.Compile(text)
	if err != nil {
		return slacksim.Message{}, err
	}
	var found slacksim.Message
	err = r.seen(func() error {
		for _, m := range r.slack.Messages(channels()[channel]) {
			if !m.Deleted && m.EphemeralTo == "" && pattern.MatchString(rendered(m)) {
				found = m
			}
		}
		if found.TS == "" {
			return fmt.Errorf("no message in #%s shows %q", channel, text)
		}
		return nil
	})
	return found, err
}

func storyDeletes(r *rig, _ *testscript.TestScript, args []string) error {
	m, err := r.newest(args[0], args[1])
	if err != nil {
		return err
	}
	return r.slack.DeleteMessage(m.Channel, m.TS)
}

func storyFreezes(r *rig, _ *testscript.TestScript, args []string) error {
	m, err := r.newest(args[0], args[1])
	if err != nil {
		return err
	}
	return r.slack.CloseMessage(m.Channel, m.TS)
}

func storyArchive(r *rig, _ *testscript.TestScript, args []string) error {
	return r.slack.Archive(channels()[args[0]], true)
}

func storyUnarchive(r *rig, _ *testscript.TestScript, args []string) error {
	return r.slack.Archive(channels()[args[0]], false)
}

func storyMessagesTab(r *rig, _ *testscript.TestScript, args []string) error {
	r.slack.SetMessagesTab(args[0] == "on")
	return nil
}

func storyLeavesUnseen(r *rig, _ *testscript.TestScript, args []string) error {
	return r.slack.EditUser(players()[args[0]], func(u *slacksim.User) { u.Deleted = true })
}

func storyDemoted(r *rig, ts *testscript.TestScript, args []string) error {
	d, err := r.slack.ChangeAccount(context.Background(), players()[args[0]], func(u *slacksim.User) { u.IsRestricted = true })
	return delivered(ts, d, err)
}

func storyOrganisation(r *rig, _ *testscript.TestScript, args []string) error {
	r.slack.SetOrganisation(args[0], "Acme")
	return nil
}

func storySibling(r *rig, _ *testscript.TestScript, args []string) error {
	team := r.slack.Options().TeamID
	return r.slack.EditUser(players()[args[0]], func(u *slacksim.User) {
		u.TeamID, u.Teams = "T0SISTER", []string{"T0SISTER"}
		if len(args) > 1 {
			u.Teams = append(u.Teams, team)
		}
	})
}

func storyStranger(r *rig, _ *testscript.TestScript, args []string) error {
	return r.slack.EditUser(players()[args[0]], func(u *slacksim.User) {
		u.TeamID, u.Stranger, u.IsRestricted = "T0OTHER", true, false
	})
}

func storyPosts(r *rig, _ *testscript.TestScript, args []string) error {
	n := 0
	for _, c := range r.slack.Calls()[r.marked:] {
		if c.Method == "chat.postMessage" && c.Channel == channels()[args[0]] {
			n++
		}
	}
	if n > count(args, 1) {
		return fmt.Errorf("%d messages were posted in #%s", n, args[0])
	}
	return nil
}

// outageOfAPI takes Slack's API alone out of reach: what people do still arrives.
func (r *rig) outageOfAPI() {
	r.slack.Inject(slacksim.Fault{Times: -1, Cut: slacksim.CutBefore, Delay: time.Millisecond})
}
