package blocks_test

import (
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// besideNotes are what is said out loud of deployments and versions that came past slipway.
func besideNotes() map[string]bot.Body {
	held := func(b bot.Beside, gone bool, who ...string) bot.Held {
		b.At, b.Came = after(0), bot.MayHaveCome
		d := bot.Doubt{Target: bot.Target{Service: "api", Environment: "production"}, About: "beside", Of: b.Of, Says: b.Says(time.Time{}), Beside: b}
		if gone {
			d.Looked.At, d.Beside.Came = after(0), bot.NeverCame
		}
		return bot.Held{Doubts: []bot.Doubt{d}, Who: who, Typed: "/deploy looked api production"}
	}
	told := func(b bot.Beside, came bot.Arrival) bot.Note {
		b.At, b.Came = after(0), came
		entry := bot.Release{ID: "api-143", Kind: bot.Adopt, Phase: bot.Succeeded, Target: bot.Target{Service: "api", Environment: "production"}, Requester: bot.Person{Name: b.Who}, Beside: b}
		return bot.Note{News: bot.NoteOutcome{Outcome: bot.OutcomeOutOfBand, At: after(0)}, Release: entry, Links: links()}
	}
	return map[string]bot.Body{
		"told":               told(deployedByMona(), bot.MayHaveCome),
		"told_overtaken":     told(deployedByMona(), bot.NeverCame),
		"told_version":       told(otherVersion("<!channel> *dev*"), bot.MayHaveCome),
		"told_together":      bot.Digest{Notes: []bot.Note{told(deployedByMona(), bot.MayHaveCome), told(otherVersion("d00dfeed1234"), bot.MayHaveCome)}},
		"deployment":         held(deployedByMona(), false),
		"deployment_over":    held(deployedByMona(), true),
		"deployment_nobodys": held(bot.Beside{What: bot.BesideDeployment, Of: "prod"}, false),
		"version":            held(otherVersion("d00dfeed1234"), false, "sre"),
		"version_odd":        held(otherVersion("<!channel> *dev*"), false),
		"version_gone":       held(otherVersion("d00dfeed1234"), true),
	}
}

// besideAnswers are where they stand afterwards.
func besideAnswers() map[string]bot.Answer {
	var rows []bot.BoardRow
	var history []bot.Past
	var suspects []bot.Suspect
	for _, b := range []bot.Beside{deployedByMona(), otherVersion("d00dfeed1234"), otherVersion("<!channel>")} {
		b.At, b.Came = after(0), bot.MayHaveCome
		entry := bot.Release{ID: "api-143", Kind: bot.Adopt, Phase: bot.Succeeded, Target: bot.Target{Service: "api", Environment: "production"}, Beside: b}
		rows = append(rows, bot.BoardRow{State: bot.TargetState{Target: entry.Target, Current: &entry, Sure: &bot.Past{Release: "api-142", SHA: strings.Repeat("a", 40)}}})
		suspects = append(suspects, bot.Suspect{Change: bot.Change{
			Target: entry.Target, Past: bot.Past{Release: entry.ID, Kind: bot.Adopt, Phase: bot.Succeeded, Beside: b, At: after(0)}, Last: &entry,
		}, Why: []bot.Suspicion{bot.SuspectOutOfBand}})
		gone := b
		gone.Came = bot.NeverCame
		for _, b := range []bot.Beside{b, gone} {
			history = append(history, bot.Past{Release: "api-143", Kind: bot.Adopt, Phase: bot.Succeeded, Beside: b, At: after(0)})
		}
	}
	return map[string]bot.Answer{
		"board":    bot.Board{Now: after(time.Hour), Rows: rows},
		"incident": bot.IncidentView{Now: after(time.Minute), Since: after(-time.Hour), Suspects: suspects},
		"history":  bot.HistoryView{Now: after(time.Hour), Target: bot.Target{Service: "api", Environment: "production"}, Past: history},
	}
}

func deployedByMona() bot.Beside {
	return bot.Beside{What: bot.BesideDeployment, Who: "mona", Of: "prod", SHA: "d00dfeed1234", URL: "https://ci.example.com/7", Unsure: true}
}

func otherVersion(version string) bot.Beside {
	return bot.Beside{What: bot.BesideVersion, Of: version, SHA: bot.CommitOf(version)}
}
