package github_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func named(refs []bot.KnownRef, kind bot.RefKind, name string) (bot.KnownRef, bool) {
	i := slices.IndexFunc(refs, func(r bot.KnownRef) bool { return r.Kind == kind && r.Name == name })
	if i < 0 {
		return bot.KnownRef{}, false
	}
	return refs[i], true
}

// TestRefs lists what there is of every kind, and asks for each by what can mean
// nothing else.
func TestRefs(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	greeting := r.repo.Commit("main", githubsim.CommitSpec{Message: "Greet people", Name: "Cleo"})
	topic := r.repo.Commit("topic", githubsim.CommitSpec{Message: "Try it"})
	if !r.repo.Join(topic, githubsim.PullSpec{Number: 7, Title: "Try it out", Open: true}) || !r.repo.Join(greeting, githubsim.PullSpec{Number: 6, Title: "Greet"}) {
		t.Fatal("the pull requests cannot be made")
	}
	for _, name := range []string{"v1", "topic"} {
		if !r.repo.Tag(name, r.first) {
			t.Fatal("the tag cannot be made")
		}
	}
	if !r.repo.SetBranch("#12", "main") {
		t.Fatal("the branch cannot be made")
	}
	refs, err := r.client.Refs(t.Context(), repoName, "")
	check(t, err)
	for _, want := range []struct {
		kind      bot.RefKind
		name, ask string
		sha       string
	}{
		{bot.RefBranch, "main", "main", greeting},
		{bot.RefBranch, "#12", "refs/heads/#12", greeting},
		{bot.RefBranch, "topic", "topic", topic},
		{bot.RefTag, "topic", "refs/tags/topic", r.first},
		{bot.RefTag, "v1", "v1", r.first},
		{bot.RefPull, "#7", "#7", topic},
		{bot.RefCommit, greeting, greeting, greeting},
	} {
		got, found := named(refs, want.kind, want.name)
		if !found || got.Ask != want.ask || got.SHA != want.sha {
			t.Errorf("%s %s is %+v, want it to be asked for by %s", want.kind, want.name, got, want.ask)
			continue
		}
		if want.ask == "refs/heads/#12" {
			continue // that name is none that slipway asks for
		}
		if commit, _, err := r.client.Commit(t.Context(), repoName, got.Ask); err != nil || commit.SHA != want.sha {
			t.Errorf("%s is resolved to %s, %v", got.Ask, commit.SHA, err)
		}
	}
	if main, _ := named(refs, bot.RefBranch, "main"); !main.Default || refs[0] != main {
		t.Errorf("the default branch is %+v, and first is %+v", main, refs[0])
	}
	if _, merged := named(refs, bot.RefPull, "#6"); merged {
		t.Error("a merged pull request is offered as open")
	}
}

// TestRefsAreReadOnceForManyLetters: a list is kept while somebody types, and whatever
// is asked beyond it is bounded.
func TestRefsAreReadOnceForManyLetters(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for i := range 130 {
		r.repo.SetBranch(fmt.Sprintf("feature/%03d", i), "main")
	}
	if !r.repo.Tag("feature/129", r.first) {
		t.Fatal("the tag cannot be made")
	}
	listing := func() int {
		n := 0
		for _, path := range []string{"/branches", "/tags", "/pulls", "/commits"} {
			n += r.Count(http.MethodGet, "/repos/"+repoName+path)
		}
		return n
	}
	for range 5 {
		for typed := range len("feature/129") {
			_, err := r.client.Refs(t.Context(), repoName, "feature/129"[:typed])
			check(t, err)
		}
	}
	if n := listing(); n != 4 {
		t.Errorf("%d lists were read, want one of each kind", n)
	}
	refs, err := r.client.Refs(t.Context(), repoName, "feature/129")
	check(t, err)
	if _, found := named(refs, bot.RefBranch, "feature/129"); !found {
		t.Error("a branch beyond the list is not found by its beginning")
	}
	if tag, found := named(refs, bot.RefTag, "feature/129"); !found || tag.Ask != "refs/tags/feature/129" {
		t.Errorf("a tag that is called as a branch beyond the list is asked for by %q", tag.Ask)
	}
	for i := range 40 {
		_, err := r.client.Refs(t.Context(), repoName, fmt.Sprintf("nothing-%d", i))
		check(t, err)
	}
	if n := r.Count(http.MethodGet, "*/matching-refs/*"); n > 2*12 {
		t.Errorf("%d questions beyond the list", n)
	}
}

// TestRefsFindACommitByItsSHA: in full, or as much of it as is told from others.
func TestRefsFindACommitByItsSHA(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	off := r.repo.Commit("topic", githubsim.CommitSpec{Message: "Beside main"})
	for _, typed := range []string{off, off[:9], strings.ToUpper(off)} {
		refs, err := r.client.Refs(t.Context(), repoName, typed)
		check(t, err)
		if refs[0].Ask != off || refs[0].Title != "Beside main" {
			t.Errorf("%s finds %+v", typed, refs[0])
		}
	}
}

// TestRefsWithSomethingMissing: what may not be read is left out, and where nothing
// can be it is said; nobody waits longer than they can.
func TestRefsWithSomethingMissing(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.AddFault(githubsim.Fault{Method: http.MethodGet, Path: "*/pulls", Status: http.StatusForbidden, Count: -1})
	refs, err := r.client.Refs(t.Context(), repoName, "")
	check(t, err)
	if _, found := named(refs, bot.RefBranch, "main"); !found {
		t.Errorf("without pull requests there is %+v", refs)
	}
	if !r.repo.Tag("v1", r.first) {
		t.Fatal("the tag cannot be made")
	}
	unseen := newClient(t, r.url)
	r.AddFault(githubsim.Fault{Method: http.MethodGet, Path: "*/branches", Status: http.StatusForbidden, Count: 1})
	refs, err = unseen.Refs(t.Context(), repoName, "")
	check(t, err)
	if tag, found := named(refs, bot.RefTag, "v1"); !found || tag.Ask != "refs/tags/v1" {
		t.Errorf("a tag among branches that cannot be read is asked for by %q", tag.Ask)
	}
	other := newClient(t, r.url)
	r.AddFault(githubsim.Fault{Method: http.MethodGet, Path: "*", Status: http.StatusNotFound, Count: -1})
	if _, err := other.Refs(t.Context(), repoName, ""); bot.KindOf(err) != bot.NotFound {
		t.Errorf("of nothing that can be read: %v", err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newClient(t, r.url).Refs(over, repoName, ""); err == nil {
		t.Error("whoever cannot wait waits")
	}
}

var _ interface {
	Refs(ctx context.Context, repo, typed string) ([]bot.KnownRef, error)
} = (*github.Client)(nil)
