package main

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// terminal is one that somebody sits at: what they see, and what they type.
type terminal struct {
	*testing.T
	screen
	theirs, ours *os.File
}

func newTerminal(t *testing.T) *terminal {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("there are no terminals here: %v", err)
	}
	fd := int(ours.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 200}); err != nil {
		t.Fatal(err)
	}
	tty := &terminal{T: t, theirs: theirs, ours: ours}
	t.Cleanup(func() {
		_ = theirs.Close()
		_ = ours.Close()
	})
	go func() { _, _ = io.Copy(&tty.screen, ours) }() // it ends with the terminal
	return tty
}

// asked waits until a question has its turn, and answers it: what is typed before that
// would be taken for what was pasted into the one before.
func (tty *terminal) asked(question, answer string) {
	tty.Helper()
	tty.find(tty.T, "(┃ "+regexp.QuoteMeta(question)+")")
	if _, err := tty.ours.WriteString(answer); err != nil {
		tty.Fatal(err)
	}
}

// runs begins slipway init at the terminal, as a program of its own: what draws the form
// races with itself when it ends (bubbletea closes the terminal that it still reads),
// which the race detector would lay at the test's door.
func (tty *terminal) runs(args ...string) <-chan int {
	tty.Helper()
	binary, err := slipwayBinary()
	if err != nil {
		tty.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(tty.Context(), time.Minute)
	tty.Cleanup(cancel)
	c := exec.CommandContext(ctx, binary, append([]string{"init"}, args...)...)
	c.Stdin, c.Stdout, c.Stderr, c.Dir = tty.theirs, tty.theirs, tty.theirs, tty.TempDir()
	c.Env = []string{"TERM=xterm", "NO_COLOR=1", "PATH=/nowhere", "GORACE=exitcode=0 log_path=" + filepath.Join(c.Dir, "race")}
	if err := c.Start(); err != nil {
		tty.Fatal(err)
	}
	ended := make(chan int, 1)
	go func() {
		_ = c.Wait() // its status says it
		ended <- c.ProcessState.ExitCode()
	}()
	return ended
}

// questions are those that init asks of somebody who has nothing yet, with what is typed;
// the Slack app has been made by the time its tokens are asked for.
func questions() [][2]string {
	return [][2]string{
		{"Which repository is deployed?", "acme/api\r"},
		{"What do people call the service?", "\r"},
		{"Where does it run?", "\r"},
		{"The bot token of the Slack app", "xoxb-1-2-abc\r"},
		{"Its app-level token", "xapp-1-A0SLIPWAY-1-abc\r"},
		{"How does slipway speak to GitHub?", "\x1b[B\r"},
		{"The token", "ghp_1\r"},
		{"Which channel shows its releases?", "\x1b[B\r"},
		{"In which channel is said what needs a person?", "\x1b[B\r"},
	}
}

// workspaces are a Slack and a GitHub as of somebody who has the accounts, by the flags
// that lead to them.
func workspaces(t *testing.T) []string {
	t.Helper()
	slack := slacksim.New(slacksim.Options{Token: "xoxb-1-2-abc", AppToken: "xapp-1-A0SLIPWAY-1-abc"})
	slack.AddChannel(slacksim.Channel{ID: "C0DEPLOYS", Name: "deploys"})
	chat := httptest.NewServer(slack)
	t.Cleanup(chat.Close)
	slack.SetURL(chat.URL)
	github := held(t, githubsim.Options{Token: "ghp_1"})
	github.Repo("acme/api").WriteFile("main", "README.md", "ours\n")
	host := httptest.NewServer(github)
	t.Cleanup(host.Close)
	return []string{"--slack-api-url", chat.URL + "/api/", "--github-api-url", host.URL + "/"}
}

// From nothing, by the questions alone: all that slipway needs is in the files, and nobody
// has to edit one.
func TestInit_Asked(t *testing.T) {
	t.Parallel()
	tty, dir := newTerminal(t), t.TempDir()
	ended := tty.runs(append(workspaces(t), "--dir", dir)...)
	for _, q := range questions() {
		tty.asked(q[0], q[1])
	}
	if status := <-ended; status != statusGood {
		t.Fatalf("status %d:\n%s", status, tty.String())
	}
	// The address is short to read, and leads with the manifest where the terminal knows links.
	tty.find(t, `\x1b\]8;;https://api\.slack\.com/apps\?new_app=1&manifest_yaml=\S+\x1b\\(https://api\.slack\.com/apps\?new_app=1)\x1b\]8;;`)
	manifest := tty.find(t, `paste the text of (\S+slack-manifest-\d+\.yaml)\.`)
	if _, err := os.Stat(manifest); err == nil {
		t.Errorf("%s is left behind", manifest)
	}
	tty.find(t, `(1\. Commit \.github/workflows/deploy\.yml)`)
	declared, unset, err := sketchConfig(filepath.Join(dir, "slipway.yaml"), world{lookup: func(string) (string, bool) { return "", false }})
	if err != nil || len(unset) > 0 {
		t.Fatalf("%v, and not set: %v", err, unset)
	}
	service := declared.Services[0]
	if declared.Slack.Team != "T0001" || declared.Slack.Alerts != "C0DEPLOYS" || service.Channel != "C0DEPLOYS" || service.Name != "api" || declared.Slack.AppToken.Reveal() != "xapp-1-A0SLIPWAY-1-abc" {
		t.Errorf("it wrote %+v", declared)
	}
}

// Ctrl-C at any question leaves nothing behind.
func TestInit_BrokenOffAtEachQuestion(t *testing.T) {
	t.Parallel()
	all := questions()
	for i, q := range all {
		t.Run(q[0], func(t *testing.T) {
			t.Parallel()
			tty, dir := newTerminal(t), filepath.Join(t.TempDir(), "fresh")
			ended := tty.runs(append(workspaces(t), "--dir", dir)...)
			for _, before := range all[:i] {
				tty.asked(before[0], before[1])
			}
			tty.asked(q[0], "\x03")
			if status := <-ended; status != statusFailed {
				t.Errorf("status %d:\n%s", status, tty.String())
			}
			tty.find(t, "(nothing was written)")
			if _, err := os.Stat(dir); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// A token that is refused is asked for again, with why, until it is good or nobody has
// another one; so is one that was in .env, which then has the new one.
func TestInit_AsksAgainForWhatIsRefused(t *testing.T) {
	t.Parallel()
	tty, dir := newTerminal(t), t.TempDir()
	tree(t, dir, map[string]string{".env": "# ours\nGITHUB_TOKEN=ghp_lapsed\n"})
	ended := tty.runs(append(workspaces(t), "--dir", dir, "--repo", "acme/api", "--service", "api", "--environment", "live", "--channel", "C0DEPLOYS", "--alerts", "C0DEPLOYS")...)
	again := func(question, because, answer string) {
		t.Helper()
		if because == "" {
			tty.asked(question, answer)
			return
		}
		tty.find(t, "(refused: [^\r\n]*"+because+")")
		if _, err := tty.ours.WriteString(answer); err != nil {
			t.Fatal(err)
		}
	}
	again("The bot token of the Slack app", "", "xoxb-secret-slip\r")
	again("The bot token of the Slack app", "invalid_auth", "xoxb-1-2-abc\r")
	again("Its app-level token", "", "\r") // nobody has it yet
	again("The token", "credentials", "ghp_1\r")
	if status := <-ended; status != statusGood {
		t.Fatalf("status %d:\n%s", status, tty.String())
	}
	env, err := readIfThere(filepath.Join(dir, ".env"))
	if err != nil || !strings.HasPrefix(env, "# ours\nGITHUB_TOKEN=ghp_1\n") {
		t.Errorf("%v, .env is\n%s", err, env)
	}
	tty.find(t, `(wrote    GITHUB_TOKEN in \.env)`)
	if strings.Contains(tty.String(), "secret-slip") || strings.Contains(tty.String(), "lapsed") {
		t.Errorf("a secret is shown:\n%s", tty.String())
	}
}

// Nobody is asked for ever.
func TestInit_GoesOnWithoutWhatIsRefused(t *testing.T) {
	t.Parallel()
	tty, dir := newTerminal(t), t.TempDir()
	ended := tty.runs(append(workspaces(t), "--dir", dir, "--repo", "acme/api", "--service", "api", "--environment", "live", "--mode", "http", "--public-url", "https://bot.example.com", "--github-app-id", "0")...)
	tty.asked("The bot token of the Slack app", "xoxb-1\r")
	for i := range 2 {
		tty.waits(i + 1)
		if _, err := tty.ours.WriteString("xoxb-1\r"); err != nil {
			t.Fatal(err)
		}
	}
	tty.find(t, `(refused  SLACK_BOT_TOKEN, 3 times: Slack does not accept)`)
	tty.asked("Its signing secret", "signing\r")
	tty.asked("How does slipway speak to GitHub?", "\x1b[B\r")
	tty.asked("The token", "\r")
	if status := <-ended; status != statusGood {
		t.Fatalf("status %d:\n%s", status, tty.String())
	}
	if env, err := readIfThere(filepath.Join(dir, ".env")); err != nil || !strings.Contains(env, "SLACK_BOT_TOKEN=\n") || !strings.Contains(env, "SLACK_SIGNING_SECRET=signing\n") {
		t.Errorf("%v, .env is\n%s", err, env)
	}
}

// waits until a question stands again for so many times because an answer was refused. Each
// question that is asked switches the terminal's pasting on, and is drawn more than once.
func (tty *terminal) waits(times int) {
	tty.Helper()
	if err := eventually(func() error {
		asked := strings.Split(tty.String(), "\x1b[?2004h")
		if len(asked) < times+2 || !strings.Contains(asked[len(asked)-1], "It was refused") {
			return fmt.Errorf("%d questions were asked", len(asked)-1)
		}
		return nil
	}); err != nil {
		tty.Fatal(err)
	}
}

// A token that was pasted into the wrong place is told at once, and not shown.
func TestInit_TokensInEachOthersPlace(t *testing.T) {
	t.Parallel()
	tty := newTerminal(t)
	ended := tty.runs(append(workspaces(t), "--dir", t.TempDir(), "--repo", "acme/api", "--service", "api", "--environment", "live")...)
	tty.asked("The bot token of the Slack app", "xapp-secret\r")
	tty.find(t, "(this looks like an app-level token)")
	if _, err := tty.ours.WriteString("\x03"); err != nil {
		t.Fatal(err)
	}
	if status := <-ended; status != statusFailed || strings.Contains(tty.String(), "secret") {
		t.Errorf("status %d:\n%s", status, tty.String())
	}
}
