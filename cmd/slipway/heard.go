package main

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot/catalog"
)

const (
	// heardSlack is what Slack's requests are noted as.
	heardSlack = "slack"
	// heardEvery is how often the same is noted: slipway doctor asks about hours.
	heardEvery = time.Minute
	// heardWithin bounds one note.
	heardWithin = 5 * time.Second
)

// heardOf is what the webhooks of a repository are noted as.
func heardOf(repo string) string { return "github " + strings.ToLower(repo) }

// ears note when Slack and GitHub were heard last, so that slipway doctor can tell
// that nothing comes.
type ears struct {
	note  func(ctx context.Context, what string) error
	known map[string]bool // what is noted at all
	log   *slog.Logger

	mu   sync.Mutex
	last map[string]time.Time
}

// newEars notes Slack, and GitHub as far as it is about these repositories.
func newEars(note func(ctx context.Context, what string) error, repos []string, log *slog.Logger) *ears {
	e := &ears{note: note, known: map[string]bool{heardSlack: true}, log: log, last: map[string]time.Time{}}
	for _, repo := range repos {
		e.known[heardOf(repo)] = true
	}
	return e
}

// hear notes that something came. It keeps nobody waiting.
func (e *ears) hear(ctx context.Context, what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.known[what] || time.Since(e.last[what]) < heardEvery {
		return
	}
	e.last[what] = time.Now()
	ctx = context.WithoutCancel(ctx)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, heardWithin)
		defer cancel()
		if err := e.note(ctx, what); err != nil {
			e.log.Debug("it was not noted what came from outside", slog.String("what", what), slog.String("error", err.Error()))
		}
	}()
}

// hearing notes the requests that the next handler took.
func (e *ears) hearing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &answer{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		if r.Method == http.MethodPost && seen.status < http.StatusMultipleChoices {
			e.hear(r.Context(), heardSlack)
		}
	})
}

// reposOf are the repositories of all services, each once.
func reposOf(declared *catalog.Catalog) []string {
	var repos []string
	for _, service := range declared.Services {
		if repo := service.Repo.String(); !slices.Contains(repos, repo) {
			repos = append(repos, repo)
		}
	}
	return repos
}
