package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// If a channel has a service of its own, commands that name none are about that one.
// The name of a command or a service keeps its meaning, and so does "all": what was
// typed always beats where it was typed.

// here adds the channel's own service to words that name none.
func (c *Commands) here(v verb, r request) request {
	usual, has := c.catalog.DefaultIn(r.Reply.Channel)
	if !has || v.ofService == noService || v.ofService == oneIfSpoken && r.text == "" {
		return r
	}
	word, _ := r.text.Word()
	first, _, _ := strings.Cut(word, ",") // of several services
	if _, isService := c.catalog.Named(first); isService || first == all || isPage(word) {
		return r
	}
	r.text = grammar.Text(strings.TrimSpace(usual.Service + " " + string(r.text)))
	r.assumed = usual.Service
	return r
}

// isPage says whether a word is the number of a page; no ref is.
func isPage(word string) bool {
	return word != "" && len(word) < 4 && strings.Trim(word, "0123456789") == ""
}

// placeHere is the environment that belongs to a channel and a service; empty: none.
func (c *Commands) placeHere(r request, s catalog.Service) string {
	if usual, has := c.catalog.DefaultIn(r.Reply.Channel); has && usual.Service == s.Name {
		return usual.Environment
	}
	return ""
}

// saysAssumed is the note on which service was assumed, if the words named none.
func (r request) saysAssumed() []string {
	if r.assumed == "" {
		return nil
	}
	return []string{fmt.Sprintf("No service was named, so it is `%s`, as always in this channel.", r.assumed)}
}

// mistaken refuses a ref that does not exist, if its service was assumed from the
// channel: the word may be a misspelt service or command.
func (c *Commands) mistaken(ctx context.Context, r request, d bot.Draft) error {
	if r.assumed == "" || d.Ref == "" {
		return nil
	}
	err := c.exists(ctx, d)
	problem, refused := errors.AsType[*problemError](err)
	if !refused {
		return err
	}
	problem.problem.Understood = fmt.Sprintf("Deploy `%s` of `%s`, the service of this channel: the word is the name of no command and of no service.", clip(d.Ref), r.assumed)
	if near, found := nearest(lower(d.Ref), append(c.verbNames(), c.catalog.ServiceNames()...)); found {
		if _, isVerb := c.verb(near); isVerb {
			return problem.near(c.typed(r.Invocation, near))
		}
		return problem.near(c.typed(r.Invocation, "deploy", near))
	}
	return problem
}
