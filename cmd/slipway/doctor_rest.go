package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/state"
)

// configFindings looks at the configuration itself.
func configFindings(path string, declared *catalog.Catalog, unset catalog.Faults) []doctor.Finding {
	c := doctor.Config{Services: len(declared.Services), OpenEnv: othersMayRead(envBeside(path))}
	for _, f := range unset {
		c.Unset = append(c.Unset, doctor.Unset{Place: f.Path, Variable: f.Unset})
	}
	if declared.GitHub.App != nil && declared.GitHub.App.PrivateKeyFile != "" {
		if _, err := newGitHub(declared.GitHub, nil, slog.New(slog.DiscardHandler)); err != nil {
			c.Key = strings.TrimPrefix(err.Error(), "read the GitHub App's private key: ")
		}
		c.OpenKey = othersMayRead(declared.GitHub.App.PrivateKeyFile)
	}
	return c.Findings()
}

// othersMayRead says that a file is there which is not for its owner alone.
func othersMayRead(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().Perm()&0o077 != 0
}

// secretsOf are the secrets of the configuration, to be kept out of what is shown.
func secretsOf(declared *catalog.Catalog) []string {
	all := append([]catalog.Secret{declared.Slack.BotToken, declared.Slack.AppToken, declared.GitHub.Token, declared.GitHub.WebhookSecret}, declared.Slack.SigningSecrets...)
	for _, hook := range declared.Webhooks {
		all = append(all, hook.URL, hook.Secret)
	}
	secrets := revealed(append(all, declared.GitHub.StateKeys...))
	for _, once := range declared.Sources {
		secrets = slices.AppendSeq(secrets, maps.Values(once.Secrets.Reveal()))
	}
	for _, service := range declared.Services {
		for _, env := range service.Environments {
			for _, kept := range []map[string]catalog.Secrets{env.Health.Secrets, env.WorldSecrets} {
				for _, hidden := range kept {
					secrets = slices.AppendSeq(secrets, maps.Values(hidden.Reveal()))
				}
			}
		}
	}
	// Whatever go-redis makes of the rest of it, for one server, a cluster or Sentinel.
	if address, err := url.Parse(declared.Redis.URL.Reveal()); err == nil {
		password, _ := address.User.Password()
		secrets = append(secrets, password)
	}
	return secrets
}

// unusable says why nothing can be kept in a folder, which need not be there yet; it
// makes nothing to find out. Empty: it can.
func unusable(folder string) string {
	for at := filepath.Clean(folder); ; at = filepath.Dir(at) {
		info, err := os.Stat(at) //nolint:gosec // whoever set slipway up names it, and it is only looked at
		switch {
		case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
			if at == filepath.Dir(at) {
				return at + " is not there"
			}
		case err != nil:
			return at + " cannot be looked at"
		case !info.IsDir():
			return at + " is a file"
		case syscall.Access(at, mayWrite) != nil:
			return "slipway may not write to " + at
		default:
			return ""
		}
	}
}

// mayWrite is W_OK of access(2).
const mayWrite = 2

// redisFindings asks Redis how it is, and what slipway remembers there.
func redisFindings(ctx context.Context, declared *catalog.Catalog) []doctor.Finding {
	r := doctor.Redis{WaitReplicas: declared.Redis.WaitReplicas}
	at := *declared
	if declared.Redis.Mode == catalog.RedisEmbedded {
		if r.NoFolder = unusable(at.Redis.DataDir); r.NoFolder != "" {
			return r.Findings()
		}
		if r.Err = joinEmbedded(&at); r.Err == nil && at.Redis.Mode == catalog.RedisEmbedded {
			_, err := exec.LookPath("redis-server")
			r.Asleep, r.NoProgram = true, err != nil
			return r.Findings()
		}
	}
	if r.Err != nil {
		return r.Findings()
	}
	if !at.Redis.URL.IsSet() {
		return nil // what is missing is said of the configuration
	}
	quiet := slog.New(slog.DiscardHandler)
	redis.SetLogger(redisLog{quiet})
	store, err := state.Open(ctx, state.Options{URL: at.Redis.URL.Reveal(), Mode: state.Mode(at.Redis.Mode), WaitReplicas: at.Redis.WaitReplicas}, quiet)
	if err != nil {
		r.Err = err
		return r.Findings()
	}
	defer func() { _ = store.Close() }() // nothing is left to be lost
	return each(ctx, []check{
		{"redis", "", func(ctx context.Context) []doctor.Finding { return serverFindings(ctx, store, r) }},
		{"slack-messages-tab", "", func(ctx context.Context) []doctor.Finding {
			troubles, err := store.Troubles(ctx)
			if err != nil {
				return []doctor.Finding{doctor.Unknown("slack-messages-tab", err)}
			}
			return doctor.Troubles(slices.DeleteFunc(troubles, func(t bot.Trouble) bool {
				return t.Kind == bot.ChannelMoved && !declared.NamesChannel(t.Channel) // the file is corrected
			}))
		}},
		{"github-webhooks", "", func(ctx context.Context) []doctor.Finding { return seenFindings(ctx, declared, store) }},
	})
}

