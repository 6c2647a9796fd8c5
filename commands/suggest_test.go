package commands_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands"
)

// library has a number of refs, and knows which commits there are.
type library struct {
	refs  []bot.KnownRef
	err   error // what a commit is answered with
	asked []string
}

func (l *library) Refs(context.Context, string, string) ([]bot.KnownRef, error) { return l.refs, nil }

func (l *library) Commit(_ context.Context, _, ref string) (bot.Commit, string, error) {
	l.asked = append(l.asked, ref)
	return bot.Commit{SHA: sha("c")}, "", l.err
}

// seer foresees the plan of whatever it is asked about.
type seer struct {
	drafts []bot.Draft
	gates  []bot.Gate
	hangs  bool // it answers when nobody waits any more
	err    error
}

func (s *seer) Preview(ctx context.Context, d bot.Draft, _ time.Time) (bot.Release, error) {
	s.hang(ctx)
	s.drafts = append(s.drafts, d)
	return bot.Release{Kind: d.Kind, Target: d.Target, Ref: d.Ref, Decision: bot.Decision{Gates: s.gates}}, s.err
}

func (s *seer) Between(_ context.Context, _ bot.Target, _ string, past []bot.Past) []bot.Between {
	between := make([]bot.Between, len(past))
	for i := range past {
		between[i] = bot.Between{Known: true, Commits: i + 1}
	}
	return between
}

func desk(t *testing.T, h *house, l *library, s *seer) *commands.Commands {
	t.Helper()
	declared, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return commands.New(commands.Ports{
		Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h, Refs: l, Previews: s,
	}, declared, func() time.Time { return now })
}

func names(refs []bot.KnownRef) []string {
	var all []string
	for _, r := range refs {
		all = append(all, r.Name)
	}
	return all
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	all := []bot.KnownRef{
		{Kind: bot.RefBranch, Name: "main", Default: true},
		{Kind: bot.RefBranch, Name: "fix-login"},
		{Kind: bot.RefBranch, Name: "login"},
		{Kind: bot.RefPull, Name: "#12", Title: "Mend the Login"},
		{Kind: bot.RefPull, Name: "#121", Title: "Other"},
		{Kind: bot.RefCommit, Name: "c0ffee" + sha("1")[6:], SHA: "c0ffee" + sha("1")[6:], Title: "Begin", By: "Cleo"},
		{Kind: bot.RefTag, Name: "v1.4.2"},
		{Kind: bot.RefTag, Name: "login"},
	}
	for i := range 60 {
		all = append(all, bot.KnownRef{Kind: bot.RefBranch, Name: "many-" + strconv.Itoa(i)})
	}
	c := desk(t, &house{}, &library{refs: all}, &seer{})
	for _, test := range []struct {
		typed string
		first []string // what is offered first
		most  int
	}{
		{"", []string{"main", "fix-login"}, 40},
		{"login", []string{"login", "fix-login", "login", "#12"}, 4},
		{"LOGIN", []string{"login", "fix-login", "login", "#12"}, 4},
		{"v1.4", []string{"v1.4.2"}, 1},
		{"12", []string{"#12", "#121", "many-12"}, 3},
		{"#12", []string{"#12", "#121"}, 2},
		{"c0ff", []string{"c0ffee" + sha("1")[6:]}, 1},
		{"cleo", []string{"c0ffee" + sha("1")[6:]}, 1},
		{"many", []string{"many-0"}, 25},
		{"nothing", nil, 0},
	} {
		got, err := c.Suggest(t.Context(), bot.Typing{Target: staging, Text: test.typed, By: anna})
		if shown := names(got); err != nil || len(shown) > test.most || len(shown) < len(test.first) || !slices.Equal(shown[:len(test.first)], test.first) {
			t.Errorf("%q offers %v, %v; want first %v, and at most %d", test.typed, shown, err, test.first, test.most)
		}
	}
	for name, typing := range map[string]bot.Typing{
		"a guest": {Target: staging, By: anna, Guest: true}, "no such service": {Target: bot.Target{Service: "nope", Environment: "x"}, By: anna},
	} {
		if got, err := c.Suggest(t.Context(), typing); len(got) > 0 || err != nil {
			t.Errorf("%s is offered %v, %v", name, got, err)
		}
	}
}

// TestARefThatIsNoneIsSaidAtItsField: a form stays open while what is wrong with it can
// be mended; what cannot be told in time is left to the plan.
func TestARefThatIsNoneIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, ref string
		err       error
		refused   bool
	}{
		{"no such branch", "mian", &bot.Error{Kind: bot.NotFound, Says: "acme/api has no branch or tag `mian`", Mend: "Did you mean `main`?"}, true},
		{"no name of anything", "a..b", &bot.Error{Kind: bot.Invalid, Says: "it cannot be a name"}, true},
		{"GitHub does not answer", "main", &bot.Error{Kind: bot.Unavailable}, false},
		{"it took too long", "main", context.DeadlineExceeded, false},
		{"there is one", "main", nil, false},
		{"the default branch", "", errors.New("never asked"), false},
	} {
		h, l := &house{}, &library{err: test.err}
		answer, err := desk(t, h, l, &seer{}).Submit(t.Context(), bot.Submission{Entry: bot.DeployEntry{Target: staging, Ref: test.ref}, By: anna, Key: "k"})
		if err != nil {
			t.Fatal(err)
		}
		problem, refused := answer.(bot.Problem)
		if refused != test.refused || len(h.drafts) == 0 != test.refused {
			t.Errorf("%s: answered %+v, %d drafts", test.name, answer, len(h.drafts))
		}
		if refused && problem.Field != bot.FieldRef {
			t.Errorf("%s: it is said at %q", test.name, problem.Field)
		}
	}
}

// TestPreview: what a form would do is worked out and nothing is stored; whoever does
// it too often is slowed.
func TestPreview(t *testing.T) {
	t.Parallel()
	h, s := &house{}, &seer{}
	c := desk(t, h, &library{}, s)
	ask := func(e bot.Entry, guest bool) bot.Answer {
		answer, err := c.Preview(t.Context(), bot.Submission{Entry: e, By: anna, Guest: guest})
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	if v, shown := ask(bot.DeployEntry{Target: production, Ref: "main"}, false).(bot.PlanView); !shown || v.Release.Kind != bot.Preview || v.Release.Target != production {
		t.Errorf("foreseen is %+v", v)
	}
	if _, refused := ask(bot.DeployEntry{Target: production}, true).(bot.Problem); !refused {
		t.Error("a guest sees a plan")
	}
	s.err = &bot.Error{Kind: bot.NotFound, Says: "acme/api has no branch or tag `mian`"}
	if p, refused := ask(bot.DeployEntry{Target: production, Ref: "mian"}, false).(bot.Problem); !refused || p.Says != "acme/api has no branch or tag `mian`." {
		t.Errorf("a ref that is none: %+v", p)
	}
	s.err = nil
	back := newHouse(t)
	ways, err := desk(t, back, &library{}, s).Preview(t.Context(), bot.Submission{Entry: bot.TargetEntry{Target: production}, By: anna})
	if f, some := ways.(bot.RollbackForm); err != nil || !some || len(f.Past) == 0 || len(f.Between) != len(f.Past) || !f.Between[0].Known {
		t.Errorf("the ways back are %+v, %v", ways, err)
	}
	for range 100 {
		ask(bot.DeployEntry{Target: staging}, false)
	}
	if len(s.drafts) > 70 || len(h.drafts) > 0 {
		t.Errorf("%d plans were worked out, and %d releases stored", len(s.drafts), len(h.drafts))
	}
}
