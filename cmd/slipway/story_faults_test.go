package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// faultWords are the words of the stories about what goes wrong outside, and
// about the program itself.
//
//	trouble KIND METHOD PATH [N]  the next N requests to GitHub (-1: all) meet a fault:
//	                              bare429, secondary, a 403 that is known for a limit by one
//	                              sign alone (retryafter, remaining, words), permission,
//	                              checks (not readable), iplist, reset or 10s of silence
//	lag DURATION                  a new run is listed only so long after its dispatch
//	runid NAME                    $NAME is the number of the newest run
//	calm                          GitHub's faults are over
//	limit REMAINING SECONDS       so much is left of GitHub's hourly limit, for so long
//	revoke github|slack           a token is worth nothing any more; "accept github" ends it
//	rename OLD NEW                a repository gets another name
//	remove BRANCH PATH            somebody deletes a file
//	redeliver                     all webhooks that were lost come now
//	slackerror CODE METHOD [N]    the next N calls are refused with Slack's error code
//	slackcut METHOD before|after  the next call's connection is cut
//	invite CHANNEL                somebody invites slipway to a channel
//	clickon WHO BUTTON ROOT       somebody presses a button of the message ROOT
//	thread WHO ROOT WORDS         somebody mentions the bot in the thread of the message ROOT
//	threadtold WHO TEXT           somebody was privately told TEXT in a thread
//	told1 WHO TEXT                somebody was told TEXT, once
//	dm WHO TEXT                   somebody got TEXT as a direct message
//	once CHANNEL TEXT             the channel shows TEXT, and only once
//	within SECONDS CHANNEL TEXT   the channel shows TEXT, and did not take longer
//	edits N                       no message was edited more than N times since "mark"
//	mark                          edits are counted from here
//	ends                          slipway is told to stop, and does so within the 20 s for
//	                              which docs/operations.md has operators wait
//	exits STATUS ARGS             slipway ends with STATUS; what it says is stdout
//	passes SECONDS                time goes by, in which nothing is expected to happen
//	short NAME                    $NAME_SHORT is the beginning of the SHA in $NAME
//	get PATH                      slipway's answer over HTTP is stdout
func faultWords() map[string]storyCommand {
	return map[string]storyCommand{
		"trouble": storyTrouble, "calm": storyCalm, "limit": storyLimit, "revoke": storyRevoke, "accept": storyAccept,
		"lag": storyLag, "runid": storyRunID,
		"rename": storyRename, "remove": storyRemove, "redeliver": storyRedeliver,
		"slackerror": storySlackError, "slackcut": storySlackCut, "invite": storyInvite,
		"clickon": storyClickOn, "thread": storyThread, "threadtold": storyThreadTold, "told1": storyToldOnce, "dm": storyDirectly, "once": storyOnce, "within": storyWithin,
		"mark": storyMark, "edits": storyEdits, "ends": storyEnds, "exits": storyExits, "get": storyGet,
		"passes": func(_ *rig, _ *testscript.TestScript, args []string) error {
			time.Sleep(time.Duration(count(args, 0)) * time.Second)
			return nil
		},
		"short": func(_ *rig, ts *testscript.TestScript, args []string) error {
			ts.Setenv(args[0]+"_SHORT", ts.Getenv(args[0])[:8])
			return nil
		},
	}
}

func storyTrouble(r *rig, _ *testscript.TestScript, args []string) error {
	fault, err := troubleOf(args[0])
	if err != nil {
		return err
	}
	fault.Count = count(args, 3)
	return r.githubMeets(fault.On(args[1], args[2]))
}

func troubleOf(kind string) (githubsim.Fault, error) {
	forbidden := func(message string, header map[string]string) githubsim.Fault {
		return githubsim.Fault{Status: http.StatusForbidden, Header: header, Body: fmt.Sprintf(`{"message":%q}`, message)}
	}
	switch kind {
	case "bare429":
		return githubsim.Fault{Status: http.StatusTooManyRequests, Body: `{"message":"Too Many Requests"}`}, nil
	case "secondary":
		return githubsim.SecondaryLimit(time.Second), nil
	case "retryafter":
		return forbidden("Please slow down", map[string]string{"Retry-After": "1"}), nil
	case "remaining":
		reset := strconv.FormatInt(time.Now().Add(2*time.Second).Unix(), 10)
		return forbidden("Please slow down", map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}), nil
	case "words":
		return forbidden("You have exceeded a secondary rate limit", nil), nil
	case "reset":
		return githubsim.Fault{Cut: true}, nil
	case "permission":
		return forbidden("Resource not accessible by personal access token", map[string]string{"X-Accepted-GitHub-Permissions": "actions=write"}), nil
	case "checks":
		return forbidden("Resource not accessible by personal access token", map[string]string{"X-Accepted-GitHub-Permissions": "checks=read"}), nil
	case "iplist":
		return forbidden("Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.",
			map[string]string{"X-Accepted-GitHub-Permissions": "actions=write"}), nil
	}
	wait, err := time.ParseDuration(kind)
	return githubsim.Fault{Latency: githubsim.Duration(wait)}, err
}

