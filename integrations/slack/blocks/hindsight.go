package blocks

import (
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// wasThisRight asks, under a verdict that had somebody look, what it was worth.
func wasThisRight(r bot.Release) []slack.Block {
	switch {
	case !r.HasVerdict():
		return nil
	case r.Verdict == bot.NotHealthy:
		return []slack.Block{section("Was this right?"), row(r, []bot.Action{bot.ActWasRight, bot.ActFalseAlarm}, nil)}
	case r.Verdict == bot.Inconclusive:
		return []slack.Block{
			section("Was this right? _Yes_: somebody had to look. _False Alarm_: the service was well. _Missed_: it was not well."),
			row(r, []bot.Action{bot.ActWasRight, bot.ActFalseAlarm, bot.ActMissed}, nil),
		}
	}
	return nil
}

// opinions are what people say of a verdict, on the card.
func opinions(r bot.Release) markup {
	says := markup("Was the verdict right?")
	said := map[bot.Hindsight]bool{}
	for _, h := range []bot.Hindsight{bot.WasRight, bot.FalseAlarm, bot.Missed} {
		var who []markup
		for _, o := range r.Opinions {
			if o.Says == h {
				who = append(who, named(o.By))
			}
		}
		if len(who) > 0 {
			said[h] = true
			verb := markup(", says ")
			if len(who) > 1 {
				verb = ", say "
			}
			says = join(" ", says, hindsightWord(h)+verb+series(who, 5)+".")
		}
	}
	switch len(said) {
	case 0:
		return ""
	case 1:
		return says
	}
	return join(" ", says, "They do not agree, so it counts neither way.")
}

// hindsightWord is what somebody says of a verdict, as an answer to whether it was
// right.
func hindsightWord(h bot.Hindsight) markup {
	switch h {
	case bot.WasRight:
		return "Yes"
	case bot.FalseAlarm:
		return "False alarm"
	case bot.Missed:
		return "No, it missed that the service was not well"
	}
	return "Something else"
}
