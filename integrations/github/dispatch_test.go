package github_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestDispatch(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	run, err := r.client.Dispatch(t.Context(), request(), nil)
	check(t, err)
	sim := r.Runs()[0]
	want := bot.Run{ID: sim.ID, URL: fmt.Sprintf("https://github.com/acme/api/actions/runs/%d", sim.ID), Attempt: 1, Status: bot.RunWaiting}
	if diff := cmp.Diff(want, run); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(request().Inputs, sim.Inputs); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
	wantCount(t, r, "", "", 1)
}

// A server that does not know return_run_details refuses the whole request, so
// nothing ran; it is asked so once.
func TestDispatchToAnOldServer(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{OldServer: true})
	for range 2 {
		run, err := r.client.Dispatch(t.Context(), request(), nil)
		check(t, err)
		if run.ID != 0 || run.Status != bot.RunWaiting {
			t.Errorf("run = %+v, want one that is not named", run)
		}
	}
	wantCount(t, r, "POST", dispatchPath, 3)
	if got := r.Dispatches()[runKey]; got != 2 {
		t.Errorf("%d runs were started, want 2", got)
	}
}

func TestDispatchIsRefused(t *testing.T) {
	t.Parallel()
	without := func(input string) bot.DispatchRequest {
		d := request()
		delete(d.Inputs, input)
		return d
	}
	with := func(input string) bot.DispatchRequest {
		d := request()
		d.Inputs[input] = "x"
		return d
	}
	on := func(ref, workflow string) bot.DispatchRequest {
		d := request()
		d.Ref, d.Workflow = ref, workflow
		return d
	}
	tests := []struct {
		name       string
		request    bot.DispatchRequest
		fault      githubsim.Fault
		kind       bot.ErrorKind
		says, mend string
	}{
		{"input missing", without("sha"), githubsim.Fault{}, bot.Invalid, "sha", "Give it a value under `inputs`"},
		{"input not declared", with("odd"), githubsim.Fault{}, bot.Invalid, "odd", "Declare the inputs"},
		{"no such branch", on("nope", "deploy.yml"), githubsim.Fault{}, bot.Invalid, "No ref found for: nope", "Create the branch nope"},
		{"no such workflow", on("main", "nope.yml"), githubsim.Fault{}, bot.NotFound, "no workflow nope.yml in acme/api", "only if its file is on the default branch"},
		{"no trigger", on("main", "push.yml"), githubsim.Fault{}, bot.Invalid, "trigger", "on: workflow_dispatch"},
		{"bad credentials", request(), githubsim.Fault{Status: 401}, bot.Denied, "GitHub refused slipway's credentials", "Renew github.token"},
		{"permission of a token", request(), refusing("Resource not accessible by personal access token", "actions=write"), bot.Denied, "Resource not accessible by personal access token. The permission that is missing: actions=write", "Grant it to the token"},
		{"permission of an App", request(), refusing("Resource not accessible\\nby integration", "actions=write"), bot.Denied, "Resource not accessible by integration. The permission that is missing: actions=write", "accept the change where the App is installed"},
		{"sso", request(), githubsim.Fault{Status: 403, Header: map[string]string{"X-Github-Sso": "required; url=https://x"}, Body: "{}"}, bot.Denied, "single sign-on", "Configure SSO"},
		{"sso in words", request(), refusing("Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.", "actions=write"), bot.Denied, "organization SAML enforcement", "Configure SSO"},
		{"archived", request(), refusing("Repository was archived so is read-only.", "actions=write"), bot.Denied, "GitHub refused: Repository was archived so is read-only", "Unarchive the repository"},
		{"Actions disabled", request(), refusing("Actions has been disabled for this repository.", "actions=write"), bot.Denied, "Actions has been disabled", "Switch GitHub Actions on"},
		{"IP allow list", request(), refusing("Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.", "actions=write"), bot.Denied, "IP allow list enabled", "add the address of the machine"},
		{"no write access", request(), refusing("Must have admin rights to Repository.", "actions=write"), bot.Denied, "Must have admin rights to Repository", "needs write access"},
		{"a kind of token", request(), refusing("`acme` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.", "actions=write"), bot.Denied, "forbids access via a personal access token (classic)", "use a GitHub App"},
		{"words nobody knows", request(), refusing("The moon is in the wrong place.", "actions=write"), bot.Denied, "GitHub refused: The moon is in the wrong place", "slipway doctor"},
		{"no words", request(), githubsim.Fault{Status: 403, Body: "{}"}, bot.Denied, "does not say why (403 Forbidden)", "slipway doctor"},
		{"disabled", request(), githubsim.Fault{Status: 422, Body: `{"message":"Cannot trigger a 'workflow_dispatch' on a disabled workflow"}`}, bot.Invalid, "on a disabled workflow", "Enable deploy.yml again"},
		{"not in the list", request(), githubsim.Fault{Status: 422, Body: `{"message":"Provided value 'x' for input 'tier' not in the list of allowed values"}`}, bot.Invalid, "Provided value 'x' for input 'tier' not in the list", "Add the value to the options"},
		{"no number", request(), githubsim.Fault{Status: 422, Body: `{"message":"Provided value 'x' for input 'tier' is not a number"}`}, bot.Invalid, "is not a number", "Change the type"},
		{"too long", request(), githubsim.Fault{Status: 422, Body: `{"message":"inputs are too large."}`}, bot.Invalid, "too large", "65,535 characters"},
		{"too many", request(), githubsim.Fault{Status: 422, Body: `{"message":"you may only define up to 10 ` + "`inputs`" + ` for a ` + "`workflow_dispatch`" + ` event"}`}, bot.Invalid, "up to 10", "Declare fewer inputs"},
		{"a page to log in", request(), githubsim.Fault{Status: 302, Header: map[string]string{"Location": "https://login.example.com/"}, Body: "<html></html>"}, bot.Denied, "leads elsewhere", "asks for a login"},
		{"a workflow GitHub cannot read", request(), githubsim.Fault{Status: 422, Body: `{"message":"Failed to parse workflow: (Line: 3, Col: 1): Unexpected value"}`}, bot.Invalid, "(Line: 3, Col: 1)", "Correct .github/workflows/deploy.yml on main"},
		{"limit", request(), githubsim.TooManyRequests(30 * time.Second), bot.Limited, "asks slipway to wait", "goes on"},
		{"long limit", request(), githubsim.TooManyRequests(90 * time.Second), bot.Limited, "asks slipway to wait for 2 min, since", "goes on"},
		{"secondary limit", request(), githubsim.SecondaryLimit(30 * time.Second), bot.Limited, "asks slipway to wait", "goes on"},
		{"moved", request(), githubsim.Fault{Status: 307, Header: map[string]string{"Location": "/repositories/1/actions/workflows/deploy.yml/dispatches"}}, bot.Denied, "has moved", "new name"},
		{"texts", request(), githubsim.Fault{Status: 422, Body: `{"message":"Bad","errors":["one","two` + strings.Repeat("x", 900) + `"]}`}, bot.Invalid, "Bad; one; two", "slipway doctor"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			r.repo.WriteFile("main", ".github/workflows/push.yml", "on: push\n")
			if tt.fault.Status != 0 {
				r.AddFault(tt.fault.On("POST", dispatchPath))
			}
			_, err := r.client.Dispatch(t.Context(), tt.request, nil)
			wantKind(t, err, tt.kind)
			says, mend := bot.ForPeople(err)
			blamed := strings.Contains(says, "permission that is missing")
			if blamed != strings.Contains(says, "Resource not accessible") || strings.Contains(says+mend, "map their names under `inputs`") {
				t.Errorf("blames what GitHub does not: says %q, mend %q", says, mend)
			}
			if !strings.Contains(says, tt.says) || !strings.Contains(mend, tt.mend) || len(says) > 500 {
				t.Errorf("says %q, mend %q", says, mend)
			}
			if len(r.Runs()) != 0 {
				t.Error("something ran")
			}
			wantCount(t, r, "POST", "*", 1)
		})
	}
}

