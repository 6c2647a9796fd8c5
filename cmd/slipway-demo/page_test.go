package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// hostileCommit commits a change whose message is no harmless text.
func (d *world) hostileCommit(message string) {
	d.github.Repo(shopRepo).Commit("main", githubsim.CommitSpec{Message: message, Login: "cleo-gh", Name: message})
}

func ask(t *testing.T, method, url, body string, header map[string]string) (status int, got http.Header, said string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range header {
		if key == "Host" {
			r.Host = value
			continue
		}
		r.Header.Set(key, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

// TestPageIsServedToItselfAlone tries what another page in the same browser, or a
// name that leads here, could ask for.
func TestPageIsServedToItselfAlone(t *testing.T) {
	t.Parallel()
	s, address := newPlayed(t)
	t.Cleanup(func() {
		if _, number := s.now(); number != 1 {
			t.Errorf("the world is number %d: somebody began anew who may not", number)
		}
	})
	port := address[strings.LastIndex(address, ":"):]
	for name, tt := range map[string]struct {
		method, path, body string
		header             map[string]string
		status             int
	}{
		"the page":                  {"GET", "/", "", nil, 200},
		"a module":                  {"GET", "/js/main.js", "", nil, 200},
		"the page as localhost":     {"GET", "/", "", map[string]string{"Host": "localhost" + port}, 200},
		"a name that leads here":    {"GET", "/", "", map[string]string{"Host": "evil.example" + port}, 403},
		"what happens, from beside": {"GET", "/look?as=" + anna, "", map[string]string{"Origin": "http://evil.example"}, 403},
		"what happens to nobody":    {"GET", "/look?as=U0NOBODY", "", nil, 404},
		"an act from beside":        {"POST", "/act", `{"do":"restart"}`, map[string]string{"Origin": "http://evil.example"}, 403},
		"an act from a file":        {"POST", "/act", `{"do":"restart"}`, map[string]string{"Origin": "null"}, 403},
		"an act from nowhere":       {"POST", "/act", `{"do":"restart"}`, nil, 403},
		"an act that is none":       {"POST", "/act", `{"do":"dance","as":"` + anna + `"}`, map[string]string{"Origin": address}, 422},
		"an act of nobody":          {"POST", "/act", `{"do":"type","as":"U0NOBODY"}`, map[string]string{"Origin": address}, 400},
		"an act that is no JSON":    {"POST", "/act", `do=restart`, map[string]string{"Origin": address}, 400},
		"a switch that is none":     {"POST", "/act", `{"do":"turn","as":"` + anna + `","switch":"moon"}`, map[string]string{"Origin": address}, 422},
		"an act that is too long":   {"POST", "/act", `{"do":"type","text":"` + strings.Repeat("x", maxAct) + `"}`, map[string]string{"Origin": address}, 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, header, said := ask(t, tt.method, address+tt.path, tt.body, tt.header)
			if status != tt.status {
				t.Errorf("status %d, want %d: %s", status, tt.status, said)
			}
			csp := header.Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("policy %q", csp)
			}
		})
	}
}

// TestLook reads what the page is told: each part at first, and then what changes.
func TestLook(t *testing.T) {
	t.Parallel()
	s, address := newPlayed(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/look?as="+ben, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 4<<20)
	seen := map[string]bool{}
	for len(seen) < 5 && lines.Scan() {
		if name, isEvent := strings.CutPrefix(lines.Text(), "event: "); isEvent {
			seen[name] = true
		}
	}
	if _, err := s.world.slack.Say(cleo, deploys, "", "something new"); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		data, isData := strings.CutPrefix(lines.Text(), "data: ")
		var chat chatLook
		if !isData || json.Unmarshal([]byte(data), &chat) != nil || chat.Me != ben {
			continue
		}
		if said := chat.Messages[deploys]; len(said) > 0 && said[len(said)-1].Text == "something new" {
			return
		}
	}
	t.Error("the page never hears of what was said")
}
