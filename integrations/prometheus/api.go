package prometheus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/api"
	"github.com/prometheus/common/model"
)

// queryAPI asks a Prometheus by two calls of its HTTP API
// (https://prometheus.io/docs/prometheus/latest/querying/api/), with the client that
// Prometheus keeps. The package that it keeps for the calls themselves,
// client_golang/api/prometheus/v1, decodes by a library for which the linker keeps
// every method of the program: a third of its size.
type queryAPI struct{ api.Client }

// timeRange is the range of a range query.
type timeRange struct {
	from, to time.Time
	step     time.Duration
}

// fault is a kind of error.
type fault string

// The first four are Prometheus's own error types. The others stand for responses of a
// proxy before it, or of something that is no Prometheus.
const (
	faultBadData     fault = "bad_data"
	faultTimeout     fault = "timeout"
	faultCanceled    fault = "canceled"
	faultExec        fault = "execution"
	faultClient      fault = "client_error"
	faultServer      fault = "server_error"
	faultBadResponse fault = "bad_response"
	faultInPart      fault = "in_part"
	faultNotThere    fault = "not_there"
	faultTooMany     fault = "too_many"
)

// apiError is a response without a usable result.
type apiError struct{ kind fault }

func (e *apiError) Error() string { return "Prometheus answered " + string(e.kind) }

// query evaluates a query at the server's own time.
func (a queryAPI) query(ctx context.Context, query string) (model.Value, error) {
	return a.ask(ctx, "query", url.Values{"query": {query}})
}

// queryRange evaluates a query at each step of a range.
func (a queryAPI) queryRange(ctx context.Context, query string, over timeRange) (model.Value, error) {
	return a.ask(ctx, "query_range", url.Values{
		"query": {query}, "start": {seconds(over.from)}, "end": {seconds(over.to)},
		"step": {strconv.FormatFloat(over.step.Seconds(), 'f', -1, 64)},
	})
}

func seconds(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64)
}

// ask sends a query by POST, since it may be long, and again by GET if POST is refused.
func (a queryAPI) ask(ctx context.Context, call string, form url.Values) (model.Value, error) {
	where := a.URL("/api/v1/"+call, nil)
	status, body, err := a.send(ctx, http.MethodPost, where, form.Encode())
	if err == nil && (status == http.StatusForbidden || status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented) {
		where.RawQuery = form.Encode()
		status, body, err = a.send(ctx, http.MethodGet, where, "")
	}
	if err != nil {
		return nil, err
	}
	return resultOf(status, body)
}

func (a queryAPI) send(ctx context.Context, method string, where *url.URL, form string) (status int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, method, where.String(), strings.NewReader(form))
	if err != nil {
		return 0, nil, err
	}
	if form != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header["Idempotency-Key"] = nil // lets net/http repeat it if an idle connection was closed
	}
	response, body, err := a.Do(ctx, request) //nolint:bodyclose // Do reads and closes it
	if err != nil {
		return 0, nil, err
	}
	return response.StatusCode, body, nil
}

// resultOf decodes a response. Prometheus sends its own errors with status 400, 422 or
// 503; any other status may come from a proxy.
func resultOf(status int, body []byte) (model.Value, error) {
	var answer struct {
		Status string `json:"status"`
		Kind   fault  `json:"errorType"`
		Data   struct {
			Type   model.ValueType `json:"resultType"`
			Result json.RawMessage `json:"result"`
		} `json:"data"`
		Warnings []string `json:"warnings"`
		Partial  bool     `json:"isPartial"` // of VictoriaMetrics
	}
	readable := json.NewDecoder(bytes.NewReader(body)).Decode(&answer) == nil
	told := status == http.StatusBadRequest || status == http.StatusUnprocessableEntity || status == http.StatusServiceUnavailable
	switch {
	case (told || status/100 == 2) && readable && answer.Status == "error" && answer.Kind != "":
		return nil, &apiError{answer.Kind}
	case status == http.StatusNotFound:
		return nil, &apiError{faultNotThere}
	case status == http.StatusTooManyRequests:
		return nil, &apiError{faultTooMany}
	case status/100 == 4:
		return nil, &apiError{faultClient}
	case status/100 == 5:
		return nil, &apiError{faultServer}
	case status/100 != 2, !readable, answer.Status != "success":
		return nil, &apiError{faultBadResponse}
	case answer.Partial || slices.ContainsFunc(answer.Warnings, ofMissingData):
		return nil, &apiError{faultInPart}
	}
	return valueOf(answer.Data.Type, answer.Data.Result)
}

// ofMissingData says that a warning is about missing data, as Thanos and remote reads send
// it, and not about the query. Incomplete data must not be judged.
func ofMissingData(warning string) bool { return !strings.HasPrefix(warning, "PromQL ") }

var errNoNumbers = errors.New("the result has no numbers in it, as far as is known")

func valueOf(kind model.ValueType, text []byte) (model.Value, error) {
	var value model.Value
	var err error
	switch kind {
	case model.ValScalar:
		var scalar model.Scalar
		err = json.Unmarshal(text, &scalar)
		value = &scalar
	case model.ValVector:
		var vector model.Vector
		if err = json.Unmarshal(text, &vector); slices.Contains(vector, nil) {
			err = errNoNumbers
		}
		value = vector
	case model.ValMatrix:
		var matrix model.Matrix
		if err = json.Unmarshal(text, &matrix); slices.Contains(matrix, nil) {
			err = errNoNumbers
		}
		value = matrix
	case model.ValString, model.ValNone:
		err = errNoNumbers
	default:
		err = errNoNumbers
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", &apiError{faultBadResponse}, err)
	}
	return value, nil
}
