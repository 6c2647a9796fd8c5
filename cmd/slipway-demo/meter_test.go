package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// TestMeter: it answers as a Prometheus does, what the demo's slipway.yaml asks, and
// nothing else.
func TestMeter(t *testing.T) {
	t.Parallel()
	s := &shop{live: func() string { return "a" }}
	s.wasWell(time.Now())
	s.setFailing(true)
	s.measure()
	m := meter{s}
	ask := func(path, query string) (int, string) {
		form := url.Values{"query": {query}, "start": {unixText(time.Now().Add(-10 * time.Second))}, "end": {unixText(time.Now())}, "step": {"1"}}
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path+"?"+form.Encode(), nil))
		return w.Code, w.Body.String()
	}
	const errors = `sum(rate(shop_requests_total{code=~"5.."}[1s])) / sum(rate(shop_requests_total[1s]))`
	status, body := ask("/api/v1/query", errors)
	var now struct {
		Data struct {
			Type   string `json:"resultType"`
			Result []struct {
				Value []any `json:"value"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(body), &now); err != nil || status != http.StatusOK || now.Data.Type != "vector" || len(now.Data.Result) != 1 || now.Data.Result[0].Value[1] == "0" {
		t.Errorf("errors now: %d %s, %v", status, body, err)
	}
	status, body = ask("/api/v1/query_range", errors)
	var past struct {
		Data struct {
			Result []struct {
				Values [][]any `json:"values"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(body), &past); err != nil || status != http.StatusOK || len(past.Data.Result) != 1 || len(past.Data.Result[0].Values) < 9 || past.Data.Result[0].Values[0][1] != "0" {
		t.Errorf("errors before: %d %s, %v", status, body, err)
	}
	if status, body := ask("/api/v1/query", "up"); status != http.StatusBadRequest {
		t.Errorf("another query: %d %s", status, body)
	}
}

func unixText(at time.Time) string {
	text, _ := json.Marshal(float64(at.UnixMilli()) / 1000) // a number always is one
	return string(text)
}
