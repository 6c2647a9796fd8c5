package commands

import (
	"context"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// What people say instead of a verb's name, and what they leave out because it is plain
// from where they say it.

// said finds the verb that a phrase stands for, and what was said after it; false if it
// stands for none, or is the name of a service here.
func (c *Commands) said(word string, rest grammar.Text) (verb, grammar.Text, bool) {
	if _, isService := c.catalog.Named(word); isService {
		return verb{}, rest, false
	}
	name := ""
	switch word {
	case "ship":
		name = "deploy"
	case "revert":
		name = "rollback"
	case "where", "where's", "where’s":
		name, rest = "status", withoutAsking(rest)
	}
	v, found := c.verb(name)
	return v, rest, found
}

// withoutAsking removes question words: "where is api running now?" asks for the status
// of api.
func withoutAsking(text grammar.Text) grammar.Text {
	words := strings.Fields(strings.TrimRight(string(text), "?!. "))
	asking := []string{"is", "are", "does", "do", "the", "run", "runs", "running", "live", "now", "in", "on"}
	return grammar.Text(strings.Join(slices.DeleteFunc(words, func(word string) bool {
		return slices.Contains(asking, strings.ToLower(word))
	}), " "))
}

// inThread adds the release of a thread's card to words that name none. In other
// threads the words stay as they are, and the answer says what they lack.
func (c *Commands) inThread(ctx context.Context, r request) (request, error) {
	first, _ := r.text.Word()
	if bot.ValidReleaseID(first) {
		return r, nil
	}
	id, err := c.cardOf(ctx, r.Reply)
	if id != "" {
		r.text = grammar.Text(strings.TrimSpace(id + " " + string(r.text)))
	}
	return r, err
}

// cardOf is the release under way whose card a thread belongs to; empty: it is no
// card's.
func (c *Commands) cardOf(ctx context.Context, in bot.Reply) (string, error) {
	if in.Thread == "" {
		return "", nil
	}
	cards, err := c.under.CardsUnderWay(ctx)
	for id, card := range cards {
		if card == (bot.MessageRef{Channel: in.Channel, ID: in.Thread}) {
			return id, err
		}
	}
	return "", err
}
