package reconciler

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// An orphan is a run of slipway's whose release the store does not know: the release
// was forgotten when Redis came back from an older copy. It is never started again. Its
// number must not be given twice, people must hear of it, and while it goes on no other
// release of its service may start, since a list of runs does not tell which target it
// is for.
type orphan = bot.ListedRun

// findings are the runs of a service whose release the store does not know.
type findings struct {
	forgotten []orphan // newest first
	odd       []orphan // with an id that slipway cannot have given
}

// isFrom says whether a service is in slipway.yaml and its runs are those of the
// repository.
func (rc *Reconciler) isFrom(name, repo string) bool {
	service, declared := rc.catalog.Service(name)
	return declared && strings.EqualFold(service.Repo.String(), repo)
}

// believed tells forgotten releases from made-up ids, and makes sure that no forgotten
// id is given again. Anybody who may start the workflow can choose a run's name, so a
// number counts only near those that are known.
func (rc *Reconciler) believed(ctx context.Context, service string, unknown []orphan) (findings, error) {
	last, err := rc.ports.Numbers.LastNumber(ctx, service)
	if err != nil {
		return findings{}, err
	}
	numbers := map[string]int64{}
	for _, s := range unknown {
		id, _ := bot.ReleaseIDOf(s.RunKey)
		if _, n, ok := bot.ReleaseNumber(id); ok && n > 0 {
			numbers[s.RunKey] = n
		}
	}
	most := bot.BelievedNumber(last, slices.Collect(maps.Values(numbers)))
	var found findings
	var highest int64
	for _, s := range unknown {
		n, ok := numbers[s.RunKey]
		if !ok || n > most {
			found.odd = append(found.odd, s)
			continue
		}
		found.forgotten, highest = append(found.forgotten, s), max(highest, n)
	}
	if len(found.odd) > 0 {
		rc.log.Warn("runs at GitHub show ids that slipway never gave; they are passed over", slog.String("service", service), slog.Int("runs", len(found.odd)))
	}
	if len(found.forgotten) == 0 {
		return found, nil
	}
	rc.log.Warn("Redis has forgotten releases that ran at GitHub", slog.String("service", service), slog.Int("releases", len(found.forgotten)))
	_, err = rc.ports.Numbers.SkipIDs(ctx, service+"-"+strconv.FormatInt(highest, 10))
	return found, err
}

// found keeps the findings about a service.
func (l *epochs) found(service string, f findings) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.going == nil {
		l.going, l.untold = map[string][]orphan{}, map[string]findings{}
	}
	l.going[service] = slices.DeleteFunc(slices.Clone(f.forgotten), func(s orphan) bool { return s.Run.Status == bot.RunCompleted })
	if key := f.key(); key != "" && l.told[service] != key {
		l.untold[service] = f
	}
}

// key is the same for the same runs.
func (f findings) key() string {
	var keys []string
	for _, s := range append(slices.Clone(f.forgotten), f.odd...) {
		keys = append(keys, s.RunKey)
	}
	return strings.Join(keys, " ")
}

// orphanUnder says which orphan keeps the service's targets closed; empty: none.
func (rc *Reconciler) orphanUnder(ctx context.Context, r bot.Release) string {
	service := r.Target.Service
	rc.epochs.mu.Lock()
	going := slices.Clone(rc.epochs.going[service])
	rc.epochs.mu.Unlock()
	for _, s := range going {
		id, _ := bot.ReleaseIDOf(s.RunKey)
		run, err := rc.ports.Runs.ReadRun(ctx, s.Repo, s.Run.ID)
		switch {
		case bot.KindOf(err) == bot.NotFound, err == nil && run.Status == bot.RunCompleted:
			rc.epochs.over(service, s)
		case err != nil:
			return "the run of " + id + ", which Redis has forgotten, could not be read"
		default:
			return "the run of " + id + ", which Redis has forgotten, is still going at GitHub: " + run.URL
		}
	}
	return ""
}

// over drops an orphan whose run has ended.
func (l *epochs) over(service string, ended orphan) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.going[service] = slices.DeleteFunc(slices.Clone(l.going[service]), func(s orphan) bool { return s.RunKey == ended.RunKey })
}

// tellTogether is how many services are reported at a time.
const tellTogether = 20

// tellForgotten alerts about the forgotten releases, once for all replicas; what it says
// of several services goes together.
func (rc *Reconciler) tellForgotten(ctx context.Context) {
	rc.epochs.mu.Lock()
	untold := maps.Clone(rc.epochs.untold)
	rc.epochs.mu.Unlock()
	var g guard.Group
	g.SetLimit(tellTogether)
	for service, found := range untold {
		g.Go(func() error {
			rc.tellForgottenOf(ctx, service, found)
			return nil
		})
	}
	_ = g.Wait() // a panic goes on, and there is no error
}

func (rc *Reconciler) tellForgottenOf(ctx context.Context, service string, found findings) {
	_, _, err := rc.ports.Voice.PostOnce(ctx, bot.Message{
		Key:     found.message(service),
		Channel: rc.catalog.AlertChannel(service),
		Body:    bot.Forgotten{Service: service, Runs: found.forgotten, Odd: found.odd},
	})
	if err != nil {
		if bot.RetryAfter(err) == 0 {
			rc.log.Warn("it could not be said which releases Redis has forgotten", bot.ErrAttr(err))
		}
		return
	}
	rc.epochs.mu.Lock()
	defer rc.epochs.mu.Unlock()
	delete(rc.epochs.untold, service)
	if rc.epochs.told == nil {
		rc.epochs.told = map[string]string{}
	}
	rc.epochs.told[service] = found.key()
}

// message is the key of the message about the findings: the newest forgotten release,
// or the newest made-up id.
func (f findings) message(service string) bot.MessageKey {
	if len(f.forgotten) == 0 {
		return bot.MessageKey{Release: service, Kind: "alert_odd_" + f.odd[0].RunKey}
	}
	id, _ := bot.ReleaseIDOf(f.forgotten[0].RunKey)
	return bot.MessageKey{Release: id, Kind: "alert_forgotten"}
}
