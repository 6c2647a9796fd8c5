package slacksim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Files come in three steps (docs.slack.dev/messaging/working-with-files): the bot asks
// for an address, posts the bytes to it, and completes the upload, by which alone the
// file comes to be. Slack looks through it then, and until it has, it is no file to name
// in a block (slackapi/python-slack-sdk#1521).

// File is a file of the bot's, which nobody else sees unless a block shows it.
type File struct {
	ID, Name, Title string
	Data            []byte

	ready time.Time // from when on a block may name it
}

// upload is a file that is not there yet.
type upload struct {
	file   File
	length int
	came   bool // its bytes have
}

// File gives a file by its id.
func (s *Server) File(id string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.files, func(f File) bool { return f.ID == id })
	if i < 0 {
		return File{}, false
	}
	return s.files[i], true
}

func (s *Server) filesGetUploadURLExternal(a args) (reply, error) {
	length := a.number("length", 0)
	if length == 0 || a["filename"] == "" {
		return nil, fail("missing_argument")
	}
	id, ticket := s.nextID("F0"), s.nextID("CwAB")
	s.uploads[ticket] = &upload{file: File{ID: id, Name: a["filename"], Title: a["filename"]}, length: length}
	return reply{"upload_url": s.url + "/upload/v1/" + ticket, "file_id": id}, nil
}

// serveUpload takes the bytes of a file, raw or as the first part of a form. Of what does
// not fit Slack documents only that it does not answer 200.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	data, err := uploaded(w, r)
	call := Call{Method: "upload", At: s.now(), Status: http.StatusOK}
	s.withFaults(w, r, call, func(c *Call) any {
		u := s.uploads[r.PathValue("ticket")]
		if err != nil || u == nil || u.came || len(data) != u.length {
			c.Status, c.Error = http.StatusBadRequest, "the upload does not fit its ticket"
			return c.Error
		}
		u.came, u.file.Data = true, data
		return "OK - " + strconv.Itoa(len(data))
	})
}

func uploaded(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	parts, err := r.MultipartReader()
	if err != nil { // no form
		return io.ReadAll(r.Body)
	}
	part, err := parts.NextPart()
	if err != nil {
		return nil, fmt.Errorf("read the form: %w", err)
	}
	var data bytes.Buffer
	_, err = data.ReadFrom(part)
	return data.Bytes(), err
}

// filesCompleteUploadExternal makes files of what was uploaded, each once. To share them
// in a channel in the same call is not simulated, and refused rather than dropped.
func (s *Server) filesCompleteUploadExternal(a args) (reply, error) {
	var wanted []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
	if json.Unmarshal([]byte(a["files"]), &wanted) != nil || len(wanted) == 0 || a["channel_id"]+a["channels"]+a["thread_ts"] != "" {
		return nil, fail("invalid_arguments")
	}
	var tickets []string
	made := []map[string]any{}
	for _, w := range wanted {
		ticket := s.ticketOf(w.ID)
		if ticket == "" || slices.Contains(tickets, ticket) {
			return nil, fail("file_not_found")
		}
		tickets = append(tickets, ticket)
		made = append(made, map[string]any{"id": w.ID, "title": w.Title})
	}
	for i, ticket := range tickets {
		f := s.uploads[ticket].file
		f.Title, f.ready = cmp.Or(wanted[i].Title, f.Title), s.now().Add(s.opts.FileScan)
		s.files = append(s.files, f)
		delete(s.uploads, ticket)
	}
	return reply{"files": made}, nil
}

// ticketOf is the ticket of a file whose bytes have come; empty if there is none.
func (s *Server) ticketOf(file string) string {
	for ticket, u := range s.uploads {
		if u.file.ID == file && u.came {
			return ticket
		}
	}
	return ""
}

// strangeFiles finds the pictures in blocks that are no files of the bot's, or not yet.
func (s *Server) strangeFiles(blocks []object) []Violation {
	var found []Violation
	for i, b := range blocks {
		of := asObject(b["slack_file"])
		isFile := func(f File) bool { return f.ID == str(of, "id") && !s.now().Before(f.ready) }
		if of != nil && !slices.ContainsFunc(s.files, isFile) {
			found = append(found, Violation{Pointer: fmt.Sprintf("/blocks/%d/slack_file", i), Message: "invalid slack file"})
		}
	}
	return found
}
