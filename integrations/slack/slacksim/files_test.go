package slacksim_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// uploadTo posts bytes to an address that the workspace gave, and gives the status.
func uploadTo(t *testing.T, address string, data []byte) int {
	t.Helper()
	req, err := http.NewRequestWithContext(withDeadline(t), http.MethodPost, address, bytes.NewReader(data))
	check(t, err)
	resp, err := http.DefaultClient.Do(req)
	check(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	check(t, err)
	check(t, resp.Body.Close())
	return resp.StatusCode
}

// TestFilesComeInThreeSteps: what was uploaded and completed can be named in a block, as
// soon as Slack has looked through it.
func TestFilesComeInThreeSteps(t *testing.T) {
	t.Parallel()
	now := newClock()
	r := newRig(t, slacksim.Options{Now: now.now, FileScan: time.Second})
	summary, err := r.api.UploadFileContext(withDeadline(t), slack.UploadFileParameters{
		Reader: strings.NewReader("some bytes"), FileSize: 10, Filename: "chart.png", Title: "A chart",
	})
	check(t, err)
	if f, found := r.sim.File(summary.ID); !found || string(f.Data) != "some bytes" || f.Name != "chart.png" || f.Title != "A chart" {
		t.Errorf("the file is %+v", f)
	}
	shows := func(id string) error {
		_, _, err := r.api.PostMessage(deploys, slack.MsgOptionBlocks(slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: id}, "up, then down", "", nil)))
		return err
	}
	if err := shows(summary.ID); err == nil || err.Error() != "invalid_blocks" {
		t.Errorf("a block with a file that is still looked through: %v", err)
	}
	now.advance(time.Second)
	check(t, shows(summary.ID))
	if wall := r.sim.Transcript(deploys); !strings.Contains(wall, "(picture: up, then down)") {
		t.Errorf("it shows\n%s", wall)
	}
	for _, id := range []string{"F0123456789", "F01", "a file"} {
		if err := shows(id); err == nil || err.Error() != "invalid_blocks" {
			t.Errorf("a block with the file %q: %v", id, err)
		}
	}
}

// TestFilesAreRefused as Slack does it.
func TestFilesAreRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	answers := func(method string, args url.Values, want any) map[string]any {
		t.Helper()
		got := call(t, r, method, args)
		if got["error"] != want {
			t.Errorf("%s with %v answers %v, want %v", method, args, got, want)
		}
		return got
	}
	answers("files.getUploadURLExternal", url.Values{"filename": {"a"}}, "missing_argument")
	answers("files.getUploadURLExternal", url.Values{"length": {"3"}}, "missing_argument")
	got := answers("files.getUploadURLExternal", url.Values{"filename": {"a.png"}, "length": {strconv.Itoa(3)}}, nil)
	id, _ := got["file_id"].(string)
	address, _ := got["upload_url"].(string)

	complete := func(args url.Values, want any) { t.Helper(); answers("files.completeUploadExternal", args, want) }
	files := func(id string) string { return `[{"id":"` + id + `"}]` }
	complete(url.Values{"files": {files(id)}}, "file_not_found") // its bytes have not come
	for _, wrong := range []struct {
		address, bytes string
	}{{address, "four"}, {address, ""}, {address + "x", "abc"}} {
		if status := uploadTo(t, wrong.address, []byte(wrong.bytes)); status == http.StatusOK {
			t.Errorf("%q was taken at %s", wrong.bytes, wrong.address)
		}
	}
	if status := uploadTo(t, address, []byte("abc")); status != http.StatusOK {
		t.Errorf("an upload is answered %d", status)
	}
	if status := uploadTo(t, address, []byte("abc")); status == http.StatusOK {
		t.Error("one address took two files")
	}
	complete(url.Values{}, "invalid_arguments")
	complete(url.Values{"files": {`[]`}}, "invalid_arguments")
	complete(url.Values{"files": {files(id)}, "channel_id": {deploys}}, "invalid_arguments")
	complete(url.Values{"files": {files("F0STRANGER")}}, "file_not_found")
	complete(url.Values{"files": {`[{"id":"` + id + `"},{"id":"` + id + `"}]`}}, "file_not_found")
	complete(url.Values{"files": {files(id)}}, nil)
	complete(url.Values{"files": {files(id)}}, "file_not_found") // once only

	poor := newRig(t, slacksim.Options{Scopes: []string{"chat:write"}})
	for _, method := range []string{"files.getUploadURLExternal", "files.completeUploadExternal"} {
		if got := call(t, poor, method, url.Values{"filename": {"a"}, "length": {"3"}}); got["error"] != "missing_scope" || got["needed"] != "files:write" {
			t.Errorf("%s without the scope: %v", method, got)
		}
	}
}
