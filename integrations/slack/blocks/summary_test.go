package blocks_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// course is what some probes showed: n readings before a release and n after it, one in
// each step.
type course struct {
	n, probes int
	step      time.Duration
	sample    func(i int, early bool) bot.Sample
	kind      bot.SampleKind
}

// judgedBy is a release whose watch was judged by what the probes showed.
func (c course) judgedBy() bot.Release {
	return moved(bot.Succeeded, func(r *bot.Release) {
		r.Watch = bot.Watch{StartedAt: after(15 * time.Minute)}
		rule := bot.HealthRule{Window: time.Duration(c.n) * c.step, Every: c.step}
		for p := range c.probes {
			name := fmt.Sprintf("probe-%d <!channel> %s", p, strings.Repeat("x", 60))
			if c.probes == 1 {
				name = "latency"
			}
			rule.Probes = append(rule.Probes, bot.Probe{Name: name, Kind: c.kind})
			b := bot.Baseline{Probe: name}
			for i := range c.n {
				s := c.sample(i, true)
				b.Readings = append(b.Readings, bot.Reading{
					At: r.Watch.StartedAt.Add(time.Duration(i-c.n) * c.step), OK: s.Outcome == bot.Good, Latency: s.Latency, Value: s.Value, Bad: s.Bad, Total: s.Total,
				})
			}
			r.Watch.Before = append(r.Watch.Before, b)
		}
		for i := range c.n {
			for _, probe := range rule.Probes {
				s := c.sample(i, false)
				s.Probe, s.At = probe.Name, r.Watch.StartedAt.Add(time.Duration(i)*c.step)
				r.Watch.Samples = append(r.Watch.Samples, s)
			}
		}
		r.Plan.Settings.Health = rule
		end := r.Watch.StartedAt.Add(rule.Window)
		j := health.Judge(rule, r.Watch, end)
		r.Verdict, r.Watch.Evidence, r.Watch.EndsAt = j.Verdict, j.Evidence, end
	})
}

// quietCourse is one that did not change, risenCourse one that did, and unseenCourse one
// that nobody saw.
func quietCourse() bot.Release {
	return course{n: 20, probes: 1, step: 30 * time.Second, kind: bot.Values, sample: func(i int, _ bool) bot.Sample {
		return bot.Sample{Outcome: bot.Good, Value: 0.12 + float64(i%5)/1000}
	}}.judgedBy()
}

func risenCourse() bot.Release {
	r := course{n: 20, probes: 1, step: 30 * time.Second, kind: bot.Counts, sample: func(i int, early bool) bot.Sample {
		s := bot.Sample{Outcome: bot.Good, Bad: float64(i % 2), Total: 200}
		if !early {
			s.Bad, s.Total = 100, 400
		}
		return s
	}}.judgedBy()
	r.Phase, r.Ending = bot.Unhealthy, bot.Ending{Cause: "the service was not healthy after the run"}
	return r
}

func unseenCourse() bot.Release {
	return course{n: 20, probes: 1, step: 30 * time.Second, kind: bot.Values, sample: func(i int, early bool) bot.Sample {
		if !early && i%5 > 0 {
			return bot.Sample{Outcome: bot.NoAnswer, Says: "Prometheus did not answer in time"}
		}
		return bot.Sample{Outcome: bot.Good, Value: 0.12}
	}}.judgedBy()
}

func summaryNote(r bot.Release) bot.Note {
	return bot.Note{
		News: bot.NoteHealth{}, Release: r, Links: links(), Now: after(time.Hour),
		Told: []bot.Recipient{{Kind: bot.ToChannel, ID: "C0ALERTS"}, {Kind: bot.ToGroup, ID: "sre"}, {Kind: bot.ToWebhook, ID: "ab"}, {Kind: bot.ToPerson, ID: "U01ANNA"}},
		Beside: bot.Happened{
			Changes: []bot.Change{{Target: bot.Target{Service: "web", Environment: "production"}, Past: *past("web-7", "9f8e7d6"), Shares: []string{r.ID}}},
			Unread:  []bot.Target{{Service: "pay", Environment: "production"}},
		},
	}
}

func summaryOf(r bot.Release) blocks.Message {
	return blocks.Body(summaryNote(r), "https://acme.slack.com")
}

