package catalog

import (
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// linksShape accepts a table of pages, whose addresses may contain placeholders for the
// release.
func linksShape() shape {
	about := "The page. In its address {" + strings.Join(bot.LinkPlaceholders(), "}, {") +
		"} stand for the release that is looked at and for when it began and its watch ends."
	page := rule{words: webWords, pattern: webPattern, also: brokenPage}
	return tableOf(textOf(page, about), linkNameRule(), 10, "Pages that help whoever looks at the service.")
}

// brokenPage checks the address with its placeholders replaced: not every part of an
// address may contain a brace.
func brokenPage(address string) string {
	var filled strings.Builder
	for address != "" {
		before, behind, opened := strings.Cut(address, "{")
		filled.WriteString(before)
		if !opened {
			break
		}
		filled.WriteByte('0')
		_, address, _ = strings.Cut(behind, "}")
	}
	return brokenURL(filled.String())
}

// linksAgree refuses unknown placeholders. It does not quote what came from a ${NAME}.
func (c *checker) linksAgree(links *node) {
	known := bot.LinkPlaceholders()
	for _, e := range links.entries {
		for _, name := range (bot.Link{URL: e.value.str()}).Placeholders() {
			if !slices.Contains(known, name) {
				c.fault(e.value, c.noPlaceholder(name, e.value.written, known))
			}
		}
	}
}

func (c *checker) noPlaceholder(name, written string, known []string) string {
	message := "has braces around what is no placeholder"
	switch {
	case strings.HasPrefix(name, "{"):
		return "has a { that is not closed; a brace that begins no placeholder is written %7B"
	case strings.Contains(written, "{"+name):
		message = quote("{"+name+"}") + " is no placeholder that is known here"
	}
	if near, ok := c.nearest(name, known); ok {
		return message + "; did you mean {" + near + "}?"
	}
	return message + "; the placeholders are {" + strings.Join(known, "}, {") + "}, and a brace that begins none is written %7B"
}
