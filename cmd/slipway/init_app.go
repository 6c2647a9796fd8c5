package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/cmd/slipway/starter"
	"github.com/slipwayhq/slipway/integrations/github"
)

const (
	// appWithin is how long is waited for somebody to make and install the App.
	appWithin = 15 * time.Minute
	// installedEvery is how often GitHub is asked whether it is installed.
	installedEvery = 2 * time.Second
	keyFile        = "github-app.pem"
)

// githubApp makes the GitHub App by GitHub's manifest flow: the browser posts the
// manifest to GitHub, whoever sits there says yes, and GitHub sends the browser back
// with a code.
func (b *beginning) githubApp(ctx context.Context) error {
	if known := b.answers.App; known != nil && !b.force {
		return b.print("kept     the GitHub App %d, which slipway.yaml names; --force makes another one\n", known.ID)
	}
	ctx, cancel := context.WithTimeout(ctx, appWithin)
	defer cancel()
	app, err := b.app(ctx)
	if err != nil {
		return err
	}
	installation, err := b.installed(ctx, app)
	if err != nil {
		return err
	}
	b.answers.App = &starter.App{ID: app.ID, Installation: installation, KeyFile: keyFile}
	return nil
}

// app makes the App, or takes the one that was made in a run that was broken off.
func (b *beginning) app(ctx context.Context) (github.NewApp, error) {
	if b.appID != 0 {
		key, err := readKey(b.path(keyFile))
		if err != nil {
			return github.NewApp{}, &usageError{fmt.Errorf("read the key of the GitHub App %d: %w", b.appID, err)}
		}
		return github.NewApp{ID: b.appID, Key: string(key)}, nil
	}
	if err := b.roomForKey(); err != nil {
		return github.NewApp{}, err
	}
	code := b.appCode
	if code == "" {
		var err error
		if code, err = b.codeByBrowser(ctx); err != nil {
			return github.NewApp{}, err
		}
	}
	app, err := github.ConvertManifest(ctx, b.answers.GitHubAPI, code)
	if err != nil {
		return github.NewApp{}, err
	}
	if err := b.writeWhole(keyFile, app.Key, privateFile); err != nil {
		return github.NewApp{}, err
	}
	if err := b.keepSecret(app.WebhookSecret); err != nil {
		return github.NewApp{}, err
	}
	if err := b.print("made     the GitHub App %s; its key is in %s\nInstall it for %s: %s/installations/new\n", printable(app.Slug), keyFile, b.answers.Repo, printable(app.Page)); err != nil {
		return github.NewApp{}, err
	}
	openBrowser(ctx, app.Page+"/installations/new")
	return app, nil
}

// keepSecret writes what the App's webhooks are signed with into .env at once, whatever
// else is there: GitHub shows it once, as the key. It is empty where there are none.
func (b *beginning) keepSecret(secret string) error {
	if secret == "" {
		return nil
	}
	b.secrets["GITHUB_WEBHOOK_SECRET"] = secret
	before, err := readIfThere(b.path(".env"))
	if err != nil {
		return err
	}
	b.madeEnv = !isThere(b.path(".env"))
	env, err := starter.With(before, "GITHUB_WEBHOOK_SECRET", secret)
	if err != nil {
		return err
	}
	return b.writeWhole(env.Path, env.Text, privateFile)
}

// roomForKey sees to it that the App's key can be kept before there is one: GitHub shows
// it once.
func (b *beginning) roomForKey() error {
	if isThere(b.path(keyFile)) && !b.force {
		return &usageError{fmt.Errorf("%s is there, the key of a GitHub App that was made before: "+
			"take that App with --github-app-id and its id, which the App's settings at GitHub show, or make another one with --force", b.path(keyFile))}
	}
	if err := b.makeFolder("."); err != nil {
		return err
	}
	if why := unusable(b.dir); why != "" {
		return fmt.Errorf("the key of the GitHub App could not be written: %s", why)
	}
	return nil
}

// installed waits until the App is installed for the repository.
func (b *beginning) installed(ctx context.Context, app github.NewApp) (int64, error) {
	tick := time.NewTicker(installedEvery)
	defer tick.Stop()
	for {
		id, err := github.InstallationOf(ctx, b.answers.GitHubAPI, app.ID, []byte(app.Key), b.answers.Repo)
		if err == nil {
			return id, nil
		}
		unfinished := &bot.Error{
			Kind: bot.KindOf(err), Says: fmt.Sprintf("the GitHub App %d was made, but it is not known yet where it is installed for %s", app.ID, b.answers.Repo),
			Mend: fmt.Sprintf("Install it, and go on with the same command and --github-app-id %d in place of --github-app.", app.ID),
		}
		if bot.Final(err) && bot.KindOf(err) != bot.NotFound {
			unfinished.Err = err
			return 0, unfinished
		}
		select {
		case <-ctx.Done():
			return 0, unfinished
		case <-tick.C:
		}
	}
}

