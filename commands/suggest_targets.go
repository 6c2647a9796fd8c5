package commands

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Targets suggests targets to somebody who types into the field of a form, the most
// probable first. Before anything is typed it returns all, in the order of
// slipway.yaml.
func (c *Commands) Targets(t bot.Typing) []bot.Target {
	if t.Guest {
		return nil
	}
	type ranked struct {
		target bot.Target
		rank   int
	}
	var found []ranked
	words := placeWords(t.Text)
	for _, service := range c.catalog.Services {
		for _, environment := range environmentsFirst(service) {
			if rank, fits := fitPlace(service, environment, words); fits {
				found = append(found, ranked{bot.Target{Service: service.Name, Environment: environment}, rank})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	targets := make([]bot.Target, len(found))
	for i, f := range found {
		targets[i] = f.target
	}
	return targets
}

// maxPlaceWords is how many of the typed words are taken into account.
const maxPlaceWords = 8

// placeWords splits a target as people write it: "api production", "api → production",
// "api/production", "api to production".
func placeWords(text string) []string {
	words := strings.FieldsFunc(lower(text), func(r rune) bool {
		return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	words = words[:min(len(words), maxPlaceWords)]
	return slices.DeleteFunc(words, func(word string) bool {
		return strings.Trim(word, "-") == "" || word == "to" && len(words) > 1
	})
}

// fitPlace ranks how well a target matches the words; lower is better. Each word has to
// be part of one of its names.
func fitPlace(s catalog.Service, environment string, words []string) (rank int, fits bool) {
	for _, word := range words {
		best := min(fitName(s.Name, word), fitName(environment, word))
		if slices.Contains(s.Aliases, word) {
			best = 0
		}
		if place, known := s.EnvironmentNamed(word); known && place == environment {
			best = 0
		}
		if best == noFit {
			return 0, false
		}
		rank += best
	}
	return rank, true
}

const noFit = 3

func fitName(name, word string) int {
	switch {
	case name == word:
		return 0
	case strings.HasPrefix(name, word):
		return 1
	case strings.Contains(name, word):
		return 2
	}
	return noFit
}
