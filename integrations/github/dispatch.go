package github

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

const opDispatch = "start a workflow"

// dispatchBody is our own: go-github has no return_run_details.
type dispatchBody struct {
	Ref     string            `json:"ref"`
	Inputs  map[string]string `json:"inputs,omitempty"`
	Details bool              `json:"return_run_details,omitempty"`
}

type dispatchAnswer struct {
	RunID int64  `json:"workflow_run_id"`
	URL   string `json:"html_url"`
}

// Dispatch sends the one request that starts a workflow. It and all beneath it
// never repeat it, for GitHub has no key by which it would know a repetition.
//
// The kind of the error says what is known. bot.Invalid, Denied, NotFound and
// Limited: GitHub refused, or asked for silence before; nothing ran.
// bot.NeverSent: no connection was had, or leave said no; nothing ran.
// bot.Unavailable: the request may have arrived, and the run must be looked for.
//
// leave is asked when the connection stands and the request is about to be
// written, and says with an error of kind bot.NeverSent that it is too late.
//
// A run without ID means that GitHub accepted and did not name the run (its
// 204). return_run_details asks it to; GitHub Enterprise Server up to 3.20 does
// not know it and refuses the whole request as malformed. That refusal shows
// that nothing ran, so the request is sent again without the key, and so from
// then on.
func (c *Client) Dispatch(ctx context.Context, d bot.DispatchRequest, leave func(context.Context) error) (bot.Run, error) {
	r, err := parseRepository(d.Repo)
	if err != nil {
		return bot.Run{}, err
	}
	if err := checkWorkflow(d.Workflow); err != nil {
		return bot.Run{}, err
	}
	if err := checkRef(d.Ref); err != nil {
		return bot.Run{}, err
	}
	path := "repos/" + r.String() + "/actions/workflows/" + d.Workflow + "/dispatches"
	body := dispatchBody{Ref: d.Ref, Inputs: d.Inputs, Details: !c.plainDispatch.Load()}
	run, err := c.dispatch(ctx, path, body, leave)
	if body.Details && refusesRunDetails(err) {
		c.plainDispatch.Store(true)
		body.Details = false
		run, err = c.dispatch(ctx, path, body, leave)
	}
	if err != nil {
		return bot.Run{}, dispatchError(d, err)
	}
	return run, nil
}

// dispatch sends the request once.
func (c *Client) dispatch(ctx context.Context, path string, body dispatchBody, leave func(context.Context) error) (bot.Run, error) {
	ctx, watched := watchSending(ctx, leave)
	status, answer, err := c.post(ctx, path, body)
	if err != nil {
		if refusalOf(err) == nil && watched.neverLeft() {
			return bot.Run{}, &neverLeftError{err}
		}
		return bot.Run{}, err
	}
	run := bot.Run{Attempt: 1, Status: bot.RunWaiting}
	if status == http.StatusNoContent {
		return run, nil
	}
	var named dispatchAnswer
	if status != http.StatusOK || json.Unmarshal(answer, &named) != nil || named.RunID <= 0 {
		return bot.Run{}, errUnreadable
	}
	run.ID, run.URL = named.RunID, named.URL
	return run, nil
}

// neverLeftError says that it is certain that a request did not leave.
type neverLeftError struct{ err error }

// Error is the text for the log.
func (e *neverLeftError) Error() string { return "the request was not sent: " + e.err.Error() }

// Unwrap returns what lies beneath.
func (e *neverLeftError) Unwrap() error { return e.err }

func refusesRunDetails(err error) bool {
	refused := refusalOf(err)
	return refused != nil && (refused.status == http.StatusBadRequest || refused.status == http.StatusUnprocessableEntity) &&
		strings.Contains(refused.text, "return_run_details") && strings.Contains(refused.text, "permitted key")
}

// dispatchError gives a failed dispatch its kind and its words.
func dispatchError(d bot.DispatchRequest, err error) error {
	var e *bot.Error
	if !errors.As(explainWorkflow(opDispatch, d.Repo, d.Workflow, err), &e) {
		return err
	}
	if refused := refusalOf(err); refused != nil && refused.isPage() {
		e.Kind = bot.Unavailable // something in between answered, and may do so after GitHub
	}
	var unsent *neverLeftError
	switch {
	case errors.As(err, &unsent) && e.Kind == bot.Unavailable:
		e.Kind = bot.NeverSent
	case e.Kind == bot.Unavailable:
		e.Says += ", so it is not known whether it started " + d.Workflow
		e.Mend = "slipway looks for the run at GitHub."
	case e.Kind == bot.Invalid || e.Kind == bot.Denied:
		if refused := refusalOf(err); refused != nil {
			e.Mend = orElse(mendDispatch(d, refused), e.Mend)
		}
	}
	return e
}

// mendDispatch says what would help against a refusal to start a workflow, by
// GitHub's words; empty where that is nothing about the workflow.
func mendDispatch(d bot.DispatchRequest, r *refusal) string {
	ref := clean(d.Ref, 80)
	where := ".github/workflows/" + d.Workflow + " on " + ref
	switch {
	case r.speaks("no ref found"):
		return "Create the branch " + ref + " in " + d.Repo + ", or correct `workflow_ref` in slipway.yaml."
	case r.speaks("disabled workflow", "workflow is disabled"):
		return "Enable " + d.Workflow + " again at GitHub: under Actions, choose it and then Enable workflow."
	case r.speaks("'workflow_dispatch' trigger"):
		return "Add `on: workflow_dispatch` to " + where + "."
	case r.speaks("list of allowed values"):
		return "Add the value to the options of that input in " + where + ", or let slipway send another: by `inputs` of the service in slipway.yaml, or by the name of the environment there."
	case r.speaks("is not a boolean", "is not a number"):
		return "Change the type of that input in " + where + ", or let slipway send a value that fits, by `inputs` of the service in slipway.yaml."
	case r.speaks("inputs are too large", "inputs is too large"):
		return "GitHub takes 65,535 characters of inputs: shorten `inputs` of the service in slipway.yaml."
	case r.speaks("you may only define up to"):
		return "Declare fewer inputs in " + where + ": this GitHub takes no more."
	case r.speaks("required input"):
		return "Give it a value under `inputs` of the service in slipway.yaml, or a default in " + where + "."
	case r.speaks("unexpected inputs", "input"):
		return "Declare the inputs that slipway sends in " + where + ", or say under `input_names` of the service in slipway.yaml what the workflow calls them."
	case r.speaks("parse workflow", "invalid workflow", "yaml"):
		return "Correct " + where + "; actionlint tells what is wrong with it."
	}
	return ""
}
