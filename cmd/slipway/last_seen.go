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
	// seenSlack is what Slack's requests are noted as.
	seenSlack = "slack"
	// seenCommand is what slash commands among them are noted as.
	seenCommand = "slack command"
	// noteEvery is how often the same is noted: slipway doctor asks about hours.
	noteEvery = time.Minute
	// noteWithin bounds one note.
	noteWithin = 5 * time.Second
)

// seenOf is what the webhooks of a repository are noted as.
func seenOf(repo string) string { return "github " + strings.ToLower(repo) }

// lastSeen note when Slack and GitHub were heard last, so that slipway doctor can tell
// that nothing comes.
type lastSeen struct {
	note  func(ctx context.Context, what string) error
	known map[string]bool // what is noted at all
	log   *slog.Logger

	mu   sync.Mutex
	last map[string]time.Time
}

// newLastSeen notes Slack, and GitHub as far as it is about these repositories.
func newLastSeen(note func(ctx context.Context, what string) error, repos []string, log *slog.Logger) *lastSeen {
	e := &lastSeen{note: note, known: map[string]bool{seenSlack: true, seenCommand: true}, log: log, last: map[string]time.Time{}}
	for _, repo := range repos {
		e.known[seenOf(repo)] = true
	}
	return e
}

// saw notes that something came. It keeps nobody waiting.
func (e *lastSeen) saw(ctx context.Context, what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.known[what] || time.Since(e.last[what]) < noteEvery {
		return
	}
	e.last[what] = time.Now()
	ctx = context.WithoutCancel(ctx)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, noteWithin)
		defer cancel()
		if err := e.note(ctx, what); err != nil {
			e.log.Debug("it was not noted what came from outside", slog.String("what", what), slog.String("error", err.Error()))
		}
	}()
}

// noting notes the requests that the next handler took.
func (e *lastSeen) noting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &answer{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		if r.Method == http.MethodPost && seen.status < http.StatusMultipleChoices {
			e.saw(r.Context(), seenSlack)
			if r.URL.Path == "/slack/commands" {
				e.saw(r.Context(), seenCommand)
			}
		}
	})
}

// envelope notes what came over a connection to Slack.
func (e *lastSeen) envelope(ctx context.Context, kind string) {
	e.saw(ctx, seenSlack)
	if kind == "slash_commands" {
		e.saw(ctx, seenCommand)
	}
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
