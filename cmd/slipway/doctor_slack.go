package main

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/slack/manifest"
)

// peopleLookedUp is how many people of slipway.yaml are looked up: Slack answers some
// fifty such questions a minute.
const peopleLookedUp = 30

// slackFindings asks Slack. Without a good token it can tell nothing more.
func slackFindings(ctx context.Context, declared *catalog.Catalog) []doctor.Finding {
	found := doctor.Commands(commandNames(declared), manifest.Lint(appOf(declared)))
	if !declared.Slack.BotToken.IsSet() {
		return found // what is missing is said of the configuration
	}
	sender, err := slack.NewSender(slack.SenderOptions{Token: declared.Slack.BotToken.Reveal(), APIURL: declared.Slack.APIURL}, slog.New(slog.DiscardHandler))
	if err != nil {
		return append(found, doctor.Unknown("slack-token", err))
	}
	token := declared.Slack.BotToken.Reveal()
	asked := bounded(ctx, examineOne, sender.Standing)
	standing, err := asked.value, unreached(asked.err, "slack.api_url")
	if !standing.Clock.IsZero() {
		found = append(found, doctor.SlackClock(time.Until(standing.Clock))...)
	}
	found = append(doctor.SlackToken{
		Err: err, Kind: strings.HasPrefix(token, "xoxb-"), Looks: cmp.Or(doctor.Looks(token), "it looks like none of Slack's"),
		Team: standing.Team, Name: standing.Name, Want: declared.Slack.Team,
	}.Findings(), found...)
	if declared.Slack.AppToken.IsSet() {
		found = append(found, each(ctx, []check{{"slack-app-token", "", func(ctx context.Context) []doctor.Finding {
			return appToken(ctx, sender, declared.Slack.AppToken.Reveal(), standing.Bot)
		}}})...)
	}
	if err != nil {
		return found
	}
	found = append(found, doctor.Scopes(standing.Scopes, neededScopes(declared))...)
	x := slackExam{sender, declared, slices.Contains(standing.Scopes, "chat:write.public")}
	return append(found, each(ctx, slices.Concat(x.channels(), x.groups(), []check{{"slack-people", "", x.people}}))...)
}

// appToken asks whether Slack opens connections for a token, and whose it is.
func appToken(ctx context.Context, sender *slack.Sender, token, botID string) []doctor.Finding {
	t := doctor.AppToken{Err: unreached(sender.OpensConnections(ctx, token), "slack.api_url"), App: slack.AppOfToken(token)}
	if !strings.HasPrefix(token, "xapp-") {
		t.Looks = cmp.Or(doctor.Looks(token), "it looks like none of Slack's")
	}
	if botID != "" && t.App != "" && t.Err == nil {
		t.Bot, _ = sender.AppOf(ctx, botID) // what keeps it from being read is said of the scopes
	}
	return t.Findings()
}

func commandNames(declared *catalog.Catalog) []string {
	names := declared.Slack.Commands
	return []string{names.Deploy, names.Rollback, names.Status}
}

func neededScopes(declared *catalog.Catalog) []doctor.Scope {
	names := manifest.Scopes(appOf(declared))
	var needed []doctor.Scope
	for _, scope := range manifest.AllScopes() {
		if slices.Contains(names, scope.Name) {
			needed = append(needed, doctor.Scope{Name: scope.Name, For: scope.For, Without: scope.Without})
		}
	}
	return needed
}

// slackExam asks what a good token lets it ask.
type slackExam struct {
	sender   *slack.Sender
	declared *catalog.Catalog
	// everywhere says that slipway may post in public channels that it is not in.
	everywhere bool
}

// channels has a check for each channel that slipway is to post in.
func (x slackExam) channels() []check {
	var ids []string
	uses := map[string][]string{}
	use := func(id, what string) {
		if id == "" {
			return
		}
		if uses[id] == nil {
			ids = append(ids, id)
		}
		uses[id] = append(uses[id], what)
	}
	use(x.declared.Slack.Alerts, "alerts")
	for _, service := range x.declared.Services {
		use(service.Channel, service.Name)
	}
	for _, rule := range x.declared.Notify {
		for _, to := range rule.To {
			if to.Kind == bot.ToChannel {
				use(to.ID, "notify")
			}
		}
	}
	checks := make([]check, 0, len(ids))
	for _, id := range ids {
		checks = append(checks, check{"slack-channels", id, func(ctx context.Context) []doctor.Finding {
			c, err := x.sender.Channel(ctx, id)
			return []doctor.Finding{doctor.Channel{
				ID: id, Name: c.Name, For: few(uses[id]), Err: err, Archived: c.Archived, Member: c.Member || x.everywhere && !c.Private,
			}.Finding()}
		}})
	}
	return checks
}

// few names the first of many.
func few(names []string) string {
	const limit = 5
	if len(names) > limit {
		return strings.Join(names[:limit], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}

func (x slackExam) groups() []check {
	var checks []check
	for _, group := range x.declared.Groups {
		if group.SlackUsergroup == "" {
			continue
		}
		checks = append(checks, check{"slack-groups", group.Name, func(ctx context.Context) []doctor.Finding {
			members, err := x.sender.GroupMembers(ctx, group.SlackUsergroup)
			return []doctor.Finding{doctor.Group{Name: group.Name, ID: group.SlackUsergroup, Members: len(members), Err: err}.Finding()}
		}})
	}
	return checks
}

// people looks up those whom slipway.yaml names, one after the other, so that Slack's
// limit is not met.
func (x slackExam) people(ctx context.Context) []doctor.Finding {
	accounts := slack.NewPeople(x.declared.Slack.Team, names(x.declared.People), x.sender)
	var all []doctor.Account
	for _, person := range x.declared.People[:min(len(x.declared.People), peopleLookedUp)] {
		full, err := accounts.FullMember(ctx, person.Slack)
		all = append(all, doctor.Account{Name: person.Name, ID: person.Slack, Full: full, Err: err})
		if err != nil && bot.KindOf(err) != bot.NotFound {
			break // the others would meet the same
		}
	}
	return doctor.People(all)
}
