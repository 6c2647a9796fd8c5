package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// storyCommand is one word of the stories. It says why it fails.
type storyCommand func(r *rig, ts *testscript.TestScript, args []string) error

// storyCommands are the words that stories are written in, beside those of
// testscript itself. Texts to look for are regular expressions; whatever looks
// for one waits for it.
//
//	configure OLD NEW             the default configuration says NEW in place of OLD (\n is a line break)
//	start [FILE]                  slipway begins, with FILE or the default configuration
//	halt, crash                   slipway is told to stop, or is killed
//	redis up|down|empty           the redis-server begins, is killed, or forgets everything
//	redis newer ID                a newer slipway has moved a release into a phase of its own
//	type WHO COMMAND [WORDS]      somebody types; the private answer is stdout
//	mention WHO CHANNEL WORDS     somebody mentions the bot
//	click WHO BUTTON [CHANNEL]    somebody presses a button, in #deploys if not said
//	asked WHO BUTTON TEXT [CHANNEL]  a dialog comes up that says TEXT; they say no, and nothing
//	                              is sent
//	unasked WHO BUTTON [CHANNEL]  no dialog comes up: somebody presses a button that acts at once
//	clickold WHO BUTTON VERSION   somebody presses a button of an older card
//	submit WHO FIELD=TEXT         somebody sends the form that they have open
//	hostile WHO VARIANT WORDS     a command that is forged, stale, replayed or of another_team
//	shows CHANNEL TEXT            the channel shows TEXT
//	hides CHANNEL TEXT            the channel does not show TEXT, or no longer, up to the
//	                              story's end
//	notyet CHANNEL TEXT           the channel does not show TEXT at this point of the story
//	errors TEXT                   an ERROR in slipway's log that belongs to the story; any
//	                              other fails it, and so do a data race, a panic, a wrong
//	                              exit status, and a second dispatch that is not named
//	told WHO TEXT                 somebody was privately told TEXT
//	print CHANNEL                 the channel is stdout
//	run start|success|failure|... the newest run moves
//	run queued|waiting|pending    the newest run waits for a runner, a review, or its group
//	run rerun, rerun_unseen       somebody runs it again at GitHub; or it fails and they do so
//	                              before anybody could see that
//	run rerun_failed              somebody runs what failed of it again
//	run unstoppable               runs do not end by being cancelled, only by being told to
//	job NAME CONCLUSION [STEP]    a job of the newest run ends; start and hold: it starts, or
//	                              an environment's rules at GitHub hold it
//	runs N                        N runs exist, waiting for it; as many as the last one said
//	                              exist at the story's end
//	dispatched ID N               the release was dispatched N times
//	calls METHOD N                Slack's METHOD was called N times
//	commit BRANCH MESSAGE [verified]  somebody commits (\n is a line break); $SHA is the
//	                              commit, which GitHub shows as verified, or not
//	file BRANCH PATH FILE         somebody commits a file
//	race FILE [N]                 as the next dispatch arrives the workflow file on main becomes
//	                              FILE, and the next N reads of it (-1: all) fail
//	check BRANCH NAME CONCLUSION  a check of the branch's tip ends
//	deployment STATE [N]          the newest of at least N deployments at GitHub came to be in STATE
//	github STATUS METHOD PATH [N] the next N requests are answered with STATUS
//	cut METHOD PATH before|after  the next request's connection is cut
//	hook KIND [EVENT] [ACTION]    the next webhook goes wrong; "hook none" ends it
//	slack STATUS METHOD [N]       the next N calls are answered with STATUS
//	outage begins|ends|of_api     Slack is out of reach, in both directions; or its API alone is
//	slow                          every request to GitHub takes a while; counting begins
//	counted                       counting begins, and nothing is slow
//	polled INTERVAL               at most 20 requests, and one for each INTERVAL of the run, mostly 304s
//	inarow N                      at most N requests stood in a row up to the dispatch
//	atmost github|METHOD N        GitHub, or Slack's METHOD, got at most N requests
//	service STATUS [VERSION]      the deployed service answers its probes so
//	service crashes               it starts, answers once and crashes, over and over
func storyCommands() map[string]func(*testscript.TestScript, bool, []string) {
	words := map[string]storyCommand{
		"configure": storyConfigure, "start": storyStart, "halt": storyHalt, "crash": storyCrash, "redis": storyRedis,
		"type": storyType, "mention": storyMention, "click": storyClick, "asked": storyAsked, "unasked": storyUnasked, "clickold": storyClickOld, "submit": storySubmit, "hostile": storyHostile,
		"shows": storyShows, "hides": storyHides, "notyet": storyNotYet, "errors": storyErrors, "told": storyTold, "print": storyPrint,
		"run": storyRun, "job": storyJob, "runs": storyRuns, "dispatched": storyDispatched, "calls": storyCalls,
		"commit": storyCommit, "file": storyFile, "race": storyRace, "check": storyCheck, "deployment": storyDeployment,
		"github": storyGitHub, "cut": storyCut, "hook": storyHook, "slack": storySlack, "outage": storyOutage, "service": storyService,
		"slow": storySlow, "counted": storyCounted, "polled": storyPolled, "inarow": storyInARow, "atmost": storyAtMost,
	}
	maps.Copy(words, faultWords())
	maps.Copy(words, groupWords())
	maps.Copy(words, oddWords())
	maps.Copy(words, hostWords())
	maps.Copy(words, slackWords())
	maps.Copy(words, formWords())
	maps.Copy(words, gateWords())
	maps.Copy(words, initWords())
	maps.Copy(words, socketWords())
	maps.Copy(words, prometheusWords())
	maps.Copy(words, hookWords())
	maps.Copy(words, alertWords())
	maps.Copy(words, summaryWords())
	commands := map[string]func(*testscript.TestScript, bool, []string){}
	for name, word := range words {
		commands[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if neg {
				ts.Fatalf("%s cannot be negated", name)
			}
			r := rigOf(ts)
			if err := word(r, ts, args); err != nil {
				r.explain(func(args ...any) { ts.Logf("%s", fmt.Sprint(args...)) })
				ts.Fatalf("%s: %v", name, err)
			}
		}
	}
	return commands
}

