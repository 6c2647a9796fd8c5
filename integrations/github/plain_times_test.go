package github

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"testing"
	"time"
)

// FuzzPlainTimes holds the scan against a reading of the whole answer: the times that are
// none become null, all else stays, and what is no JSON breaks nothing.
func FuzzPlainTimes(f *testing.F) {
	for _, seed := range []string{
		`{"date":"10000-01-01T00:00:00Z","a":"b"}`, `[{"updated_at" : "soon","date":"2026-11-30T10:00:00Z"},{"timestamp":""}]`,
		`{"message":"Say \"date\": \"soon\"","commit":{"committer":{"date": "soon"}}}`, `{"path":"C:\\","pushed_at":"soon"}`, `{"x":"\\\"","_at":"\""}`,
		`{"update":"soon","created_At":"soon","a1_at":"soon","at":"soon","":"date","date":7,"timestamp":{"date":["soon"]},"due_at":null}`,
		`{"date":{"date":"soon"}}`, `"date"`, `{"date":`, `{"date":"soon`, `"\`, `""`, ``,
	} {
		f.Add([]byte(seed))
	}
	named := regexp.MustCompile(`^([a-z_]*_at|date|timestamp)$`)
	var without func(any) any
	without = func(v any) any {
		switch v := v.(type) {
		case []any:
			for i := range v {
				v[i] = without(v[i])
			}
		case map[string]any:
			for name, value := range v {
				v[name] = without(value)
				if said, is := value.(string); is && named.MatchString(name) {
					if _, err := time.Parse(time.RFC3339, said); err != nil {
						v[name] = nil
					}
				}
			}
		}
		return v
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		given := bytes.Clone(body)
		plain := plainTimes(&http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}}, body)
		if !bytes.Equal(body, given) {
			t.Fatal("the answer itself was changed")
		}
		var before, after any
		if json.Unmarshal(body, &before) != nil || bytes.Contains(body, []byte(`\u`)) {
			return // no answer of GitHub's, or a name or a time in other letters
		}
		if err := json.Unmarshal(plain, &after); err != nil {
			t.Fatalf("of %s became %s: %v", body, plain, err)
		}
		if !reflect.DeepEqual(without(before), after) {
			t.Errorf("of %s became %s", body, plain)
		}
	})
}
