package httpprobe

import (
	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// The keys of this source's probes.
const (
	keyURL     = bot.FirstSource
	keyStatus  = "status"
	keyBody    = "body"
	keyVersion = bot.SettingVersion
	keyHeaders = "headers"
	keyJSON    = "json"
	keyPath    = "path"
	keyEquals  = "equals"
	keyMax     = "max"
	keyMin     = "min"
)

// Kind describes the probes of this source.
func Kind() catalog.Source {
	return catalog.Source{
		Name:  bot.FirstSource,
		Marks: []string{keyURL},
		Keys: []catalog.Key{
			{Name: keyURL, Shape: catalog.Address("The URL to request.")},
			{Name: keyStatus, Shape: catalog.Whole(100, 599, "The status that it must answer.").Or("200")},
			{Name: keyBody, Shape: catalog.Text("What must stand in the answer.", "text of at most 500 characters, on one line", `^[^\r\n]{1,500}$`)},
			{Name: keyVersion, Shape: catalog.Path("The dotted path, in the answer's JSON, of what must equal the released SHA. Until it does, the watch has not begun; after the release it is looked now and then whether it still does."), Watch: true},
			{Name: keyHeaders, Shape: catalog.Headers("Headers to send. Their values are secrets.")},
			{Name: keyJSON, Shape: catalog.Mapping("What is read of the answer's JSON. Without equals, max and min it is a number that is compared with what it was before.",
				catalog.Key{Name: keyPath, Shape: catalog.Path("Its dotted path, such as queue.length.")},
				catalog.Key{Name: keyEquals, Shape: catalog.Word("What it must be.")},
				catalog.Key{Name: keyMax, Shape: catalog.Decimal("The highest good value.")},
				catalog.Key{Name: keyMin, Shape: catalog.Decimal("The lowest good value.")},
			)},
		},
		Kind:   answers,
		Agrees: boundsFit,
	}
}

// answers is the kind of a probe's samples: numbers if it names one in the JSON without
// bounds, otherwise answers that are good or bad.
func answers(probe catalog.Said) bot.SampleKind {
	for _, bound := range []string{keyEquals, keyMin, keyMax} {
		if probe.Given(keyJSON, bound) {
			return bot.Answers
		}
	}
	if probe.Given(keyJSON) {
		return bot.Values
	}
	return bot.Answers
}

func boundsFit(probe, _ catalog.Said) []catalog.Misfit {
	low, high := probe.Decimal(keyJSON, keyMin), probe.Decimal(keyJSON, keyMax)
	if low != nil && high != nil && *low > *high {
		return []catalog.Misfit{{Key: keyJSON + "." + keyMin, Says: "is more than max, so that no answer could be good"}}
	}
	return nil
}