func storyCalm(r *rig, _ *testscript.TestScript, _ []string) error {
	r.github.ClearFaults()
	return nil
}

func storyLimit(r *rig, _ *testscript.TestScript, args []string) error {
	r.github.SetRateLimit(5000, count(args, 0), time.Duration(count(args, 1))*time.Second)
	return nil
}

func storyRevoke(r *rig, _ *testscript.TestScript, args []string) error {
	if args[0] == "slack" {
		r.slack.RevokeToken()
		return nil
	}
	r.github.Revoke("")
	return nil
}

func storyAccept(r *rig, _ *testscript.TestScript, _ []string) error {
	r.github.Accept(githubsim.DefaultToken)
	return nil
}

func storyRename(r *rig, _ *testscript.TestScript, args []string) error {
	return r.github.Rename(args[0], args[1])
}

func storyRemove(r *rig, _ *testscript.TestScript, args []string) error {
	r.github.Repo("acme/api").Commit(args[0], githubsim.CommitSpec{Message: "Delete " + args[1], Deleted: []string{args[1]}})
	return nil
}

func storyRedeliver(r *rig, _ *testscript.TestScript, _ []string) error {
	r.github.ClearHookFaults()
	for _, d := range r.github.Deliveries() {
		if !d.Lost {
			continue
		}
		if err := r.github.Redeliver(d.GUID); err != nil {
			return err
		}
	}
	return eventually(func() error {
		for _, d := range r.github.Deliveries() {
			if d.Redelivery && d.Status/100 != 2 {
				return fmt.Errorf("delivery %s %s was answered with %d", d.Event, d.Action, d.Status)
			}
		}
		return nil
	})
}

func storySlackError(r *rig, _ *testscript.TestScript, args []string) error {
	r.slack.Inject(slacksim.Fault{Method: args[1], Error: args[0], Times: count(args, 2)})
	return nil
}

func storySlackCut(r *rig, _ *testscript.TestScript, args []string) error {
	r.slack.Inject(slacksim.Fault{Method: args[0], Cut: args[1]})
	return nil
}

func storyInvite(r *rig, _ *testscript.TestScript, args []string) error {
	id, err := named(channels(), "channel", args[0])
	if err != nil {
		return err
	}
	r.slack.AddChannel(slacksim.Channel{ID: id, Name: args[0]})
	return nil
}

func storyThread(r *rig, ts *testscript.TestScript, args []string) error {
	root, err := r.root(args[1])
	if err != nil {
		return err
	}
	d, err := r.slack.Mention(context.Background(), players()[args[0]], root.Channel, root.TS, strings.Join(args[2:], " "))
	return delivered(ts, d, err)
}

func storyClickOn(r *rig, ts *testscript.TestScript, args []string) error {
	root, err := r.root(args[2])
	if err != nil {
		return err
	}
	return r.press(ts, slacksim.Press{User: players()[args[0]], Channel: root.Channel, TS: root.TS, Button: args[1]})
}

// root is the message in #deploys that shows a text.
func (r *rig) root(text string) (slacksim.Message, error) {
	pattern, err := regexp.Compile(text)
	if err != nil {
		return slacksim.Message{}, err
	}
	for _, m := range r.slack.Messages(channels()["deploys"]) {
		if m.ThreadTS == "" && m.EphemeralTo == "" && pattern.MatchString(rendered(m)) {
			return m, nil
		}
	}
	return slacksim.Message{}, fmt.Errorf("no message shows %q", text)
}

func rendered(m slacksim.Message) string {
	v := m.Current()
	return slacksim.RenderMessage(v.Blocks, v.Text, func(string) string { return "" })
}

func storyThreadTold(r *rig, _ *testscript.TestScript, args []string) error {
	return r.waitMessage(args[1], func(m slacksim.Message) bool {
		return m.ThreadTS != "" && m.EphemeralTo == players()[args[0]]
	})
}