// Whatever happens to the answer, the request is sent once, and nobody claims
// to know what became of it.
func TestDispatchWhoseFateIsUnknown(t *testing.T) {
	t.Parallel()
	page := map[string]string{"Content-Type": "text/html"}
	tests := []struct {
		name  string
		fault githubsim.Fault
		ran   int
	}{
		{"connection cut before", githubsim.Fault{Cut: true}, 0},
		{"connection cut after", githubsim.Fault{Cut: true, After: true}, 1},
		{"502 before", githubsim.Fault{Status: 502}, 0},
		{"502 after", githubsim.Fault{Status: 502, After: true}, 1},
		{"503 with a time", githubsim.Fault{Status: 503, Header: map[string]string{"Retry-After": "0"}}, 0},
		{"408", githubsim.Fault{Status: 408, After: true}, 1},
		{"408 in a page", githubsim.Fault{Status: 408, After: true, Body: "<html>Request timed out</html>", Header: page}, 1},
		{"a page that something in between sends instead", githubsim.Fault{Status: 403, After: true, Body: "<html>Blocked</html>", Header: page}, 1},
		{"not JSON", githubsim.Fault{Status: 200, Body: "<html>", After: true}, 1},
		{"no run id", githubsim.Fault{Status: 200, Body: "{}", After: true}, 1},
		{"another success", githubsim.Fault{Status: 202, After: true}, 1},
		{"too late", githubsim.Fault{Latency: githubsim.Duration(3 * time.Second)}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			r.AddFault(tt.fault.On("POST", dispatchPath))
			within := time.Minute
			if tt.name == "too late" {
				within = time.Second
			}
			_, err := r.client.Dispatch(withTimeout(t, within), request(), nil)
			wantKind(t, err, bot.Unavailable)
			if says, mend := bot.ForPeople(err); !strings.Contains(says, "not known whether it started deploy.yml") || mend == "" {
				t.Errorf("says %q", says)
			}
			wantCount(t, r, "POST", "*", 1)
			if got := r.Dispatches()[runKey]; got != tt.ran {
				t.Errorf("%d runs were started, want %d", got, tt.ran)
			}
		})
	}
}

