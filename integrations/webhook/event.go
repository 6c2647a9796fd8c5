package webhook

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// typePrefix is before the outcome in the type of an event.
	typePrefix = "io.github.slipwayhq.release."
	// longestText bounds what people wrote.
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

// data is what a receiver reads. Fields are only ever added.
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

// before is what was live.
type before struct {
	Release string `json:"release"`
	SHA     string `json:"sha"`
}

// eventOf is what is sent of an occurrence.
func eventOf(o bot.Occurrence) ([]byte, error) {
	r := o.Release
	d := data{
		Summary: summary(o), Outcome: o.Outcome, Severity: o.Severity(),
		Service: r.Target.Service, Environment: r.Target.Environment, Production: o.Production,
		Release: r.ID, Kind: r.Kind, SHA: r.SHA(), Ref: clipped(r.Ref), TakesBack: r.Reversal.Back,
		Requester: clipped(bot.ActorName(r.Requester)), Reason: clipped(r.Reason), Cause: clipped(r.Ending.Cause), Mend: clipped(r.Ending.Mend),
		RunURL: r.Run.URL, Links: map[string]string{},
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

// id is the same whenever an occurrence is sent.
func id(o bot.Occurrence) string {
	return strings.Join([]string{o.Release.RunKey, string(o.Outcome), strconv.FormatInt(o.At.UnixMilli(), 10)}, ".")
}

// summary is an occurrence in one line, for whoever shows no more than that.
func summary(o bot.Occurrence) string {
	r := o.Release
	says := fmt.Sprintf("%s (%s): %s", r.Target, r.ID, strings.ReplaceAll(string(o.Outcome), "_", " "))
	if r.Ending.Cause != "" {
		says += ", " + r.Ending.Cause
	}
	return clipped(says)
}

// clipped is a text on one line that is not too long.
func clipped(text string) string {
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "")
	if runes := []rune(text); len(runes) > longestText {
		return string(runes[:longestText]) + "…"
	}
	return text
}

// stamp writes a time; nothing where it is not known.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}
