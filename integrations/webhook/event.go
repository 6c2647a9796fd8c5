package webhook

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// typePrefix and the outcome are the type of an event.
	typePrefix = "io.github.slipwayhq.release."
	// longestText bounds the texts that people wrote, in characters.
	longestText = 500
)

// event is a CloudEvent.
type event struct {
	SpecVersion string `json:"specversion"`
	ID          string `json:"id"`
	Source      string `json:"source"`
	Type        string `json:"type"`
	Subject     string `json:"subject"`
	Time        string `json:"time"`
	ContentType string `json:"datacontenttype"`
	Data        data   `json:"data"`
}

// data is the payload of an event. Fields may be added, but never changed or removed.
type data struct {
	Summary     string             `json:"summary"`
	Outcome     bot.ReleaseOutcome `json:"outcome"`
	Severity    bot.Severity       `json:"severity"`
	Service     string             `json:"service"`
	Environment string             `json:"environment"`
	Production  bool               `json:"production"`
	Release     string             `json:"release"`
	Kind        bot.Kind           `json:"kind"`
	SHA         string             `json:"sha,omitempty"`
	Ref         string             `json:"ref,omitempty"`
	Commit      string             `json:"commit,omitempty"` // the first line of its message
	Before      *before            `json:"before,omitempty"`
	TakesBack   string             `json:"takes_back,omitempty"`
	Requester   string             `json:"requester,omitempty"`
	Reason      string             `json:"reason,omitempty"`
	Cause       string             `json:"cause,omitempty"`
	Mend        string             `json:"mend,omitempty"`
	RunURL      string             `json:"run_url,omitempty"`
	From        string             `json:"from,omitempty"`
	To          string             `json:"to,omitempty"`
	Links       map[string]string  `json:"links,omitempty"`
}

// before is the release that was live before.
type before struct {
	Release string `json:"release"`
	SHA     string `json:"sha"`
}

// eventOf is the event for an occurrence, as JSON.
func eventOf(o bot.Occurrence) ([]byte, error) {
	r := o.Release
	d := data{
		Summary: summary(o), Outcome: o.Outcome, Severity: o.Severity(),
		Service: r.Target.Service, Environment: r.Target.Environment, Production: o.Production,
		Release: r.ID, Kind: r.Kind, SHA: r.SHA(), Ref: clipped(r.Ref), TakesBack: r.Reversal.Back,
		Requester: clipped(bot.ActorName(r.Requester)), Reason: clipped(r.Reason), Cause: clipped(r.Ending.Cause), Mend: clipped(r.Ending.Mend),
		RunURL: cmp.Or(r.Run.URL, r.Beside.URL), Links: map[string]string{},
	}
	if r.Plan != nil {
		d.Commit = clipped(r.Plan.Commit.Subject)
		if live := r.Plan.Current; live != nil {
			d.Before = &before{Release: live.Release, SHA: live.SHA}
		}
	}
	from, to := r.Course()
	d.From, d.To = stamp(from), stamp(to)
	for _, link := range o.Links {
		d.Links[link.Name] = link.URL
	}
	return json.Marshal(event{
		SpecVersion: "1.0", ID: id(o), Source: "/slipway/" + r.Target.Path(), Type: typePrefix + string(o.Outcome),
		Subject: r.ID, Time: stamp(o.At), ContentType: "application/json", Data: d,
	})
}

// id is the id of an event, the same in each attempt to send an occurrence.
func id(o bot.Occurrence) string {
	return strings.Join([]string{o.Release.RunKey, string(o.Outcome), strconv.FormatInt(o.At.UnixMilli(), 10)}, ".")
}

// summary describes an occurrence in one line, for receivers that show nothing else.
func summary(o bot.Occurrence) string {
	r := o.Release
	says := fmt.Sprintf("%s (%s): %s", r.Target, r.ID, strings.ReplaceAll(string(o.Outcome), "_", " "))
	if r.Ending.Cause != "" {
		says += ", " + r.Ending.Cause
	}
	return clipped(says)
}

// clipped shortens a text to one line of at most longestText characters.
func clipped(text string) string {
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "")
	if runes := []rune(text); len(runes) > longestText {
		return string(runes[:longestText]) + "…"
	}
	return text
}

// stamp formats a time. One that is not known is empty.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}
