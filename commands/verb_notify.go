package commands

import (
	"context"
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// Subscriptions records who wants to be told of their own changes.
type Subscriptions interface {
	// Subscribe records that somebody wants to, Unsubscribe that they no longer do,
	// each once a key. A repeat is not new, and changes nothing.
	Subscribe(ctx context.Context, account, key string) (isNew bool, err error)
	Unsubscribe(ctx context.Context, account, key string) (isNew bool, err error)
	// Subscribed gives those of the accounts that want to.
	Subscribed(ctx context.Context, accounts []string) ([]string, error)
}

// The words of notify.
const (
	notifyMe      = "me"
	notifyNothing = "nothing"
)

func notifyVerb(c *Commands) verb {
	notify := c.slash("notify")
	return verb{run: c.notify, who: bot.AnyMember, bound: "their own messages alone", help: bot.VerbHelp{
		Verb:     "notify",
		Usage:    []string{notify + " me", notify + " nothing"},
		Summary:  "Has slipway write to you when a change of yours is live, or was taken back; or no longer.",
		Examples: []string{notify + " me", notify + " nothing"},
	}}
}

func (c *Commands) notify(ctx context.Context, r request) (bot.Answer, error) {
	line, err := r.text.Line()
	if err != nil {
		return nil, err
	}
	if err := line.Only(); err != nil {
		return nil, err
	}
	switch strings.ToLower(strings.Join(line.Words, " ")) {
	case notifyMe, "on", "yes", "start":
		return c.notifyMe(ctx, r)
	case notifyNothing, "off", "no", "none", "stop", "me nothing", "me off":
		return c.notifyNothing(ctx, r)
	case "":
		return c.notified(ctx, r)
	}
	return nil, &grammar.UsageError{Says: fmt.Sprintf("`%s` is nothing that you can be told of.", clip(strings.Join(line.Words, " "))), Mend: "Say me or nothing."}
}

func (c *Commands) notifyMe(ctx context.Context, r request) (bot.Answer, error) {
	person, known := c.catalog.PersonByChat(r.By.ID)
	if !known || person.GitHub == "" {
		return nil, refuse("slipway does not know which changes are yours: your account at GitHub is not in slipway.yaml.",
			"Ask whoever looks after slipway to add you to `people` there, with `slack` and `github`.")
	}
	isNew, err := c.subscriptions.Subscribe(ctx, r.By.ID, r.Key)
	switch {
	case err != nil:
		return nil, err
	case !isNew:
		return c.notified(ctx, r)
	}
	return bot.Done{Says: fmt.Sprintf("slipway writes to you when a change of %s is live, or was taken back. `%s` ends that.",
		person.GitHub, c.typed(r.Invocation, "notify", notifyNothing))}, nil
}

func (c *Commands) notifyNothing(ctx context.Context, r request) (bot.Answer, error) {
	isNew, err := c.subscriptions.Unsubscribe(ctx, r.By.ID, r.Key)
	switch {
	case err != nil:
		return nil, err
	case !isNew:
		return c.notified(ctx, r)
	}
	return bot.Done{Says: "You are not written to about your changes any more. `" + c.typed(r.Invocation, "notify", notifyMe) + "` undoes that."}, nil
}

// notified says what holds now, also in answer to a repeat.
func (c *Commands) notified(ctx context.Context, r request) (bot.Answer, error) {
	among, err := c.subscriptions.Subscribed(ctx, []string{r.By.ID})
	if err != nil {
		return nil, err
	}
	me, nothing := c.typed(r.Invocation, "notify", notifyMe), c.typed(r.Invocation, "notify", notifyNothing)
	if len(among) > 0 {
		return bot.Done{Says: "slipway writes to you when a change of yours is live, or was taken back. `" + nothing + "` ends that."}, nil
	}
	return bot.Done{Says: "You are not written to about your changes. `" + me + "` has slipway write to you when one is live, or was taken back."}, nil
}
