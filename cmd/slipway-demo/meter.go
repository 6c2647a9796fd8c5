package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// meter is what measures the shop: it answers the queries of the demo's slipway.yaml
// in the way of a Prometheus, and knows no others. A real one would scrape the shop,
// and so would be some seconds late.
type meter struct{ shop *shop }

// ServeHTTP answers /api/v1/query and /api/v1/query_range.
func (m meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		writeMetrics(w, http.StatusBadRequest, map[string]any{"status": "error", "errorType": "bad_data", "error": "the form cannot be read"})
		return
	}
	measure, known := measureOf(r.Form.Get("query"))
	if !known {
		writeMetrics(w, http.StatusBadRequest, map[string]any{"status": "error", "errorType": "bad_data", "error": "this meter knows the queries of the demo alone"})
		return
	}
	samples := m.shop.measured()
	if strings.HasSuffix(r.URL.Path, "/query_range") {
		from, to, step := unix(r.Form.Get("start")), unix(r.Form.Get("end")), seconds(r.Form.Get("step"))
		writeMetrics(w, http.StatusOK, found("matrix", []any{map[string]any{"metric": map[string]string{}, "values": over(samples, measure, from, to, step)}}))
		return
	}
	now := time.Now()
	value, had := at(samples, measure, now)
	result := []any{}
	if had {
		result = append(result, map[string]any{"metric": map[string]string{}, "value": point(now, value)})
	}
	writeMetrics(w, http.StatusOK, found("vector", result))
}

func found(kind string, result []any) map[string]any {
	return map[string]any{"status": "success", "data": map[string]any{"resultType": kind, "result": result}}
}

func writeMetrics(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // whoever asked may be gone
}

// measureOf is what one of the demo's queries asks of a second of traffic.
func measureOf(query string) (func([]sample) float64, bool) {
	switch query {
	case `sum(rate(shop_requests_total{code=~"5.."}[1s])) / sum(rate(shop_requests_total[1s]))`:
		return func(s []sample) float64 {
			bad := 0.0
			for _, one := range s {
				bad += one.share
			}
			return bad / float64(len(s))
		}, true
	case `histogram_quantile(0.95, sum by (le) (rate(shop_seconds_bucket[1s])))`:
		return func(s []sample) float64 { return float64(s[len(s)-1].Millis) / 1000 }, true
	}
	return nil, false
}

// at measures the second before a time; false where nothing was sampled in it.
func at(samples []sample, measure func([]sample) float64, when time.Time) (float64, bool) {
	var within []sample
	for _, s := range samples {
		if !s.at.After(when) && when.Sub(s.at) < time.Second {
			within = append(within, s)
		}
	}
	if len(within) == 0 {
		return 0, false
	}
	return measure(within), true
}

// maxMeasured bounds how many points of the past are given.
const maxMeasured = 2000

func over(samples []sample, measure func([]sample) float64, from, to time.Time, step time.Duration) []any {
	points := []any{}
	for when := from; !when.After(to) && step > 0 && len(points) < maxMeasured; when = when.Add(step) {
		if value, had := at(samples, measure, when); had {
			points = append(points, point(when, value))
		}
	}
	return points
}

func point(when time.Time, value float64) []any {
	return []any{float64(when.UnixMilli()) / 1000, strconv.FormatFloat(value, 'f', -1, 64)}
}

func unix(text string) time.Time {
	s, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(int64(s * 1000))
}

func seconds(text string) time.Duration {
	s, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	return time.Duration(s * float64(time.Second))
}
