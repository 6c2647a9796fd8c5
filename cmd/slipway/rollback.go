package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands"
	"github.com/slipwayhq/slipway/commands/grammar"
	"github.com/slipwayhq/slipway/state/embedded"
)

// lookEvery is how often the shell looks how far its rollback has come.
const lookEvery = 200 * time.Millisecond

// shellRollback is a rollback from the shell, for when Slack is down. This
// process helps: it runs the motor too, so that it works even when no other
// slipway does.
type shellRollback struct {
	w        world
	declared *catalog.Catalog
	m        *motor
	as       bot.Person
	yes      bool
}

func newRollback(w world) *cobra.Command {
	var path, as, reason, to string
	var yes bool
	c := &cobra.Command{
		Use:   "rollback SERVICE [ENV]",
		Short: "Take a service back from the shell, for when Slack is down",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if as == "" {
				return &usageError{errors.New("--as is missing: say who you are, by a name under people in slipway.yaml")}
			}
			declared, err := loadConfig(path, w)
			if err != nil {
				return err
			}
			person, found := declared.Person(as)
			if !found {
				return &usageError{fmt.Errorf("--as %q is nobody in slipway.yaml: name one of its people", as)}
			}
			if err := joinEmbedded(declared); err != nil {
				return err
			}
			ctx, stop := context.WithCancel(c.Context())
			defer stop()
			m, err := openMotor(ctx, declared, newLogger(io.Discard))
			if err != nil {
				return err
			}
			defer m.close()
			s := shellRollback{w: w, declared: declared, m: m, as: bot.Person{ID: person.Slack, Name: person.Name}, yes: yes}
			return s.run(ctx, stop, rollbackText(args, to, reason))
		},
	}
	configFlag(c, &path)
	c.Flags().StringVar(&as, "as", "", "who you are, a `person` in slipway.yaml (required)")
	c.Flags().StringVar(&to, "to", "", "the `release` to go back to; the newest healthy one if left out")
	c.Flags().StringVar(&reason, "reason", "", "why, for everybody to read")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask before it goes")
	return c
}

// rollbackText is the rollback as it would come from Slack. Whoever types it twice in a
// shell means it twice.
func rollbackText(args []string, to, reason string) string {
	words := append(slices.Clone(args), "--again")
	if to != "" {
		words = append(words, "to", to)
	}
	if reason != "" {
		words = append(words, "--reason", grammar.Quoted(reason))
	}
	return grammar.Sent(strings.Join(words, " "))
}

// joinEmbedded has an embedded Redis that a serving slipway runs used instead
// of started a second time.
func joinEmbedded(declared *catalog.Catalog) error {
	if declared.Redis.Mode != catalog.RedisEmbedded {
		return nil
	}
	url, running, err := embedded.Join(declared.Redis.DataDir)
	if err != nil || !running {
		return err
	}
	declared.Redis.Mode, declared.Redis.URL = catalog.RedisSingle, catalog.NewSecret(url)
	return nil
}

// run starts the rollback by the very command that people type, shows it, asks
// for the yes and follows it to its end.
func (s shellRollback) run(ctx context.Context, stop context.CancelFunc, text string) error {
	var motor errgroup.Group
	motor.Go(func() error { return s.m.run(ctx) })
	defer func() {
		stop()
		if err := motor.Wait(); err != nil {
			s.print("The motor stopped: %v", err)
		}
	}()

	answer, err := commands.New(s.m.commandPorts(), s.declared, time.Now).Command(ctx, bot.Invocation{
		Verb: "rollback", Text: text, By: s.as, Source: bot.FromShell, Shell: thisShell(), Key: fmt.Sprintf("shell:%d", time.Now().UnixNano()),
	})
	if err != nil {
		return err
	}
	switch a := answer.(type) {
	case bot.Accepted:
		return s.follow(ctx, a.Release.ID)
	case bot.Problem:
		return problem(a)
	default:
		return fmt.Errorf("an answer that the shell cannot show: %T", answer)
	}
}

// thisShell is where this shell is and whose account it has: that is what is
// known of whoever types, while --as is only what they say.
func thisShell() string {
	host, account := "a host without a name", "an unknown account"
	if name, err := os.Hostname(); err == nil && name != "" {
		host = name
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		account = u.Username
	}
	return clipped(host) + " by " + clipped(account)
}