// TestSummary_FitsSlack: whatever was sampled, and however much, Slack takes the summary
// as it is and in each of its simpler shapes.
func TestSummary_FitsSlack(t *testing.T) {
	t.Parallel()
	kinds := map[string]course{
		"values": {kind: bot.Values, sample: func(i int, _ bool) bot.Sample { return bot.Sample{Outcome: bot.Good, Value: 100 + float64(i%7)} }},
		"higher values": {kind: bot.Values, sample: func(i int, early bool) bot.Sample {
			s := bot.Sample{Outcome: bot.Good, Value: 1e-9 * float64(1+i%7)}
			if !early {
				s.Value *= 1e12
			}
			return s
		}},
		"counts": {kind: bot.Counts, sample: func(i int, early bool) bot.Sample {
			s := bot.Sample{Outcome: bot.Good, Bad: float64(i % 2), Total: 1e6}
			if !early {
				s.Bad = 9e5
			}
			return s
		}},
		"answers": {kind: bot.Answers, sample: func(i int, _ bool) bot.Sample {
			return bot.Sample{Outcome: bot.Good, Latency: time.Duration(80+i%9) * time.Millisecond}
		}},
		"bad answers":     {kind: bot.Answers, sample: func(int, bool) bot.Sample { return bot.Sample{Outcome: bot.Bad, Says: "status 503 <!here>"} }},
		"none":            {kind: bot.Values, sample: func(int, bool) bot.Sample { return bot.Sample{Outcome: bot.NoAnswer, Says: "no such host"} }},
		"another version": {kind: bot.Answers, sample: func(int, bool) bot.Sample { return bot.Sample{Outcome: bot.NotYet, Says: "version 1"} }},
		"verdicts":        {kind: bot.Verdicts, sample: func(int, bool) bot.Sample { return bot.Sample{Outcome: bot.Good} }},
	}
	for name, c := range kinds {
		for _, n := range []int{1, 20, 10_000} {
			for _, probes := range []int{1, 40} {
				if n*probes > 10_000 {
					continue
				}
				t.Run(fmt.Sprintf("%s, %d of %d", name, n, probes), func(t *testing.T) {
					t.Parallel()
					c := c // of this case alone
					c.n, c.probes, c.step = n, probes, 250*time.Millisecond
					m := summaryOf(c.judgedBy())
					for _, shape := range append(blocks.Classic(m), m, blocks.Plain(m)) {
						fitsSlack(t, shape)
					}
					for _, c := range m.Charts {
						saysTheSame(t, m, c)
					}
				})
			}
		}
	}
}

func fitsSlack(t *testing.T, m blocks.Message) {
	t.Helper()
	if len(m.Blocks) == 0 {
		if m.Text == "" || len(m.Text) > 4000 {
			t.Errorf("%d bytes of text alone", len(m.Text))
		}
		return
	}
	if err := blocks.Check(m.Blocks); err != nil {
		t.Errorf("Check: %v", err)
	}
	if found := slacksim.Validate(marshal(t, m.Blocks), slacksim.SurfaceMessage); len(found) > 0 {
		t.Errorf("Slack would refuse it: %v", found)
	}
	if raw := string(marshal(t, m.Blocks)); strings.Contains(raw, `\u003c!channel`) || strings.Contains(raw, "<!channel") {
		t.Errorf("markup of somebody's in:\n%s", raw)
	}
}

// cells are the rows of the table of a message.
func cells(m blocks.Message) [][]string {
	var rows [][]string
	for _, b := range m.Blocks {
		if table, is := b.(*slack.TableBlock); is {
			for _, row := range table.Rows {
				var texts []string
				for _, c := range row {
					if text, is := c.(*slack.TableRawTextCell); is {
						texts = append(texts, text.Text)
					}
				}
				rows = append(rows, texts)
			}
		}
	}
	return rows
}

// points are those of the only chart of a message.
func points(m blocks.Message) []slack.DataVisualizationDataPoint {
	for _, b := range m.Blocks {
		if c, is := b.(*slack.DataVisualizationBlock); is {
			line, _ := c.Chart.(*slack.DataVisualizationLineChart)
			return line.Series[0].Data
		}
	}
	return nil
}

// TestSummary_SaysWhatWasSampled: each number of the table and of the chart follows from
// the samples.
func TestSummary_SaysWhatWasSampled(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		course course
		header []string
		row    []string
		chart  []float64
	}{
		"values": {
			course{n: 20, kind: bot.Values, sample: func(i int, early bool) bot.Sample {
				s := bot.Sample{Outcome: bot.Good, Value: float64(100 + i)} // 100 to 119
				if !early {
					s.Value *= 10
				}
				return s
			}},
			[]string{"Probe", "Readings", "p50", "p95", "Difference", "How sure"},
			[]string{"latency", "20 → 20", "110 → 1,095", "118 → 1,181", "p50 × 10", "by chance "},
			[]float64{100.5, 102.5, 104.5, 106.5, 108.5, 110.5, 112.5, 114.5, 116.5, 118.5, 1005, 1025, 1045, 1065, 1085, 1105, 1125, 1145, 1165, 1185},
		},
		"counts": {
			course{n: 20, kind: bot.Counts, sample: func(i int, early bool) bot.Sample {
				s := bot.Sample{Outcome: bot.Good, Bad: float64(i % 2), Total: 200} // 10 of 4,000
				if !early {
					s.Bad, s.Total = 100, 400
				}
				return s
			}},
			[]string{"Probe", "Readings", "Traffic a reading", "Errors", "Difference", "How sure"},
			[]string{"latency", "20 → 20", "200 → 400", "0.25% of 4,000 → 25% of 8,000", "+24.8 points", "by chance less than once in 10,000"},
			[]float64{0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 25, 25, 25, 25, 25, 25, 25, 25, 25, 25},
		},
		"answers": {
			course{n: 20, kind: bot.Answers, sample: func(i int, early bool) bot.Sample {
				if i%4 == 3 && !early {
					return bot.Sample{Outcome: bot.Bad, Says: "status 503"}
				}
				return bot.Sample{Outcome: bot.Good, Latency: 80 * time.Millisecond}
			}},
			[]string{"Probe", "Readings", "p50", "p95", "Errors", "Difference", "How sure"},
			[]string{"latency", "20 → 20", "80 ms → 80 ms", "80 ms → 80 ms", "0% of 20 → 25% of 20", "+25 points", ""},
			[]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50, 0, 50, 0, 50, 0, 50, 0, 50},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.course.probes, tt.course.step = 1, time.Second
			m := summaryOf(tt.course.judgedBy())
			rows := cells(m)
			if len(rows) != 2 || !slices.Equal(rows[0], tt.header) {
				t.Fatalf("the table is %q, want it to begin with %q", rows, tt.header)
			}
			for i, want := range tt.row {
				if got := rows[1][i]; got != want && (i < len(tt.row)-1 || !strings.HasPrefix(got, want)) {
					t.Errorf("%s is %q, want %q", rows[0][i], got, want)
				}
			}
			var shown []float64
			deployed := -1
			for i, p := range points(m) {
				shown = append(shown, p.Value)
				if p.Label == "▲ deployed" {
					deployed = i
				}
			}
			if !slices.EqualFunc(shown, tt.chart, func(a, b float64) bool { return math.Abs(a-b) < 1e-3*b+1e-9 }) || deployed != len(tt.chart)/2 {
				t.Errorf("the chart shows %v with the release at %d, want %v", shown, deployed, tt.chart)
			}
		})
	}
}

