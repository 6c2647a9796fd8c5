package prometheus

import (
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/prometheus/client_golang/api"
	"github.com/prometheus/common/model"
)

// TestAnswers: responses to a query, from a Prometheus or from a proxy before it.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const vector = `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1764374400,"1.5"]}]}}`
	failed := func(kind string) string { return `{"status":"error","errorType":"` + kind + `","error":"secret"}` }
	for name, tt := range map[string]struct {
		status int
		body   string
		want   string // the value, or why there is none
	}{
		"a vector":                        {http.StatusOK, vector, "{} => 1.5 @[1764374400]"},
		"a scalar":                        {http.StatusOK, `{"status":"success","data":{"resultType":"scalar","result":[1764374400,"2"]}}`, "scalar: 2 @[1764374400]"},
		"a text":                          {http.StatusOK, `{"status":"success","data":{"resultType":"string","result":[1764374400,"hello"]}}`, "Prometheus answered what cannot be read"},
		"with a remark on the query":      {http.StatusOK, `{"warnings":["PromQL warning: quantile value should be between 0 and 1"],"infos":["PromQL info: metric might not be a counter"],` + vector[1:], "{} => 1.5 @[1764374400]"},
		"from a part of Thanos":           {http.StatusOK, `{"warnings":["No StoreAPIs matched for this query"],` + vector[1:], "Prometheus could answer from a part of its data alone"},
		"from a part of VictoriaMetrics":  {http.StatusOK, `{"isPartial":true,` + vector[1:], "Prometheus could answer from a part of its data alone"},
		"from all of VictoriaMetrics":     {http.StatusOK, `{"isPartial":false,` + vector[1:], "{} => 1.5 @[1764374400]"},
		"a login page with status 200":    {http.StatusOK, "<!doctype html><title>Sign in</title>", "Prometheus answered what cannot be read"},
		"a list":                          {http.StatusOK, "[]", "Prometheus answered what cannot be read"},
		"neither good nor bad":            {http.StatusOK, `{"data":{"resultType":"vector","result":[]}}`, "Prometheus answered what cannot be read"},
		"a kind that is to come":          {http.StatusOK, `{"status":"success","data":{"resultType":"cube","result":[]}}`, "Prometheus answered what cannot be read"},
		"a vector of no numbers":          {http.StatusOK, `{"status":"success","data":{"resultType":"vector","result":[{"value":[1,2,3]}]}}`, "Prometheus answered what cannot be read"},
		"a page":                          {http.StatusOK, "<html>welcome to the portal</html>", "Prometheus answered what cannot be read"},
		"nothing":                         {http.StatusOK, "", "Prometheus answered what cannot be read"},
		"no content":                      {http.StatusNoContent, "", "Prometheus answered what cannot be read"},
		"an error that counts as success": {http.StatusOK, failed("execution"), "Prometheus could not carry the query out"},
		"a query that is wrong":           {http.StatusBadRequest, failed("bad_data"), "Prometheus does not understand the query"},
		"a query that fails":              {http.StatusUnprocessableEntity, failed("execution"), "Prometheus could not carry the query out"},
		"a query that takes too long":     {http.StatusServiceUnavailable, failed("timeout"), "the query took Prometheus too long"},
		"a kind of error that is to come": {http.StatusUnprocessableEntity, failed("overload"), "Prometheus does not work"},
		"a vector of nothing":             {http.StatusOK, `{"status":"success","data":{"resultType":"vector","result":[null]}}`, "Prometheus answered what cannot be read"},
		"a series that is nothing":        {http.StatusOK, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]},null]}}`, "Prometheus answered what cannot be read"},
		"a proxy's 400":                   {http.StatusBadRequest, "no", "Prometheus refused the query; look at its token, user or headers in slipway.yaml"},
		"no token":                        {http.StatusUnauthorized, "no", "Prometheus refused the query; look at its token, user or headers in slipway.yaml"},
		"another program":                 {http.StatusNotFound, "404 page not found", "there is no Prometheus at its address in slipway.yaml"},
		"too many questions":              {http.StatusTooManyRequests, failed("too_many_requests"), "Prometheus has too much to answer already"},
		"a tenant that is missing":        {http.StatusUnauthorized, "no org id", "Prometheus refused the query; look at its token, user or headers in slipway.yaml"},
		"a bad gateway":                   {http.StatusBadGateway, "<html>", "Prometheus does not work"},
		"unavailable, by a proxy":         {http.StatusServiceUnavailable, "<html>", "Prometheus does not work"},
		"a way to somewhere else":         {http.StatusFound, vector, "Prometheus answered what cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := resultOf(tt.status, []byte(tt.body))
			var said string
			if err != nil {
				said = blame(err)
			} else {
				said = value.String()
			}
			if said != tt.want {
				t.Errorf("it says %q, want %q", said, tt.want)
			}
		})
	}
}

// TestQueriesAreSent: a query is sent below the path of the address, by POST, and by GET to
// a server that refuses POST.
func TestQueriesAreSent(t *testing.T) {
	t.Parallel()
	for _, refuses := range []int{0, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented} {
		asked := url.Values{}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && refuses != 0 {
				w.WriteHeader(refuses)
				return
			}
			_ = r.ParseForm() // an empty form fails below
			asked = r.Form
			asked.Set("path", r.URL.Path)
			_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"matrix","result":[]}}`))
		}))
		client, err := api.NewClient(api.Config{Address: server.URL + "/prom/", Client: server.Client()})
		if err != nil {
			t.Fatal(err)
		}
		noon := time.Date(2026, 11, 29, 12, 0, 0, int(250*time.Millisecond), time.UTC)
		value, err := queryAPI{client}.queryRange(t.Context(), "up{a=\"b&c\"}", timeRange{noon, noon.Add(time.Minute), 1500 * time.Millisecond})
		if _, is := value.(model.Matrix); err != nil || !is {
			t.Errorf("refusing by %d: %v, %v", refuses, value, err)
		}
		want := url.Values{
			"path": {"/prom/api/v1/query_range"}, "query": {"up{a=\"b&c\"}"},
			"start": {"1795953600.25"}, "end": {"1795953660.25"}, "step": {"1.5"},
		}
		if asked.Encode() != want.Encode() {
			t.Errorf("refusing by %d it was asked %s, want %s", refuses, asked.Encode(), want.Encode())
		}
		server.Close()
	}
}

// FuzzAnswer: every response gives a value or an error.
func FuzzAnswer(f *testing.F) {
	f.Add(http.StatusOK, []byte(`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1,"2"]}]}}`))
	f.Add(http.StatusOK, []byte(`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"NaN"]],"histograms":[[1,{"count":"1"}]]}]}}`))
	f.Add(http.StatusOK, []byte(`{"status":"success","data":{"resultType":"vector","result":[null]}}`))
	f.Add(http.StatusOK, []byte(`{"status":"success","data":{"resultType":"matrix","result":[null]}}`))
	f.Add(http.StatusBadRequest, []byte(`{"status":"error","errorType":"bad_data"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		value, err := resultOf(status, body)
		if (err == nil) == (value == nil) {
			t.Errorf("value %v, error %v", value, err)
		}
		if err != nil {
			return
		}
		if n := numberIn(value); n.had() && (math.IsNaN(n.value) || math.IsInf(n.value, 0)) {
			t.Errorf("the number %v was believed", n.value)
		}
		if series, err := seriesIn(value); (err == nil) == (series == nil) {
			t.Errorf("series %v, error %v", series, err)
		}
	})
}