// clipped bounds a name that the machine gives.
func clipped(name string) string {
	const longest = 64
	if runes := []rune(printable(name)); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return printable(name)
}

// problem is a refusal as the shell says it.
func problem(p bot.Problem) error {
	parts := append([]string{plain(p.Says)}, p.Mends...)
	for _, g := range p.Gates {
		parts = append(parts, g.Reason+". "+g.Mend)
	}
	if p.Near != "" {
		parts = append(parts, "In Slack that is: "+p.Near)
	}
	return errors.New(strings.Join(parts, "\n"))
}

func plain(text string) string { return strings.ReplaceAll(text, "`", "\"") }

// follow waits for the plan, asks for the yes, and tells each phase until the
// rollback has ended.
func (s shellRollback) follow(ctx context.Context, id string) error {
	var last bot.Phase
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		r, err := s.m.store.Release(ctx, id)
		if err != nil {
			return err
		}
		if r.Phase != last {
			last = r.Phase
			if err := s.tell(ctx, r); err != nil || r.Ended() {
				return errors.Join(err, endOf(r))
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s goes on without this shell: it was %s", id, last)
		case <-ticker.C:
		}
	}
}

// endOf is an error unless the rollback ended well.
func endOf(r bot.Release) error {
	if !r.Phase.EndedBadly() {
		return nil
	}
	return &bot.Error{Kind: bot.Invalid, Op: "roll back", Says: fmt.Sprintf("%s ended %s: %s", r.ID, r.Phase, r.Ending.Cause), Mend: r.Ending.Mend}
}

func (s shellRollback) tell(ctx context.Context, r bot.Release) error {
	s.print("%s %s: %s", time.Now().Format(time.TimeOnly), r.ID, strings.ReplaceAll(string(r.Phase), "_", " "))
	if r.Phase.NeedsAnswer() {
		s.print("Nobody can say whether it was started; look at the runs at GitHub.")
	}
	if !r.AwaitsConfirmation() {
		return nil
	}
	s.showPlan(*r.Plan)
	if !s.yes && !s.askedYes(r) {
		_, err := s.m.engine.Post(ctx, bot.InboxEvent{Release: r.ID, Event: bot.CancelAsked{By: s.as}, Key: "shell-no:" + r.RunKey})
		return err
	}
	_, err := s.m.engine.Post(ctx, bot.InboxEvent{Release: r.ID, Event: bot.Confirmed{By: s.as, Digest: r.Plan.Seal()}, Key: "shell-yes:" + r.RunKey})
	return err
}

func (s shellRollback) showPlan(p bot.Plan) {
	s.print("%s goes back from %s (%s) to %s (%s), which was deployed %s.", p.Target,
		bot.ShortSHA(p.Current.SHA), p.Current.Release, bot.ShortSHA(p.RollbackTo.SHA), p.RollbackTo.Release, p.RollbackTo.At.Format(time.RFC1123))
	switch taken := max(p.Changes.Removed, p.Changes.Total); {
	case len(p.Changes.Commits) == 0:
	case taken == 1:
		s.print("This takes away 1 commit:")
	default:
		s.print("This takes away %d commits:", taken)
	}
	for _, c := range p.Changes.Commits {
		s.print("  %s %s (%s)", bot.ShortSHA(c.SHA), printable(c.Subject), printable(c.Author))
	}
	for _, f := range p.Readiness.Findings {
		if f.Weight == bot.WeightIrreversible {
			s.print("%s", printable(f.Says))
		}
	}
}

// printable keeps what a commit supplies from steering the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, text)
}

func (s shellRollback) askedYes(r bot.Release) bool {
	_, _ = fmt.Fprintf(s.w.out, "Roll back now? Type the release's id, %s, to say yes: ", r.ID)
	answer, err := bufio.NewReader(s.w.in).ReadString('\n')
	return (err == nil || errors.Is(err, io.EOF)) && strings.TrimSpace(answer) == r.ID
}

func (s shellRollback) print(format string, args ...any) {
	_, _ = fmt.Fprintf(s.w.out, format+"\n", args...)
}