// serverFindings asks a Redis that answers how it is.
func serverFindings(ctx context.Context, store *state.Store, r doctor.Redis) []doctor.Finding {
	if r.Forbidden, r.Unknown, r.Err = store.Forbidden(ctx); r.Err != nil {
		return r.Findings()
	}
	if r.Unserved, r.Err = store.Unserved(ctx); r.Err != nil {
		return r.Findings()
	}
	var servers []state.ServerState
	servers, r.Err = store.Examine(ctx)
	for _, s := range servers {
		r.Masters = append(r.Masters, doctor.Master{
			Version: s.Version, Told: s.Told, AppendOnly: s.AppendOnly, Policy: s.Policy, MinReplicas: s.MinReplicas, Replicas: s.Replicas, Off: s.Ahead,
			Saves: s.Saves, Sync: s.Sync, Used: s.Used, Limit: s.Limit, Address: s.Address, Err: s.Err,
		})
	}
	return r.Findings()
}

// seenFindings looks at what slipway itself has received.
func seenFindings(ctx context.Context, declared *catalog.Catalog, store *state.Store) []doctor.Finding {
	heard, err := store.LastSeen(ctx)
	if err != nil {
		return []doctor.Finding{doctor.Unknown("github-webhooks", err)}
	}
	now, err := store.Now(ctx)
	if err != nil {
		return []doctor.Finding{doctor.Unknown("github-webhooks", err)}
	}
	var found []doctor.Finding
	found = append(found, doctor.Requests{
		Any: heard[seenSlack], Command: heard[seenCommand], Name: declared.Slack.Commands.Deploy, Socket: declared.Slack.Mode == catalog.SlackSocket,
	}.Findings(now)...)
	runs, err := lastRuns(ctx, declared, store)
	if err != nil {
		return append(found, doctor.Unknown("github-webhooks", err))
	}
	for _, repo := range reposOf(declared) {
		w := doctor.Webhooks{Repo: repo, On: declared.GitHub.WebhookSecret.IsSet(), Last: heard[seenOf(repo)], Run: runs[strings.ToLower(repo)]}
		found = append(found, w.Finding(now))
		if !w.On {
			break // and so for all
		}
	}
	return found
}

// lastRuns is when the run of what is live began last, by repository.
func lastRuns(ctx context.Context, declared *catalog.Catalog, store *state.Store) (map[string]time.Time, error) {
	var targets []bot.Target
	repos := map[string]string{}
	for _, service := range declared.Services {
		repos[service.Name] = strings.ToLower(service.Repo.String())
		for _, env := range service.Environments {
			targets = append(targets, bot.Target{Service: service.Name, Environment: env.Name})
		}
	}
	states, err := store.Targets(ctx, targets)
	if err != nil {
		return nil, err
	}
	last := map[string]time.Time{}
	for _, s := range states {
		if s.Current == nil || s.Current.Run.StartedAt.IsZero() {
			continue
		}
		if repo := repos[s.Target.Service]; s.Current.Run.StartedAt.After(last[repo]) {
			last[repo] = s.Current.Run.StartedAt
		}
	}
	return last, nil
}

// probeFindings asks once every probe that only reads.
func probeFindings(ctx context.Context, declared *catalog.Catalog) []doctor.Finding {
	asking, err := openReading(declared)
	if err != nil {
		return []doctor.Finding{doctor.Unknown("probes", err)}
	}
	var checks []check
	for _, service := range declared.Services {
		for _, env := range service.Environments {
			target := bot.Target{Service: service.Name, Environment: env.Name}
			for _, probe := range env.Health.Probes {
				from, reads := asking[probe.Source]
				if !reads {
					continue
				}
				checks = append(checks, check{"probes", probe.Name + " of " + target.Path(), func(ctx context.Context) []doctor.Finding {
					sample := from.Ask(ctx, bot.Question{Probe: withoutVersion(probe), Target: target})
					sample.Probe = probe.Name
					return []doctor.Finding{doctor.Probe(service.Name+" in "+env.Name, sample)}
				}})
			}
		}
	}
	return each(ctx, checks)
}

// withoutVersion is a probe that does not ask which commit is live: nothing was
// released.
func withoutVersion(p bot.Probe) bot.Probe {
	p.Settings = slices.DeleteFunc(slices.Clone(p.Settings), func(s bot.Setting) bool { return s.Key == "version" })
	return p
}
