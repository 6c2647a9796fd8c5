package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// act is what a person does on the page, as it is posted. Which fields count depends on Do.
type act struct {
	// Do is type, press, choose, suggest, submit, shortcut, close, home, turn or restart.
	Do      string            `json:"do"`
	As      string            `json:"as"`
	Channel string            `json:"channel"`
	Thread  string            `json:"thread"`
	Text    string            `json:"text"`
	TS      string            `json:"ts"`
	Block   string            `json:"block"`
	Action  string            `json:"action"`
	Option  string            `json:"option"`
	InView  bool              `json:"in_view"`
	Values  map[string]string `json:"values"`
	Switch  string            `json:"switch"`
	On      bool              `json:"on"`
}

// refusal is what cannot be done, in words for whoever tried.
type refusal string

func (r refusal) Error() string { return string(r) }

// act carries out what somebody does on the page.
func (p *page) act(w http.ResponseWriter, r *http.Request) {
	var a act
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAct))
	if err := body.Decode(&a); err != nil || (a.As != "" && !isPerson(a.As)) {
		http.Error(w, "this cannot be read", http.StatusBadRequest)
		return
	}
	// Whoever leaves the page has acted all the same; what is started outlives it.
	ctx := context.WithoutCancel(r.Context())
	var answer response
	var err error
	if a.Do == "suggest" {
		answer.Offers, err = p.stage.suggest(ctx, a)
	} else {
		err = p.stage.do(ctx, a)
	}
	var no refusal
	status := http.StatusOK
	switch {
	case errors.As(err, &no):
		status, answer.Says = http.StatusUnprocessableEntity, no.Error()
	case err != nil:
		status, answer.Says = http.StatusInternalServerError, err.Error()
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the page may be gone
}

// response is what an act is answered with.
type response struct {
	Says   string           `json:"says"`
	Offers []slacksim.Offer `json:"offers,omitempty"`
}

// suggest is what a menu offers for what somebody typed into it.
func (s *stage) suggest(ctx context.Context, a act) ([]slacksim.Offer, error) {
	offers, d, err := s.use().slack.Suggest(ctx, a.As, a.Block, a.Text)
	return offers, heard(d, err)
}

// do carries out an act, in the world that is played in.
func (s *stage) do(ctx context.Context, a act) error {
	if a.Do == "restart" {
		return s.restart(ctx)
	}
	w := s.use()
	switch a.Do {
	case "type":
		return w.typed(ctx, a)
	case "press":
		d, err := w.slack.Press(ctx, slacksim.Press{
			User: a.As, Channel: a.Channel, TS: a.TS, Button: slacksim.PlaceOf(a.Block, a.Action, a.Option),
			InView: a.InView, Answer: slacksim.Yes,
		})
		return heard(d, err)
	case "choose":
		return heard(w.slack.Choose(ctx, a.As, a.Block, a.Option))
	case "shortcut":
		return heard(w.slack.Shortcut(ctx, a.As, a.Channel, a.TS, a.Option))
	case "submit":
		return heard(w.slack.SubmitView(ctx, a.As, a.Values))
	case "close":
		return heard(w.slack.CloseView(ctx, a.As))
	case "home":
		_, err := w.slack.OpenHome(ctx, a.As) // without slipway the tab is as it was
		return err
	case "turn":
		err := w.turn(ctx, a.Switch, a.On)
		if errors.Is(err, errSwitch) {
			return refusal("There is no such switch: " + a.Switch)
		}
		return err
	}
	return refusal("There is no such act: " + a.Do)
}

// heard says when slipway has not heard of what somebody did.
func heard(d slacksim.Delivery, err error) error {
	switch {
	case err != nil:
		return refusal(err.Error())
	case d.Failure != "":
		return refusal("slipway did not answer. Slack shows a warning sign here; pressing it again is safe.")
	case d.Status != 0 && !d.Good():
		return refusal(fmt.Sprintf("slipway answered with an error (%d). Trying again is safe.", d.Status))
	}
	return nil
}

// typed does what Slack does with a line that somebody typed.
func (d *world) typed(ctx context.Context, a act) error {
	text := strings.TrimSpace(a.Text)
	command, rest, _ := strings.Cut(text, " ")
	switch {
	case text == "":
		return refusal("There is nothing to send.")
	case strings.HasPrefix(text, "/") && a.Thread != "":
		return refusal(command + " does not work in threads, in Slack neither. Write “@slipway …” here instead.")
	case strings.HasPrefix(text, "/") && !slices.Contains([]string{"/deploy", "/rollback", "/deploy-status"}, command):
		return refusal(command + " is not a command here. There are /deploy, /rollback and /deploy-status.")
	case strings.HasPrefix(text, "/"):
		_, err := d.slack.Command(ctx, a.As, a.Channel, command, d.escape(strings.TrimSpace(rest)))
		return err
	}
	text = d.escape(text)
	bot := "<@" + d.slack.Options().BotUserID + ">"
	if !strings.Contains(text, bot) {
		_, err := d.slack.Say(a.As, a.Channel, a.Thread, text)
		return err
	}
	go d.mention(context.WithoutCancel(ctx), a, text)
	return nil
}

// mention tells slipway that it was called. Slack sends an event that nobody took
// again minutes later, for which nobody waits.
func (d *world) mention(ctx context.Context, a act, text string) {
	_, _ = d.slack.Mention(ctx, a.As, a.Channel, a.Thread, text) // the message is there all the same
}

// escape turns what was typed into what Slack sends: its three special characters
// escaped, and names of people and channels as references.
func (d *world) escape(typed string) string {
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(typed)
	references := map[string]string{
		"@slipway": "<@" + d.slack.Options().BotUserID + ">",
		"#deploys": "<#" + deploys + "|deploys>", "#alerts": "<#" + alerts + "|alerts>",
	}
	for _, p := range people() {
		references["@"+strings.ToLower(p.Name)] = "<@" + p.ID + ">"
	}
	called := regexp.MustCompile(`[@#][\p{L}\p{N}_-]+`)
	return called.ReplaceAllStringFunc(escaped, func(name string) string {
		if id, known := references[strings.ToLower(name)]; known {
			return id
		}
		return name
	})
}