func TestDispatchWhoseAnswerIsCutShort(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.Header().Set("Content-Length", "500")
		_, _ = w.Write([]byte(`{"workflow_run_id":`))
	}))
	t.Cleanup(server.Close)
	_, err := newClient(t, server.URL).Dispatch(t.Context(), request(), nil)
	wantKind(t, err, bot.Unavailable)
	if calls.Load() != 1 {
		t.Errorf("%d requests", calls.Load())
	}
}

func TestDispatchThatNeverLeft(t *testing.T) {
	t.Parallel()
	const closed = "http://127.0.0.1:1" // a port that no server of a test beside this one gets
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(untrusted.Close)
	dialing := func(dial func(context.Context) error) http.RoundTripper {
		return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return nil, dial(ctx) }}
	}
	tests := []struct {
		name, url string
		transport http.RoundTripper
		cancelled bool
		kind      bot.ErrorKind
	}{
		{"nobody listens", closed, nil, false, bot.NeverSent},
		{"TLS refused", untrusted.URL, nil, false, bot.NeverSent},
		{"no such host", "https://ghe.example.com", dialing(func(context.Context) error {
			return &net.DNSError{Err: "no such host", Name: "ghe.example.com", IsNotFound: true}
		}), false, bot.NeverSent},
		{"no connection in time", "https://ghe.example.com", dialing(func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}), false, bot.NeverSent},
		{"cancelled before", closed, nil, true, bot.NeverSent},
		{"a transport that does not tell", closed, mute{}, false, bot.Unavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client, err := github.New(github.Options{Token: "t", APIURL: tt.url, HTTPTransport: tt.transport}, quiet())
			check(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if tt.cancelled {
				cancel()
			}
			_, err = client.Dispatch(ctx, request(), nil)
			wantKind(t, err, tt.kind)
		})
	}
}

// mute fails without telling how far it came.
type mute struct{}

func (mute) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("no") }

// During a pause that GitHub asked for, a dispatch is not even tried.
func TestDispatchDuringAPause(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.AddFault(githubsim.TooManyRequests(40*time.Second).On("POST", dispatchPath))
	for range 2 {
		_, err := r.client.Dispatch(t.Context(), request(), nil)
		wantKind(t, err, bot.Limited)
		if wait := bot.RetryAfter(err); wait < 30*time.Second || wait > 40*time.Second {
			t.Errorf("RetryAfter = %s", wait)
		}
	}
	wantCount(t, r, "", "", 1)
	_, _, err := r.client.Commit(t.Context(), repoName, "main") // one pause for all
	wantKind(t, err, bot.Limited)
	wantCount(t, r, "", "", 1)
}

// TestPromise1_DispatchThatIsHeldBack: the last check is asked when the connection
// stands; what it refuses has not left, whatever was said before.
func TestPromise1_DispatchThatIsHeldBack(t *testing.T) {
	t.Parallel()
	late := &bot.Error{Kind: bot.NeverSent, Op: "start", Says: "it is too late", RetryAfter: time.Second}
	for name, old := range map[string]bool{"a server of today": false, "a server that is asked twice": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{OldServer: old})
			asked := 0
			_, err := r.client.Dispatch(t.Context(), request(), func(context.Context) error {
				asked++
				if old && r.Count("POST", dispatchPath) == 0 {
					return nil // the first request leaves, and is refused
				}
				return late
			})
			wantKind(t, err, bot.NeverSent)
			if says, _ := bot.ForPeople(err); says != late.Says || bot.RetryAfter(err) != time.Second || asked == 0 {
				t.Errorf("asked %d times, and says %q", asked, says)
			}
			if n := len(r.Dispatches()); n != 0 {
				t.Errorf("%d runs were started", n)
			}
		})
	}
}

// TestPromise1_TheLastCheckComesLast: no connection has to be made any more after
// the last check.
func TestPromise1_TheLastCheckComesLast(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	var dialled atomic.Int32
	client, err := github.New(github.Options{Token: githubsim.DefaultToken, APIURL: r.url, HTTPTransport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialled.Add(1)
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}}, quiet())
	check(t, err)
	run, err := client.Dispatch(t.Context(), request(), func(context.Context) error {
		if dialled.Load() != 1 {
			t.Error("the last check is asked before there is a connection")
		}
		return nil
	})
	if err != nil || run.ID == 0 || dialled.Load() != 1 {
		t.Errorf("run %+v, %v, %d connections", run, err, dialled.Load())
	}
}

// refusing is a 403 in GitHub's words, with the header that names a permission,
// which comes with refusals of every kind.
func refusing(words, permission string) githubsim.Fault {
	return githubsim.Fault{
		Status: http.StatusForbidden, Body: `{"message":"` + words + `"}`,
		Header: map[string]string{"X-Accepted-Github-Permissions": permission},
	}
}