// explain shows the world when a story fails.
func (r *rig) explain(log func(args ...any)) {
	for name, id := range channels() {
		if text := r.slack.Transcript(id); text != "" {
			log(fmt.Sprintf("#%s:\n%s", name, text))
		}
	}
	for _, run := range r.github.Runs() {
		log(fmt.Sprintf("run %+v", run))
	}
	for i, p := range r.programs {
		log(fmt.Sprintf("the log of slipway's process %d:\n%s", i+1, p.log))
	}
}

func storyConfigure(r *rig, _ *testscript.TestScript, args []string) error {
	path := filepath.Join(r.dir, "default.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !strings.Contains(string(text), args[0]) {
		return fmt.Errorf("the configuration does not say %q", args[0])
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(string(text), args[0], strings.ReplaceAll(args[1], `\n`, "\n"))), 0o600)
}

func storyStart(r *rig, ts *testscript.TestScript, args []string) error {
	config := "default.yaml"
	if len(args) > 0 {
		config = args[0]
	}
	return r.startSlipway(ts, config)
}

func storyHalt(r *rig, _ *testscript.TestScript, _ []string) error {
	r.endSlipway()
	return nil
}

func storyCrash(r *rig, _ *testscript.TestScript, _ []string) error {
	r.crashSlipway()
	return nil
}

func storyRedis(r *rig, _ *testscript.TestScript, args []string) error {
	switch args[0] {
	case "down":
		r.stopRedis(syscall.SIGKILL)
		return nil
	case "empty":
		return r.emptyRedis()
	case "newer":
		return r.makeNewer(args[1])
	default:
		return r.startRedis()
	}
}

func storyType(r *rig, ts *testscript.TestScript, args []string) error {
	user, err := named(players(), "person", args[0])
	if err != nil {
		return err
	}
	if err := r.linked(); err != nil {
		return err
	}
	d, err := r.slack.Command(context.Background(), user, "C0DEPLOYS", args[1], strings.Join(args[2:], " "))
	r.coming = ""
	if said := promisesCard.FindStringSubmatch(d.Shown); said != nil {
		r.coming = said[1]
	}
	return delivered(ts, d, err)
}

// promisesCard is the answer to a command whose release is shown on a card soon.
var promisesCard = regexp.MustCompile("^👍 Got it: `([^`]+)` .*Its card appears in #deploys")

// cardCame waits for the card that was promised last, before somebody approves. Until it
// is there, that of an earlier release may still ask, since Slack takes few edits in a
// minute.
func (r *rig) cardCame() error {
	return r.seen(func() error {
		if r.coming != "" && !strings.Contains(r.wall("deploys"), "`"+r.coming+"`") {
			return fmt.Errorf("the card of %s has not appeared", r.coming)
		}
		r.coming = ""
		return nil
	})
}