// TestSummary_AddsUpAtEverySize: at one sample, at 20 and at 10,000 each number is what
// the samples give, and the points of the chart are the means of all of them in a row.
func TestSummary_AddsUpAtEverySize(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 20, 10_000} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			level := course{n: n, probes: 1, step: 250 * time.Millisecond, kind: bot.Values, sample: func(i int, early bool) bot.Sample {
				if early {
					return bot.Sample{Outcome: bot.Good, Value: float64(i + 1)}
				}
				return bot.Sample{Outcome: bot.Good, Value: float64(1000 * (i + 1))}
			}}
			m := summaryOf(level.judgedBy())
			row := cells(m)[1]
			for column, want := range map[int][]float64{1: {float64(n), float64(n)}, 2: ranks(n, 0.5), 3: ranks(n, 0.95)} {
				if !tells(row[column], want) {
					t.Errorf("%s is %q, want %v", cells(m)[0][column], row[column], want)
				}
			}
			meansOf(t, points(m), n)
			if n > 1 { // of one reading on each side there is no course
				saysTheSame(t, m, m.Charts[0])
			}

			errors := course{n: n, probes: 1, step: 250 * time.Millisecond, kind: bot.Counts, sample: func(i int, early bool) bot.Sample {
				s := bot.Sample{Outcome: bot.Good, Bad: float64(i % 3), Total: float64(100 + i%7)}
				if early {
					s.Bad = 0
				}
				return s
			}}
			bad, total := 0.0, 0.0
			for i := range n {
				bad, total = bad+float64(i%3), total+float64(100+i%7)
			}
			m = summaryOf(errors.judgedBy())
			if got := cells(m)[1][3]; !tells(got, []float64{0, total, 100 * bad / total, total}) {
				t.Errorf("errors are %q, want %v%% of %v", got, 100*bad/total, total)
			}
		})
	}
}

// ranks is the number below which a share of 1 to n lies, and the same for 1,000 to
// 1,000 n.
func ranks(n int, share float64) []float64 {
	at := 1 + share*float64(n-1)
	return []float64{at, 1000 * at}
}

// tells says whether a text holds these numbers, as exactly as three digits are.
func tells(text string, want []float64) bool {
	found := regexp.MustCompile(`[0-9][0-9,.]*`).FindAllString(text, -1)
	return slices.EqualFunc(found, want, func(digits string, want float64) bool {
		got, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", ""), 64)
		return err == nil && math.Abs(got-want) <= 0.006*want
	})
}

// meansOf checks that the points are the means of 1 to n and of 1,000 to 1,000 n, in
// groups in which each is once.
func meansOf(t *testing.T, shown []slack.DataVisualizationDataPoint, n int) {
	t.Helper()
	sizes := map[float64]int{1: 0, 1000: 0}
	scale := 1.0
	for _, p := range shown {
		if p.Label == "▲ deployed" {
			scale = 1000
		}
		// from sizes+1 to sizes+size the mean is sizes + (size+1)/2
		size := 2*(p.Value/scale-float64(sizes[scale])) - 1
		whole := math.Round(size)
		if whole < 1 || math.Abs(size-whole) > 1e-3*float64(n)+1e-3 {
			t.Errorf("%v is the mean of no numbers after %d", p.Value, sizes[scale])
			return
		}
		sizes[scale] += int(whole)
	}
	if len(shown) > 0 && (sizes[1] != n || sizes[1000] != n) {
		t.Errorf("the points are means of %v numbers, of %d", sizes, n)
	}
	if n == 20 && len(shown) == 0 {
		t.Error("there is no chart")
	}
}
