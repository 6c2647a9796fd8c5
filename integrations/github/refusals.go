package github

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// quoted says what GitHub says, in its own words: it mostly knows better than
// slipway what is wrong. A permission is named only where GitHub says that one is
// missing; the header that names it comes with other refusals too (docs:
// "Troubleshooting the REST API", insufficient permissions).
func (r *refusal) quoted() string {
	text := strings.TrimSuffix(r.text, ".")
	if needed := r.permission(); needed != "" {
		return fmt.Sprintf("GitHub refused: %s. The permission that is missing: %s", text, needed)
	}
	switch {
	case text == "" && r.wantsSSO():
		return "GitHub wants slipway's token to be authorized for the organization's single sign-on"
	case text == "":
		return fmt.Sprintf("GitHub refused, and does not say why (%d %s)", r.status, http.StatusText(r.status))
	}
	return "GitHub refused: " + text
}

func (r *refusal) wantsSSO() bool {
	return strings.HasPrefix(r.header.Get("X-GitHub-SSO"), "required")
}

// permission is the permission that GitHub misses; empty if it misses none.
func (r *refusal) permission() string {
	if !r.speaks("resource not accessible") {
		return ""
	}
	return clean(r.header.Get("X-Accepted-GitHub-Permissions"), maxQuoted)
}

// speaks says whether GitHub's words hold one of these.
func (r *refusal) speaks(words ...string) bool {
	text := strings.ToLower(r.text)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// saysActionsOff says that GitHub starts nothing in the repository at all.
func (r *refusal) saysActionsOff() bool {
	return r.speaks("actions has been disabled", "actions have been disabled", "actions is disabled", "actions are disabled", "actions is not enabled", "actions disabled")
}

// mendOf says what helps against a refusal. What is not known gets no guess, but
// where to look.
func mendOf(r *refusal) string {
	switch {
	case r.wantsSSO(), r.speaks("saml"):
		return "Open the token's settings at GitHub and choose Configure SSO."
	case r.speaks("ip allow list", "ip address"):
		return "An owner of the organization can add the address of the machine that slipway runs on to its IP allow list."
	case r.speaks("archived", "read-only"):
		return "Unarchive the repository in its settings at GitHub, or take its service out of slipway.yaml."
	case r.speaks("resource not accessible by integration"):
		return "Grant it to the GitHub App, accept the change where the App is installed, and check that the installation may use the repository."
	case r.speaks("resource not accessible by personal access token") && r.speaksOfChecks():
		return mendForChecks
	case r.speaks("resource not accessible"):
		return "Grant it to the token, and check that the repository is among those it may use."
	case r.saysActionsOff():
		return "Switch GitHub Actions on, in the settings of the repository or of the organization, under Actions, General."
	case r.speaks("must have admin rights", "must have push access", "must have write access"):
		return "The account whose token slipway uses needs write access to the repository."
	case r.speaks("forbids access via"):
		return "The organization decides which tokens it lets in: use a GitHub App, or a token of a kind that it allows."
	case r.speaks("suspended"):
		return "Only GitHub's support, or whoever suspended it, can lift that."
	}
	return "Look the repository up at GitHub with the account that slipway uses; `slipway doctor` checks what slipway needs there."
}

// mendForChecks: GitHub has no permission for check runs that a fine-grained
// personal token could be given.
const mendForChecks = "A fine-grained personal token cannot read the checks of a private repository, whatever it is granted. " +
	"Use a GitHub App with Checks read, or a classic token with the scope `repo`."

// speaksOfChecks says whether what was refused is the reading of checks.
func (r *refusal) speaksOfChecks() bool {
	return strings.Contains(r.path, "/check-runs") || strings.Contains(r.path, "/check-suites") || strings.Contains(r.permission(), "checks=")
}

// explainWorkflow explains what GitHub answers of a workflow. It knows only those
// whose file is on the default branch.
func explainWorkflow(op, repo, workflow string, err error) error {
	explained := explain(op, "GitHub shows slipway no workflow "+workflow+" in "+repo, err)
	refused := refusalOf(err)
	e, is := errors.AsType[*bot.Error](explained)
	if is && refused != nil && refused.status == http.StatusNotFound {
		e.Mend = "GitHub knows a workflow, and starts it, only if its file is on the default branch, whatever branch is run: add " + workflow + " there. " + e.Mend
	}
	return explained
}
