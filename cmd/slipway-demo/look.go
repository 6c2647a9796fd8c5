package main

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/manifest"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// shownCommits is how many commits of the branch the page lists.
const shownCommits = 8

// place is a channel, or the direct message with slipway.
type place struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Topic string `json:"topic"`
	// Direct says that it is the direct message with slipway.
	Direct bool `json:"direct,omitempty"`
}

// entry is a message as one person sees it.
type entry struct {
	TS      string          `json:"ts"`
	Thread  string          `json:"thread,omitempty"`
	User    string          `json:"user"`
	Text    string          `json:"text"`
	Blocks  json.RawMessage `json:"blocks,omitempty"`
	Private bool            `json:"private,omitempty"`
	Deleted bool            `json:"deleted,omitempty"`
	Edited  bool            `json:"edited,omitempty"`
	Version int             `json:"version"`
	Reacted []string        `json:"reacted,omitempty"`
}

type shortcut struct {
	Name     string `json:"name"`
	Callback string `json:"callback"`
}

// shortcuts are those that the app's manifest has.
func shortcuts() []shortcut {
	var all []shortcut
	for _, s := range manifest.Of(manifest.App{}).Features.Shortcuts {
		all = append(all, shortcut{Name: s.Name, Callback: s.Callback})
	}
	return all
}

// chatLook is Slack as one person has it before them.
type chatLook struct {
	Me     string   `json:"me"`
	Bot    string   `json:"bot"`
	People []person `json:"people"`
	Places []place  `json:"places"`
	// Shortcuts are slipway's entries in the menu of a message.
	Shortcuts []shortcut         `json:"shortcuts"`
	Messages  map[string][]entry `json:"messages"`
	Modal     *slacksim.View     `json:"modal"`
	Home      *slacksim.View     `json:"home"`
}

func (d *world) chat(me string) chatLook {
	look := chatLook{
		Me: me, Bot: d.slack.Options().BotUserID, People: people(), Shortcuts: shortcuts(), Messages: map[string][]entry{},
		Places: []place{
			{ID: deploys, Name: "deploys", Topic: "What goes out, and how it went"},
			{ID: alerts, Name: "alerts", Topic: "What needs a person"},
			{ID: d.slack.DirectChannel(me), Name: "slipway", Topic: "What slipway tells you alone", Direct: true},
		},
	}
	for _, p := range look.Places {
		look.Messages[p.ID] = seenBy(me, d.slack.Messages(p.ID))
	}
	if v, open := d.slack.Modal(me); open {
		look.Modal = &v
	}
	if v, published := d.slack.HomeView(me); published {
		look.Home = &v
	}
	return look
}

// seenBy gives those messages that one person sees.
func seenBy(me string, all []slacksim.Message) []entry {
	seen := []entry{}
	for _, m := range all {
		if m.EphemeralTo != "" && m.EphemeralTo != me {
			continue
		}
		hasReplies := slices.ContainsFunc(all, func(r slacksim.Message) bool { return r.ThreadTS == m.TS && !r.Deleted })
		if m.Deleted && (m.ThreadTS != "" || m.EphemeralTo != "" || !hasReplies) {
			continue
		}
		now := m.Current()
		e := entry{
			TS: m.TS, Thread: m.ThreadTS, User: m.User, Text: now.Text, Blocks: now.Blocks,
			Private: m.EphemeralTo != "", Deleted: m.Deleted, Edited: len(m.Versions) > 1, Version: len(m.Versions),
		}
		for _, r := range m.Reactions {
			e.Reacted = append(e.Reacted, r.Name)
		}
		seen = append(seen, e)
	}
	return seen
}

// runLook is a run with its jobs, and deployLook a deployment.
type (
	runLook struct {
		githubsim.RunInfo
		Subject string `json:"subject"`
	}
	deployLook struct {
		githubsim.DeploymentInfo
		State string `json:"state"`
	}
)

// githubLook is what the page shows of GitHub, the newest first.
type githubLook struct {
	Repo        string                 `json:"repo"`
	Branch      string                 `json:"branch"`
	Live        string                 `json:"live"`
	Commits     []githubsim.CommitInfo `json:"commits"`
	Runs        []runLook              `json:"runs"`
	Deployments []deployLook           `json:"deployments"`
}

func (d *world) code() githubLook {
	repo := d.github.Repo(shopRepo)
	look := githubLook{
		Repo: shopRepo, Branch: "main", Live: d.liveSHA(), Commits: repo.Log("main", shownCommits),
		Runs: []runLook{}, Deployments: []deployLook{},
	}
	for _, r := range slices.Backward(d.github.Runs()) {
		shown := runLook{RunInfo: r}
		for _, c := range repo.Log(cmp.Or(r.Inputs["sha"], r.HeadSHA), 1) {
			shown.Subject = c.Subject
		}
		look.Runs = append(look.Runs, shown)
	}
	for _, one := range slices.Backward(repo.Deployments()) {
		shown := deployLook{DeploymentInfo: one, State: "pending"}
		if n := len(one.States); n > 0 {
			shown.State = one.States[n-1]
		}
		look.Deployments = append(look.Deployments, shown)
	}
	return look
}

// serviceLook is the panel with the shop and the switches.
type serviceLook struct {
	Shop     shopLook `json:"shop"`
	Switches switches `json:"switches"`
	Log      []string `json:"log"`
}

func (d *world) service() serviceLook {
	return serviceLook{Shop: d.shop.look(), Switches: d.switches(), Log: d.slipway().newest(12)}
}