// waitMessage waits for a message that fits and shows a text.
func (r *rig) waitMessage(text string, fits func(slacksim.Message) bool) error {
	pattern, err := regexp.Compile(text)
	if err != nil {
		return err
	}
	return r.seen(func() error {
		for _, id := range channels() {
			for _, m := range r.slack.Messages(id) {
				if fits(m) && !m.Deleted && pattern.MatchString(rendered(m)) {
					return nil
				}
			}
		}
		return fmt.Errorf("no such message shows %q", text)
	})
}

func storyToldOnce(r *rig, ts *testscript.TestScript, args []string) error {
	if err := storyTold(r, ts, args); err != nil {
		return err
	}
	told := r.privately(players()[args[0]])
	if n := len(regexp.MustCompile(args[1]).FindAllString(told, -1)); n != 1 {
		return fmt.Errorf("%s was told so %d times:\n%s", args[0], n, told)
	}
	return nil
}

func storyDirectly(r *rig, _ *testscript.TestScript, args []string) error {
	pattern, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	return r.seen(func() error {
		for _, m := range r.slack.DirectMessages(players()[args[0]]) {
			if pattern.MatchString(rendered(m)) {
				return nil
			}
		}
		return fmt.Errorf("%s got no direct message that shows %q", args[0], args[1])
	})
}

func storyOnce(r *rig, ts *testscript.TestScript, args []string) error {
	if err := storyShows(r, ts, args); err != nil {
		return err
	}
	wall := r.wall(args[0])
	if n := len(regexp.MustCompile(args[1]).FindAllString(wall, -1)); n != 1 {
		return fmt.Errorf("#%s shows it %d times", args[0], n)
	}
	return nil
}

func storyWithin(r *rig, ts *testscript.TestScript, args []string) error {
	began := time.Now()
	if err := storyShows(r, ts, args[1:]); err != nil {
		return err
	}
	if took := time.Since(began); took > time.Duration(count(args, 0))*time.Second {
		return fmt.Errorf("#%s showed it only after %s", args[1], took)
	}
	return nil
}

func storyLag(r *rig, _ *testscript.TestScript, args []string) error {
	lag, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	r.github.SetLag(lag)
	return nil
}

func storyRunID(r *rig, ts *testscript.TestScript, args []string) error {
	return eventually(func() error {
		all := r.github.Runs()
		if len(all) == 0 {
			return errors.New("there is no run")
		}
		ts.Setenv(args[0], strconv.FormatInt(all[len(all)-1].ID, 10))
		return nil
	})
}

func storyMark(r *rig, _ *testscript.TestScript, _ []string) error {
	r.marked = len(r.slack.Calls())
	return nil
}

// storyEdits counts the edits that Slack carried out.
func storyEdits(r *rig, _ *testscript.TestScript, args []string) error {
	edits := map[string]int{}
	for _, c := range r.slack.Calls()[r.marked:] {
		if c.Method == "chat.update" && c.Status == http.StatusOK && c.Error == "" {
			edits[c.TS]++
		}
	}
	for ts, n := range edits {
		if n > count(args, 0) {
			return fmt.Errorf("the message %s was edited %d times, want at most %s", ts, n, args[0])
		}
	}
	return nil
}

func storyEnds(r *rig, _ *testscript.TestScript, _ []string) error {
	asked := time.Now()
	p := r.slipway
	r.endSlipway()
	if took := time.Since(asked); took > 20*time.Second {
		return fmt.Errorf("slipway ended only after %s", took)
	}
	if status := p.command.ProcessState.ExitCode(); status != statusGood {
		return fmt.Errorf("slipway ended with status %d", status)
	}
	return nil
}

func storyExits(r *rig, ts *testscript.TestScript, args []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	binary, err := slipwayBinary()
	if err != nil {
		return err
	}
	if i := slices.Index(args, "-c"); i > 0 && i+1 < len(args) {
		if err := r.overSocket(filepath.Join(r.dir, args[i+1])); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	c := exec.CommandContext(ctx, binary, args[1:]...)
	c.Dir, c.Env = r.dir, childVars(r.env.Vars)
	said, err := c.CombinedOutput()
	_, _ = fmt.Fprintf(ts.Stdout(), "%s", said)
	if got := strconv.Itoa(c.ProcessState.ExitCode()); got != args[0] {
		return fmt.Errorf("slipway ended with status %s (%w): %s", got, err, said)
	}
	if wrong := wordsOfTrouble(string(said), r.promised.errors); len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "\n"))
	}
	return nil
}

func storyGet(r *rig, ts *testscript.TestScript, args []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.address+args[0], http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	_, _ = fmt.Fprintf(ts.Stdout(), "%d\n%s", response.StatusCode, body)
	return err
}
