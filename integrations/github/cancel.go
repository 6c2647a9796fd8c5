package github

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// CancelRun asks GitHub to stop a run; by force also jobs that insist on being
// run always. A run that is over already is no error. Kind bot.NotFound: it was
// deleted.
//
// Unlike a dispatch this does no harm twice, so where the repository has another
// name by now it is asked for there.
func (c *Client) CancelRun(ctx context.Context, repo string, id int64, how bot.CancelManner) error {
	r, err := parseRepository(repo)
	if err != nil {
		return err
	}
	err = c.cancel(ctx, r, id, how)
	if refused := refusalOf(err); refused != nil && refused.moved() {
		if now, homeErr := c.homeOf(ctx, r, id); homeErr == nil && now != r {
			err = c.cancel(ctx, now, id, how)
		}
	}
	err = explain(opCancel, noRun(r, id), err)
	if !isNotFound(err) {
		return err
	}
	if _, readErr := c.run(ctx, r, id); readErr != nil {
		return readErr
	}
	return &bot.Error{
		Kind: bot.Denied, Op: opCancel, Err: err, Says: "GitHub shows slipway run " + strconv.FormatInt(id, 10) + ", and lets it not be stopped",
		Mend: "Check that slipway's token or GitHub App may write Actions in " + r.String() + ", or cancel the run at GitHub.",
	}
}

// cancel asks once.
func (c *Client) cancel(ctx context.Context, r repository, id int64, how bot.CancelManner) error {
	verb := "cancel"
	if how == bot.CancelForce {
		verb = "force-cancel"
	}
	_, _, err := c.post(ctx, "repos/"+r.String()+"/actions/runs/"+strconv.FormatInt(id, 10)+"/"+verb, nil)
	if refused := refusalOf(err); isAccepted(err) || refused != nil && refused.status == http.StatusConflict {
		return nil
	}
	return err
}

// homeOf is the repository that a run is in by now; the reading follows to where it
// was moved.
func (c *Client) homeOf(ctx context.Context, r repository, id int64) (repository, error) {
	found, _, err := c.gh.Actions.GetWorkflowRunByID(ctx, r.owner, r.name, id)
	if err != nil || found.GetID() != id {
		return repository{}, explain(opCancel, noRun(r, id), cmp.Or(err, errUnreadable))
	}
	return parseRepository(found.GetRepository().GetFullName())
}

// surelyGone tells a run that was deleted from one that GitHub does not show any
// more: it answers 404 for both, also to a token that may not see the repository
// (docs: "Troubleshooting the REST API", 404 for an existing resource). Where it
// lists the repository's runs, the one that it does not know is gone. Else the kind
// is bot.Gone, or that of what kept slipway from asking.
func (c *Client) surelyGone(ctx context.Context, r repository, err error) error {
	if !isNotFound(err) {
		return err
	}
	_, listErr := c.get(ctx, "repos/"+r.String()+"/actions/runs?per_page=1", nil)
	listErr = explain(opRun, noRepository(r), listErr)
	switch {
	case listErr == nil:
		return err
	case isNotFound(listErr):
		return &bot.Error{
			Kind: bot.Gone, Op: opRun, Err: err, Says: "GitHub does not show slipway " + r.String() + " any more, so it is not known how the run goes",
			Mend: "Check that the repository is there, and that slipway's token or GitHub App may see it.",
		}
	}
	return listErr
}
