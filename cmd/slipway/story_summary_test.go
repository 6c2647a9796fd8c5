package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// summaryWords are those about the summary of a watch, and what it is made of.
//
//	measures FACTOR           from now on the service's numbers are so many times what they
//	                          were; $SERVICE_URL answers the queries level, bad and total as
//	                          a Prometheus would, and keeps what it answered
//	sums_up [table]           the newest table in #deploys, and the charts beside it, are what
//	                          was answered
//	leads ID CHANNEL N        the links of a release stand in N messages of the channel, and all
//	                          lead to its commit and to the time of its run
//	pictures N                #deploys shows N pictures, each in the thread of a summary that
//	                          says the same in a line of text
//	refuses_blocks TYPE       the workspace does not know blocks of that type
//	shortcut WHO CHANNEL TEXT somebody chooses the shortcut in the menu of the newest message
//	                          of the channel that says TEXT
//	view WHO TEXT             the view that somebody has open says TEXT
//	pressview WHO BUTTON      somebody presses a button of it
func summaryWords() map[string]storyCommand {
	return map[string]storyCommand{
		"measures": storyMeasures, "sums_up": storySumsUp, "refuses_blocks": storyRefusesBlocks, "leads": storyLeads, "pictures": storyPictures,
		"shortcut": storyShortcut, "view": storyView, "pressview": storyPressView,
	}
}

// measures are the numbers of a service as a Prometheus would tell them, and all that it
// told.
type measures struct {
	mu     sync.Mutex
	factor float64
	past   map[string][]float64 // of the last question about the past, by query
	now    map[string][]float64
}

// answerTo is the i-th that a query finds, where all is so many times what it was.
func answerTo(query string, i int, factor float64) float64 {
	switch query {
	case "level":
		return (100 + float64(i%7)) * factor
	case "bad":
		return float64(i%2) * factor
	}
	return 200 + float64(i%3)
}

func (m *measures) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now == nil { // the story has no such numbers
		http.NotFound(w, r)
		return
	}
	query := r.FormValue("query")
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(r.URL.Path, "/query_range") {
		_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"matrix","result":%s}}`, m.between(r, query))
		return
	}
	n := answerTo(query, len(m.now[query]), m.factor)
	m.now[query] = append(m.now[query], n)
	_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[%d,%q]}]}}`, time.Now().Unix(), text(n))
}

// between is the past of the last hour; of earlier days nothing is known.
func (m *measures) between(r *http.Request, query string) string {
	at := func(name string) float64 {
		v, _ := strconv.ParseFloat(r.FormValue(name), 64) // slipway writes numbers
		return v
	}
	from, to, step := at("start"), at("end"), at("step")
	if to < float64(time.Now().Add(-time.Hour).Unix()) || step <= 0 {
		return "[]"
	}
	m.past[query] = nil
	var pairs []string
	for i := 0; from+float64(i)*step <= to+1e-6; i++ {
		n := answerTo(query, i, 1)
		m.past[query] = append(m.past[query], n)
		pairs = append(pairs, fmt.Sprintf(`[%.3f,%q]`, from+float64(i)*step, text(n)))
	}
	return `[{"metric":{},"values":[` + strings.Join(pairs, ",") + `]}]`
}

func text(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func storyMeasures(r *rig, _ *testscript.TestScript, args []string) error {
	factor, err := strconv.ParseFloat(args[0], 64)
	if err != nil {
		return err
	}
	m := &r.service.measures
	m.mu.Lock()
	defer m.mu.Unlock()
	m.factor = factor
	m.past, m.now = map[string][]float64{}, map[string][]float64{}
	return nil
}

// dataBlock is what of a table or a chart is compared.
type dataBlock struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	Rows  [][]struct {
		Text string `json:"text"`
	} `json:"rows"`
	Chart struct {
		Series []struct {
			Name string `json:"name"`
			Data []struct {
				Label string  `json:"label"`
				Value float64 `json:"value"`
			} `json:"data"`
		} `json:"series"`
	} `json:"chart"`
}

func storySumsUp(r *rig, _ *testscript.TestScript, args []string) error {
	return r.seen(func() error {
		for _, message := range slices.Backward(r.slack.Messages("C0DEPLOYS")) {
			var all []dataBlock
			if json.Unmarshal(message.Current().Blocks, &all) != nil || !slices.ContainsFunc(all, func(b dataBlock) bool { return b.Type == "table" }) {
				continue
			}
			charts, err := r.service.measures.holds(all)
			if err == nil && (charts > 0) != (len(args) == 0) {
				err = fmt.Errorf("there are %d charts", charts)
			}
			if err != nil {
				return &overError{err}
			}
			return nil
		}
		return errors.New("#deploys shows no table")
	})
}