func delivered(ts *testscript.TestScript, d slacksim.Delivery, err error) error {
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(ts.Stdout(), "%d %s\n%s\n", d.Status, d.Failure, d.Shown)
	if d.Latency > 3*time.Second {
		return fmt.Errorf("it took %s; Slack waits 3s", d.Latency)
	}
	return nil
}

func storyMention(r *rig, ts *testscript.TestScript, args []string) error {
	user, err := named(players(), "person", args[0])
	if err != nil {
		return err
	}
	channel, err := named(channels(), "channel", args[1])
	if err != nil {
		return err
	}
	if err := r.linked(); err != nil {
		return err
	}
	d, err := r.slack.Mention(context.Background(), user, channel, "", strings.Join(args[2:], " "))
	return delivered(ts, d, err)
}

func storyClick(r *rig, ts *testscript.TestScript, args []string) error {
	channel := "deploys"
	if len(args) > 2 {
		channel = args[2]
	}
	return r.press(ts, slacksim.Press{User: players()[args[0]], Channel: channels()[channel], Button: args[1]})
}

// storyAsked has somebody press a button whose dialog they answer with no.
func storyAsked(r *rig, _ *testscript.TestScript, args []string) error {
	channel := "deploys"
	if len(args) > 3 {
		channel = args[3]
	}
	p := slacksim.Press{User: players()[args[0]], Channel: channels()[channel], Button: args[1]}
	var asked *slacksim.AskedError
	err := r.seen(func() error {
		if _, err := r.slack.PressRequest(p); !errors.As(err, &asked) {
			return fmt.Errorf("no dialog comes up: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if found, err := regexp.MatchString(args[2], asked.Error()); err != nil || !found {
		return fmt.Errorf("%w; it does not say %q (%w)", asked, args[2], err)
	}
	p.Answer = slacksim.No
	_, err = r.slack.Press(context.Background(), p)
	return err
}

// storyUnasked presses a button that has no dialog.
func storyUnasked(r *rig, ts *testscript.TestScript, args []string) error {
	channel := "deploys"
	if len(args) > 2 {
		channel = args[2]
	}
	p := slacksim.Press{User: players()[args[0]], Channel: channels()[channel], Button: args[1], Answer: "none"}
	return r.press(ts, p)
}

func storyClickOld(r *rig, ts *testscript.TestScript, args []string) error {
	version, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	for _, m := range r.slack.Messages("C0DEPLOYS") {
		if len(m.Versions) >= version && strings.Contains(string(m.Versions[version-1].Blocks), args[1]) {
			return r.press(ts, slacksim.Press{User: players()[args[0]], Channel: m.Channel, TS: m.TS, Button: args[1], Version: version})
		}
	}
	return fmt.Errorf("no message has a version %d with %q", version, args[1])
}

// press waits until the button is there, and says yes to its dialog unless p says
// otherwise. Approve is the button that approves, however it is labelled for the
// environment.
func (r *rig) press(ts *testscript.TestScript, p slacksim.Press) error {
	if p.Button == "Approve" {
		p.Button = string(bot.ActApprove)
		if err := r.cardCame(); err != nil {
			return err
		}
	}
	p.Answer = cmp.Or(p.Answer, slacksim.Yes)
	if err := r.linked(); err != nil {
		return err
	}
	var d slacksim.Delivery
	err := r.seen(func() (err error) {
		d, err = r.slack.Press(context.Background(), p)
		return err
	})
	return delivered(ts, d, err)
}

func storySubmit(r *rig, ts *testscript.TestScript, args []string) error {
	values := map[string]string{}
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		values[name] = value
	}
	if err := r.linked(); err != nil {
		return err
	}
	var d slacksim.Delivery
	err := eventually(func() (err error) {
		d, err = r.slack.SubmitView(context.Background(), players()[args[0]], values)
		return err
	})
	return delivered(ts, d, err)
}

func storyHostile(r *rig, ts *testscript.TestScript, args []string) error {
	request, err := r.slack.CommandRequest(players()[args[0]], "C0DEPLOYS", args[2], strings.Join(args[3:], " "))
	if err != nil {
		return err
	}
	switch args[1] {
	case "forged":
		request = request.Signed("not-the-secret", time.Now())
	case "stale":
		request = request.Signed(r.slack.Options().SigningSecret, time.Now().Add(-10*time.Minute))
	case "another_team":
		request = r.slack.FromTeam(request, "T9999")
	case "replayed":
		if d := r.hostile(request, args[1]); !d.Good() {
			return fmt.Errorf("the first was not taken: %d", d.Status)
		}
	default:
		return fmt.Errorf("no such variant: %s", args[1])
	}
	return delivered(ts, r.hostile(request, args[1]), nil)
}
