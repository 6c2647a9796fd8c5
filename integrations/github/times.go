package github

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// plainTimes takes times out of an answer that are none. Whoever makes a commit writes
// any date into it, also one of the year 10000, and GitHub shows that wherever it shows
// the commit: in comparisons, and with every run of the branch that it is the tip of.
// go-github reads an answer whole or not at all, and nothing depends on such a time.
func plainTimes(resp *http.Response, body []byte) []byte {
	if resp.StatusCode != http.StatusOK || !strings.Contains(resp.Header.Get("Content-Type"), "json") {
		return body
	}
	var plain bytes.Buffer
	from := 0
	for key, end := textIn(body, 0); end > 0; key, end = textIn(body, end) {
		if !namesTime(body[key:end]) {
			continue
		}
		start, is := valueAfter(body, end)
		if !is {
			continue // a text that is no name of a field, or no text in the field
		}
		if _, end = textIn(body, start); end == 0 {
			break
		}
		if _, err := time.Parse(time.RFC3339, string(body[start+1:end-1])); err != nil {
			plain.Write(body[from:start])
			plain.WriteString("null")
			from = end
		}
	}
	if from == 0 {
		return body
	}
	plain.Write(body[from:])
	return plain.Bytes()
}

// textIn finds the first text of a JSON value at or after from: where it starts, and where
// what comes after it does, its quotation marks included; 0 where there is none. Every
// answer of GitHub goes through it, so it looks at quotation marks alone.
func textIn(body []byte, from int) (start, end int) {
	quote := bytes.IndexByte(body[from:], '"')
	if quote < 0 {
		return 0, 0
	}
	start = from + quote
	for end = start + 1; ; end++ {
		quote = bytes.IndexByte(body[end:], '"')
		if quote < 0 {
			return 0, 0
		}
		end += quote
		escapes := 0
		for body[end-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return start, end + 1
		}
	}
}

// namesTime says whether a field of that name, in quotation marks, holds a time, in the
// names that GitHub gives them.
func namesTime(name []byte) bool {
	name = name[1 : len(name)-1]
	if !bytes.HasSuffix(name, []byte("_at")) {
		return string(name) == "date" || string(name) == "timestamp"
	}
	return len(bytes.TrimLeft(name, "abcdefghijklmnopqrstuvwxyz_")) == 0
}

// valueAfter returns where the text starts that is the value of the field whose name ends
// at end.
func valueAfter(body []byte, end int) (start int, is bool) {
	rest := bytes.TrimLeft(body[end:], " \t\r\n")
	if !bytes.HasPrefix(rest, []byte(":")) {
		return 0, false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	return len(body) - len(rest), bytes.HasPrefix(rest, []byte(`"`))
}