// holds compares a summary with what was answered, and counts its charts.
func (m *measures) holds(all []dataBlock) (charts int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range all {
		switch b.Type {
		case "table":
			if err := m.holdsTable(b); err != nil {
				return 0, err
			}
		case "data_visualization":
			charts++
			if err := m.holdsChart(b); err != nil {
				return 0, fmt.Errorf("the chart %q: %w", b.Title, err)
			}
		}
	}
	return charts, nil
}

func (m *measures) holdsTable(b dataBlock) error {
	rows := map[string]map[string]string{}
	for _, row := range b.Rows[1:] {
		rows[row[0].Text] = map[string]string{}
		for i, cell := range row {
			rows[row[0].Text][b.Rows[0][i].Text] = cell.Text
		}
	}
	past, now := m.past["level"], m.now["level"]
	share := func(of map[string][]float64) (bad, total float64) {
		return 100 * sum(of["bad"]) / sum(of["total"]), sum(of["total"])
	}
	wasBad, wasTotal := share(m.past)
	isBad, isTotal := share(m.now)
	for _, want := range []struct {
		probe, column string
		numbers       []float64
	}{
		{"latency", "Readings", []float64{float64(len(past)), float64(len(now))}},
		{"latency", "p50", []float64{rank(past, 0.5), rank(now, 0.5)}},
		{"latency", "p95", []float64{rank(past, 0.95), rank(now, 0.95)}},
		{"errors", "Readings", []float64{float64(len(m.past["total"])), float64(len(m.now["total"]))}},
		{"errors", "Traffic a reading", []float64{wasTotal / float64(len(m.past["total"])), isTotal / float64(len(m.now["total"]))}},
		{"errors", "Errors", []float64{wasBad, wasTotal, isBad, isTotal}},
	} {
		if got := rows[want.probe][want.column]; !sameNumbers(got, want.numbers) {
			return fmt.Errorf("%s of %s is %q, and what was answered comes to %v", want.column, want.probe, got, want.numbers)
		}
	}
	return nil
}

// holdsChart says whether each point is what some readings in a row come to, the newest of
// which are all of those after the release.
func (m *measures) holdsChart(b dataBlock) error {
	var before, after []float64
	for _, p := range b.Chart.Series[0].Data {
		if p.Label == "▲ deployed" || len(after) > 0 {
			after = append(after, p.Value)
		} else {
			before = append(before, p.Value)
		}
	}
	come := func(of map[string][]float64, from, to int) float64 {
		if b.Chart.Series[0].Name == "latency" {
			return sum(of["level"][from:to]) / float64(to-from)
		}
		return 100 * sum(of["bad"][from:to]) / sum(of["total"][from:to])
	}
	if left, ok := inARow(after, len(m.now["total"]), func(from, to int) float64 { return come(m.now, from, to) }); !ok || left > 0 {
		return fmt.Errorf("after the release it shows %v, and %v was answered (%d left)", after, m.now, left)
	}
	if _, ok := inARow(before, len(m.past["total"]), func(from, to int) float64 { return come(m.past, from, to) }); !ok {
		return fmt.Errorf("before the release it shows %v, and %v was answered", before, m.past)
	}
	return nil
}

// inARow takes the readings from the newest on as each point of the course wants them, and
// says how many are left.
func inARow(points []float64, n int, come func(from, to int) float64) (left int, ok bool) {
	for _, p := range slices.Backward(points) {
		from := n - 1
		for from >= 0 && math.Abs(come(from, n)-p) > 1e-4*p+1e-9 {
			from--
		}
		if from < 0 {
			return n, false
		}
		n = from
	}
	return n, true
}

func sum(numbers []float64) float64 {
	all := 0.0
	for _, n := range numbers {
		all += n
	}
	return all
}

// rank is the number below which a share of some lies, between two of them where it must.
func rank(numbers []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	if len(sorted) == 0 {
		return 0
	}
	at := share * float64(len(sorted)-1)
	low, high := int(math.Floor(at)), int(math.Ceil(at))
	return sorted[low] + (at-math.Floor(at))*(sorted[high]-sorted[low])
}