// callback waits on this machine for the browser to come back from GitHub.
type callback struct {
	state string
	page  []byte
	code  chan string
}

// ServeHTTP shows the page that posts the manifest, and takes the code.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(c.page) // the browser may be gone
	case r.URL.Path != "/callback":
		http.NotFound(w, r)
	case subtle.ConstantTimeCompare([]byte(r.URL.Query().Get("state")), []byte(c.state)) != 1:
		http.Error(w, "This answer belongs to another question; begin again.", http.StatusForbidden)
	default:
		select {
		case c.code <- r.URL.Query().Get("code"):
		default: // it came already
		}
		_, _ = w.Write([]byte("GitHub has made the App. Go back to the terminal.\n"))
	}
}

// codeByBrowser has the App made in the browser of this machine, or takes the code
// from whoever makes it in another one.
func (b *beginning) codeByBrowser(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("wait for the browser: %w", err)
	}
	here := "http://" + listener.Addr().String()
	c := &callback{state: rand.Text(), code: make(chan string, 2)}
	if c.page, err = b.appPage(here+"/callback", c.state); err != nil {
		return "", err
	}
	server := &http.Server{Handler: c, ReadHeaderTimeout: headerTimeout}
	defer func() { _ = server.Close() }() // nobody comes any more
	go func() { _ = server.Serve(listener) }()
	if err := b.print("Open %s in a browser on this machine and press \"Create GitHub App\".\n"+
		"From another machine: the address to which GitHub leads you then does not open; paste its code=... here.\n", here); err != nil {
		return "", err
	}
	openBrowser(ctx, here)
	go b.typedCode(c.code)
	select {
	case code := <-c.code:
		if code == "" {
			return "", errors.New("GitHub sent no code")
		}
		return code, nil
	case <-ctx.Done():
		return "", errors.New("nobody made the GitHub App; nothing was written")
	}
}

// typedCode takes a code from the terminal, or the address that has it.
func (b *beginning) typedCode(code chan<- string) {
	line, err := bufio.NewReader(b.w.in).ReadString('\n')
	if _, after, found := strings.Cut(line, "code="); found {
		line, _, _ = strings.Cut(after, "&")
	}
	if line = strings.TrimSpace(line); err == nil && line != "" {
		select {
		case code <- line:
		default: // it came already
		}
	}
}

// appPage posts the manifest to GitHub as soon as it is shown.
func (b *beginning) appPage(redirect, state string) ([]byte, error) {
	hook := ""
	if b.answers.PublicURL != "" {
		hook = strings.TrimRight(b.answers.PublicURL, "/") + "/github/webhooks"
	}
	owner, _, _ := strings.Cut(b.answers.Repo, "/")
	manifest, err := github.AppManifest("slipway-"+owner, cmp.Or(b.answers.PublicURL, "https://github.com/"+b.answers.Repo), redirect, hook)
	if err != nil {
		return nil, err
	}
	site := "https://github.com"
	if api := b.answers.GitHubAPI; api != "" && !strings.Contains(api, "api.github.com") {
		site = strings.TrimSuffix(strings.TrimRight(api, "/"), "/api/v3")
	}
	form := site + "/settings/apps/new?state=" + state
	ofOwner := site + "/organizations/" + url.PathEscape(owner) + "/settings/apps/new?state=" + state
	return fmt.Appendf(nil, appForm, html.EscapeString(ofOwner), html.EscapeString(string(manifest)), html.EscapeString(owner), html.EscapeString(form)), nil
}

// appForm has a form for an organization and one for a person. It is filled in by
// fmt: html/template, which calls methods by their names, would have the linker keep
// every method of the program.
const appForm = `<!doctype html><meta charset="utf-8"><title>slipway</title>
<h1>A GitHub App for slipway</h1>
<p>Whose repository is it?</p>
<form method="post" action="%[1]s"><input type="hidden" name="manifest" value="%[2]s"><button>The organization %[3]s's</button></form>
<form method="post" action="%[4]s"><input type="hidden" name="manifest" value="%[2]s"><button>My own</button></form>
`

// openBrowser tries to open a page. Where it cannot the page was printed.
func openBrowser(ctx context.Context, page string) {
	program := "xdg-open"
	if runtime.GOOS == "darwin" {
		program = "open"
	}
	if path, err := exec.LookPath(program); err == nil {
		_ = exec.CommandContext(ctx, path, page).Start() //nolint:gosec // the program is one of two fixed names, and the page is https or ours
	}
}
