package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// findNamed reads the run that somebody says is the release's. They may be mistaken, or
// want another commit to pass for the approved one. So everything that can be compared
// must fit, and if the file names runs by the run key, the name must show it. A run
// about which nothing can be compared proves nothing.
func (e *Engine) findNamed(ctx context.Context, r bot.Release, id int64) (bot.Event, error) {
	owner, taken, err := e.ports.Owners.ReleaseOfRun(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case taken && owner != r.ID:
		return another(id, "is that of "+owner, r), nil
	}
	found, err := e.ports.Runs.NamedRun(ctx, e.namedQuery(r, id))
	switch kind := bot.KindOf(err); {
	case kind == bot.NotFound || kind == bot.Invalid:
		says, mend := bot.ForPeople(err)
		return bot.RunIsAnothers{Says: strings.TrimSpace(says + ". " + mend)}, nil
	case err != nil:
		return nil, err
	case found.RunKey != "":
		e.rememberRun(ctx, r, found.Run)
		return bot.RunFound{Run: found.Run}, nil
	}
	showsKey, err := e.ports.Workflows.ShowsKey(ctx, r, found.Run.HeadSHA)
	switch {
	case err != nil:
		return nil, err
	case showsKey:
		return another(id, "shows no run key, and the runs of its workflow do", r), nil
	case r.Seconded(id):
		e.rememberRun(ctx, r, found.Run)
	}
	return bot.RunKeyless{Run: found.Run}, nil
}

func another(id int64, why string, r bot.Release) bot.Event {
	return bot.RunIsAnothers{Says: fmt.Sprintf("Run %d %s. Name the run of %s.", id, why, r.ID)}
}

func (e *Engine) namedQuery(r bot.Release, id int64) bot.RunQuery {
	q := r.RunQuery()
	q.ID, q.SHA, q.Environment = id, r.SHA(), r.Target.Environment
	service, _ := e.catalog.Service(r.Target.Service)
	q.Elsewhere = slices.DeleteFunc(service.EnvironmentNames(), func(name string) bool { return name == q.Environment })
	return q
}