// sameNumbers says whether a text holds these numbers, as exactly as three digits are.
func sameNumbers(text string, want []float64) bool {
	found := regexp.MustCompile(`[0-9][0-9,.e+-]*`).FindAllString(text, -1)
	if len(found) != len(want) {
		return false
	}
	for i, digits := range found {
		n, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", ""), 64)
		if err != nil || math.Abs(n-want[i]) > 0.006*math.Abs(want[i])+1e-9 {
			return false
		}
	}
	return true
}

func storyLeads(r *rig, _ *testscript.TestScript, args []string) error {
	channel, err := named(channels(), "channel", args[1])
	if err != nil {
		return err
	}
	want, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	logs := regexp.MustCompile(`https://logs\.example\.com/production/([0-9a-f]{40})\?release=` + args[0] + `&(?:amp;)?from=([0-9]+)&(?:amp;)?to=([0-9]+)`)
	graphs := regexp.MustCompile(`https://graphs\.example\.com/\?from=([0-9A-Z%-]+)&(?:amp;)?to=([0-9]+)`)
	return eventually(func() error {
		led := 0
		for _, m := range r.slack.Messages(channel) {
			shown := strings.ReplaceAll(string(m.Current().Blocks), `\u0026`, "&")
			of, beside := logs.FindStringSubmatch(shown), graphs.FindStringSubmatch(shown)
			if of == nil || beside == nil || m.EphemeralTo != "" {
				continue
			}
			led++
			if err := r.leadTo(of, beside); err != nil {
				return err
			}
		}
		if led != want {
			return fmt.Errorf("the links of %s stand in %d messages", args[0], led)
		}
		return nil
	})
}

// leadTo says whether links lead to the time of a run at GitHub: from some seconds before
// it was made on, and to a time after it.
func (r *rig) leadTo(logs, graphs []string) error {
	from, err := strconv.ParseInt(logs[2], 10, 64)
	if err != nil {
		return err
	}
	to, err := strconv.ParseInt(logs[3], 10, 64)
	if err != nil {
		return err
	}
	iso, err := url.QueryUnescape(graphs[1])
	if err != nil {
		return err
	}
	if iso != time.Unix(from, 0).UTC().Format(time.RFC3339) || graphs[2] != logs[3] {
		return fmt.Errorf("the forms of one time differ: %q and %q", logs[0], graphs[0])
	}
	for _, run := range r.github.Runs() {
		if run.Inputs["sha"] != logs[1] || run.Created.Unix() < from || run.Created.Unix() > from+10 {
			continue
		}
		if to < run.Created.UnixMilli() {
			return fmt.Errorf("%q ends before the run began", logs[0])
		}
		return nil
	}
	return fmt.Errorf("no run of %s began at %d", logs[1], from)
}

func storyRefusesBlocks(r *rig, _ *testscript.TestScript, args []string) error {
	r.slack.RefuseBlocks(args[0])
	return nil
}

func storyShortcut(r *rig, ts *testscript.TestScript, args []string) error {
	channel, err := named(channels(), "channel", args[1])
	if err != nil {
		return err
	}
	pattern, err := regexp.Compile(args[2])
	if err != nil {
		return err
	}
	if err := r.linked(); err != nil {
		return err
	}
	for _, m := range slices.Backward(r.slack.Messages(channel)) {
		v := m.Current()
		if m.EphemeralTo != "" || m.Deleted || !pattern.MatchString(slacksim.RenderMessage(v.Blocks, v.Text, func(string) string { return "" })) {
			continue
		}
		d, err := r.slack.Shortcut(context.Background(), players()[args[0]], channel, m.TS, exampleApp().Features.Shortcuts[0].Callback)
		return delivered(ts, d, err)
	}
	return fmt.Errorf("#%s shows no message with %q", args[1], args[2])
}

func storyView(r *rig, _ *testscript.TestScript, args []string) error {
	pattern, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	return r.seen(func() error {
		if shown := r.slack.ModalText(players()[args[0]]); !pattern.MatchString(shown) {
			return fmt.Errorf("the view of %s does not show %q:\n%s", args[0], args[1], shown)
		}
		return nil
	})
}

func storyPressView(r *rig, ts *testscript.TestScript, args []string) error {
	return r.press(ts, slacksim.Press{User: players()[args[0]], Button: args[1], InView: true})
}
