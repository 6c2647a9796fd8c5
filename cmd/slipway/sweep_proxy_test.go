//go:build faults

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1" // it is how Redis names scripts
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

// door stands before a simulator. Each process has an address of its own
// there, by the first part of the path: /3/api/chat.update is process 3's.
func door(w *watch, label func(*http.Request, []byte) string, simulator http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if websocket.IsWebSocketUpgrade(r) {
			simulator.ServeHTTP(rw, r) // what Slack sends is no effect of slipway's
			return
		}
		process := w.lastReplier()
		first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if n, err := strconv.Atoi(first); err == nil {
			process, r.URL.Path, r.URL.RawPath = n, "/"+rest, ""
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the process is gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		if !w.effect(process, label(r, body), func() { simulator.ServeHTTP(answer, r) }) {
			panic(http.ErrAbortHandler) // the connection ends without an answer
		}
		maps.Copy(rw.Header(), answer.Header())
		rw.WriteHeader(answer.Code)
		_, _ = rw.Write(answer.Body.Bytes())
	})
}

// What differs from run to run.
var (
	aSHA     = regexp.MustCompile(`\b[0-9a-f]{40}\b`)
	aNumber  = regexp.MustCompile(`\b\d+\b`)
	aHash    = regexp.MustCompile(`:[0-9a-f]{32}\b.*`)
	numberIn = regexp.MustCompile(`([ :])\d+\b`)
)

// githubLabel names a call to GitHub without what differs from run to run.
func githubLabel(r *http.Request, _ []byte) string {
	_, path, _ := strings.Cut(r.URL.Path, "/repos/acme/api/")
	path = aSHA.ReplaceAllString(path, "SHA")
	path = aNumber.ReplaceAllString(path, "N")
	return "github " + r.Method + " " + path
}

// slackLabel names a call to Slack; what is posted says itself which of a
// release's messages it is.
func slackLabel(r *http.Request, body []byte) string {
	if strings.HasPrefix(r.URL.Path, "/hooks/") {
		return "slack response_url"
	}
	label := "slack " + strings.TrimPrefix(r.URL.Path, "/api/")
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return label
	}
	release, kind := messageKey([]byte(form.Get("metadata")))
	return strings.TrimSpace(label + " " + release + " " + kind)
}

// messageKey reads which of a release's messages carries this metadata.
func messageKey(metadata []byte) (release, kind string) {
	var m struct {
		Payload struct {
			Release string `json:"release"`
			Kind    string `json:"kind"`
		} `json:"event_payload"`
	}
	_ = json.Unmarshal(metadata, &m) // a message without metadata has no key
	return m.Payload.Release, m.Payload.Kind
}

// redisDoor stands before redis-server, one for each process.
type redisDoor struct {
	watch   *watch
	process int
	server  string // where redis-server listens
	words   *redisWords
}

// serve passes connections through until the listener is closed.
func (d *redisDoor) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go d.pass(client)
	}
}

