package people

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/slipwayhq/slipway/bot/guard"
)

// rosters caches the members of groups that are kept elsewhere. Concurrent reads of one
// group share a request, and each caller waits as long as its context allows.
type rosters struct {
	reads singleflight.Group

	mu     sync.Mutex
	groups map[string]*roster
}

// roster is the members of a group as of the beginning of the last successful read. For
// what is only displayed, a failed read is also cached for a while, so that not every
// lookup waits for another.
type roster struct {
	at       time.Time
	accounts []string
	failed   error
	failedAt time.Time
}

// forget drops what is cached of a group; an empty name: of all groups. A read under
// way answers only those who wait for it already.
func (r *rosters) forget(group string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.groups {
		if group == "" || name == group {
			delete(r.groups, name)
			r.reads.Forget(name)
		}
	}
}

// holds says whether an account is in the group, from the cache if that is fresh enough
// and else from a read.
func (r *rosters) holds(ctx context.Context, group, account string, fresh time.Duration, read func(context.Context) ([]string, error)) (bool, error) {
	is, known, err := r.says(group, account, fresh)
	if known {
		return is, err
	}
	done := r.reads.DoChan(group, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), membersWithin)
		defer cancel()
		return r.read(ctx, group, read)
	})
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case result := <-done:
		accounts, _ := result.Val.([]string)
		return among(accounts, account), result.Err
	}
}

// says answers from the cache; known is false if that does not suffice.
func (r *rosters) says(group, account string, fresh time.Duration) (is, known bool, err error) {
	again, shown := membersAgain, fresh > membersFresh
	if shown {
		again = fresh
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	of := r.of(group)
	switch {
	case time.Since(of.at) < fresh && among(of.accounts, account):
		return true, true, nil
	case time.Since(of.at) < again:
		return false, true, nil
	case shown && time.Since(of.failedAt) < membersFresh:
		return false, true, of.failed
	}
	return false, false, nil
}

// read reads a group and caches the answer, unless the group was forgotten meanwhile.
func (r *rosters) read(ctx context.Context, group string, read func(context.Context) ([]string, error)) ([]string, error) {
	r.mu.Lock()
	of := r.of(group)
	r.mu.Unlock()
	began := time.Now()
	var accounts []string
	err := guard.Do(func() (err error) { // a panic must not end whoever else waits
		accounts, err = read(ctx)
		return err
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		of.failed, of.failedAt = err, time.Now()
		return nil, err
	}
	of.at, of.accounts = began, accounts
	return accounts, nil
}

func (r *rosters) of(group string) *roster {
	if r.groups == nil {
		r.groups = map[string]*roster{}
	}
	if r.groups[group] == nil {
		r.groups[group] = &roster{}
	}
	return r.groups[group]
}

func among(accounts []string, account string) bool {
	return slices.ContainsFunc(accounts, func(a string) bool { return strings.EqualFold(a, account) })
}
