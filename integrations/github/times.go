package github

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// timeField is a field of an answer that holds a time, in the names that GitHub gives
// them. A quotation mark within a text is escaped, so that nothing in a text looks alike.
var timeField = regexp.MustCompile(`"(?:[a-z_]*_at|date|timestamp)"\s*:\s*("[^"\\]*")`)

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
	for _, at := range timeField.FindAllSubmatchIndex(body, -1) {
		if _, err := time.Parse(`"`+time.RFC3339+`"`, string(body[at[2]:at[3]])); err != nil {
			plain.Write(body[from:at[2]])
			plain.WriteString("null")
			from = at[3]
		}
	}
	if from == 0 {
		return body
	}
	plain.Write(body[from:])
	return plain.Bytes()
}