func (d *redisDoor) pass(client net.Conn) {
	defer func() { _ = client.Close() }()
	var dialer net.Dialer
	server, err := dialer.DialContext(context.Background(), "tcp", d.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	commands, answers := bufio.NewReader(client), bufio.NewReader(server)
	for {
		batch, err := d.nextBatch(commands)
		if err != nil {
			return
		}
		if batch.subscribes {
			go func() { _, _ = io.Copy(client, answers) }()
			_, _ = server.Write(batch.raw.Bytes())
			_, _ = io.Copy(server, commands)
			return
		}
		var answer bytes.Buffer
		alive := d.watch.effect(d.process, batch.label, func() {
			_, err = server.Write(batch.raw.Bytes())
			for range batch.commands {
				if err == nil {
					_, err = readRESP(answers, &answer)
				}
			}
		})
		if !alive || err != nil {
			return
		}
		if _, err := client.Write(answer.Bytes()); err != nil {
			return
		}
	}
}

// redisBatch is some commands, of which none but the last writes.
type redisBatch struct {
	raw        bytes.Buffer
	commands   int
	label      string // of the one that writes; "" if none does
	subscribes bool
}

// nextBatch reads up to the next command that writes, or as far as commands
// have come: a pipeline of reads is passed on as one, with the write that
// follows it if there is one.
func (d *redisDoor) nextBatch(commands *bufio.Reader) (*redisBatch, error) {
	b := &redisBatch{}
	for {
		var raw bytes.Buffer
		words, err := readRESP(commands, &raw)
		if err != nil {
			return nil, err
		}
		label := d.words.label(words)
		_, _ = raw.WriteTo(&b.raw)
		b.commands++
		b.label = label
		b.subscribes = strings.EqualFold(words[0], "subscribe")
		if label != "" || b.subscribes || commands.Buffered() == 0 {
			return b, nil
		}
	}
}

// readRESP copies one value of Redis's protocol, version 2 or 3, into raw, and
// gives the texts in it.
func readRESP(r *bufio.Reader, raw *bytes.Buffer) (texts []string, err error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	raw.WriteString(line)
	n, _ := strconv.Atoi(strings.TrimSpace(line[1:])) // not a number: it has no length
	switch line[0] {
	case '$', '=', '!':
		if n < 0 {
			return []string{""}, nil
		}
		text := make([]byte, n+2)
		if _, err := io.ReadFull(r, text); err != nil {
			return nil, err
		}
		raw.Write(text)
		return []string{string(text[:n])}, nil
	case '%', '|':
		n *= 2
	case '*', '~', '>':
	default:
		return []string{strings.TrimSpace(line[1:])}, nil
	}
	for range n {
		more, err := readRESP(r, raw)
		if err != nil {
			return nil, err
		}
		texts = append(texts, more...)
	}
	if line[0] == '>' || line[0] == '|' { // not the answer itself, which follows
		return readRESP(r, raw)
	}
	return texts, nil
}

// redisWords knows what Redis's commands mean: which of them write, and what
// the scripts are called in the source.
type redisWords struct {
	writes  map[string]bool
	scripts map[string]string // the script's own lines, by name

	mu    sync.Mutex
	known map[string]string // names by SHA, of the scripts that the server has
}

// newRedisWords asks the server which commands write, and the source of the
// store for its scripts.
func newRedisWords(tb testing.TB, server string) *redisWords {
	tb.Helper()
	conn, err := net.Dial("tcp", server)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = conn.Write([]byte("COMMAND LIST FILTERBY ACLCAT write\r\n"))
	names, err := readRESP(bufio.NewReader(conn), &bytes.Buffer{})
	if err != nil || len(names) < 50 {
		tb.Fatalf("redis-server does not say which commands write: %d, %v", len(names), err)
	}
	w := &redisWords{writes: map[string]bool{}, scripts: map[string]string{}, known: map[string]string{}}
	for _, name := range names {
		w.writes[strings.ToLower(name)] = true
	}
	files, err := filepath.Glob(filepath.Join(repoRoot, "state", "*.go"))
	if err != nil {
		tb.Fatal(err)
	}
	script := regexp.MustCompile("(?m)^const (\\w+)Script = [^`]*`([^`]+)`")
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for _, m := range script.FindAllStringSubmatch(string(source), -1) {
			w.scripts[m[1]] = m[2]
		}
	}
	return w
}

// forServer is the same for another server, which knows no script yet.
func (w *redisWords) forServer() *redisWords {
	return &redisWords{writes: w.writes, scripts: w.scripts, known: map[string]string{}}
}

// label names a command that writes; "" is one that does not.
func (w *redisWords) label(words []string) string {
	command := strings.ToLower(words[0])
	switch {
	case command == "eval":
		return w.scriptLabel(w.learn(words[1]), words[3:])
	case command == "evalsha":
		w.mu.Lock()
		name, known := w.known[words[1]]
		w.mu.Unlock()
		if !known {
			return "" // the server refuses it, and the text comes next
		}
		return w.scriptLabel(name, words[3:])
	case w.writes[command] && len(words) > 1:
		_, key, _ := strings.Cut(words[1], ":")
		label := strings.Join(append([]string{"redis", command, key}, words[2:min(len(words), 3)]...), " ")
		return numberIn.ReplaceAllString(aHash.ReplaceAllString(label, ""), "${1}N")
	}
	return ""
}

func (w *redisWords) learn(text string) string {
	sum := sha1.Sum([]byte(text)) // it is how Redis names scripts
	sha := hex.EncodeToString(sum[:])
	name := "script " + sha[:8]
	for candidate, lines := range w.scripts {
		if strings.Contains(text, lines) {
			name = candidate
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known[sha] = name
	return name
}

// aRelease is a word that is a release's name, or a key that ends with it.
var aRelease = regexp.MustCompile(`^\w+-\d+$`)

// scriptLabel names a call of a script by its release and, where it has one,
// by its step.
func (w *redisWords) scriptLabel(name string, words []string) string {
	label := "redis " + name
	for i, word := range words {
		release := word[strings.LastIndexByte(word, ':')+1:]
		if !aRelease.MatchString(release) {
			continue
		}
		label += " " + release
		switch name {
		case "move":
			return fmt.Sprintf("%s %s>%s", label, words[i+1], words[i+4])
		case "message":
			return label + " " + strings.TrimPrefix(words[i+1], "ref:")
		}
		return label
	}
	return label
}
