package health_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// What a service shows that nobody released anything bad to. None of it may be called
// unhealthy, wherever in its course the release falls.

const (
	notBadEither = "healthy inconclusive"
	openOnly     = "inconclusive"
	badOnly      = "unhealthy"
	wellOnly     = "healthy"
)

// judgedAt replays a series with a release at a place in it, as one of ten probes and as
// the only one, and returns the worse verdict.
func judgedAt(numbers []float64, place int, c bot.Conditions) (bot.Verdict, string) {
	before, after := readingsAt(start.Add(-time.Duration(place)*time.Minute), numbers[:place]), readingsAt(start, numbers[place:])
	trial := health.Trial{Start: start, Courses: []health.Course{{Name: "p", Kind: bot.Values, Conditions: c, Before: before, After: after}}}
	got := health.Replay(trial)
	return got.Verdict, got.Findings[0].Why
}

// TestReplay_CoursesThatNobodyChanged lets a release fall anywhere into courses that have
// their own ways. None is called unhealthy.
func TestReplay_CoursesThatNobodyChanged(t *testing.T) {
	t.Parallel()
	wave := func(period, swing float64) func(i int) float64 {
		return func(i int) float64 { return 100 * (1 + swing*math.Sin(2*math.Pi*float64(i)/period)) }
	}
	plus := func(f, g func(i int) float64) func(int) float64 {
		return func(i int) float64 { return f(i) + g(i) }
	}
	for name, tt := range map[string]struct {
		before, after int
		course        func(i int) float64
		worse         []bot.Worse
	}{
		"a short wave":                        {120, 20, wave(12, 0.5), nil},
		"a wave":                              {120, 20, wave(30, 0.5), nil},
		"a long wave":                         {120, 20, wave(60, 0.5), nil},
		"a wave with noise":                   {120, 20, plus(wave(40, 0.4), noisy(3, 0, 8)), nil},
		"a square wave":                       {120, 20, func(i int) float64 { return []float64{100, 160}[i/15%2] }, nil},
		"works by turns":                      {120, 20, func(i int) float64 { return []float64{5, 5, 5, 60}[i/5%4] }, nil},
		"a nightly job, each thirty readings": {120, 20, func(i int) float64 { return []float64{10, 300}[i%30/24] }, nil},
		"the teeth of a counter":              {120, 20, func(i int) float64 { return float64(i % 37) }, nil},
		"the teeth of a cache that fills":     {120, 30, func(i int) float64 { return 100 + 10*float64(i%50) }, nil},
		"zero or one":                         {60, 20, func(i int) float64 { return float64(i * 7 % 5 / 4) }, nil},
		"two values by turns":                 {60, 20, func(i int) float64 { return float64(1 + i%2) }, nil},
		"three values":                        {60, 20, quantised(5, 1), nil},
		"steps of ten":                        {60, 20, quantised(6, 10), nil},
		"never twice the same":                {60, 20, noisy(9, 100, 15), nil},
		"single ones far out":                 {60, 20, nowAndThen(13, 1e6, noisy(9, 100, 15)), nil},
		"single ones far below":               {60, 20, nowAndThen(13, -1e6, noisy(9, 100, 15)), nil},
		"constant":                            {60, 20, level(42), nil},
		"always nothing":                      {60, 20, level(0), nil},
		"a minus nothing by turns":            {60, 20, func(i int) float64 { return math.Copysign(0, float64(i%2)-0.5) }, nil},
		"hardly anything":                     {60, 20, noisy(9, 1e-308, 1e-309), nil},
		"almost too much":                     {60, 20, noisy(9, 1e300, 1e299), nil},
		"both signs":                          {60, 20, noisy(9, 0, 50), nil},
		"slowly upwards":                      {120, 20, plus(func(i int) float64 { return 100 + 0.2*float64(i) }, noisy(9, 0, 4)), nil},
		"slowly downwards":                    {120, 20, plus(func(i int) float64 { return 200 - 0.2*float64(i) }, noisy(9, 0, 4)), nil},
		"a share that cannot exceed one":      {60, 20, func(i int) float64 { return min(1, 0.97+0.02*noisy(uint64(i), 0, 1)(i)) }, nil},
	} {
		all := made(tt.before+tt.after+60, tt.course)
		for shift := 0; shift < 60; shift += 3 {
			for _, worse := range []bot.Worse{bot.Higher, bot.Lower, bot.Either} {
				numbers := all[shift : shift+tt.before+tt.after]
				if got, why := judgedAt(numbers, tt.before, bot.Conditions{Worse: worse}); got == bot.NotHealthy {
					t.Errorf("%s, from %d on, %s: %s", name, shift, worse, why)
				}
			}
		}
	}
}

func quantised(seed uint64, step float64) func(int) float64 {
	f := noisy(seed, 0, 1)
	return func(i int) float64 { return step * (3 + math.Round(f(i))) }
}

// TestReplay_KindsOfValues has one course for each kind of trouble with values.
func TestReplay_KindsOfValues(t *testing.T) {
	t.Parallel()
	missing := level(math.NaN())
	for name, tt := range map[string]struct {
		worse         bot.Worse
		before, after []float64
		want          string
	}{
		"before: four, as after":                 {bot.Higher, made(4, level(10)), made(20, level(10)), openOnly},
		"before: four, tenfold after":            {bot.Higher, made(4, level(10)), made(20, level(100)), "unhealthy inconclusive"},
		"before: one":                            {bot.Higher, made(1, level(10)), made(20, level(100)), openOnly},
		"before: six, noise, as after":           {bot.Higher, made(6, noisy(1, 10, 3)), made(20, noisy(2, 10, 3)), notBadEither},
		"before: six, half as much again":        {bot.Higher, made(6, noisy(1, 10, 3)), made(20, noisy(2, 15, 3)), notBadEither},
		"before: a hole in it":                   {bot.Higher, made(60, from(50, noisy(3, 10, 1), from(20, missing, noisy(1, 10, 1)))), made(20, noisy(2, 10, 1)), wellOnly},
		"before: each third missing, thrice":     {bot.Higher, made(60, nowAndThen(3, math.NaN(), noisy(1, 10, 1))), made(20, noisy(2, 30, 1)), badOnly},
		"before: only the last five are known":   {bot.Higher, made(60, from(55, noisy(3, 10, 1), missing)), made(20, noisy(2, 11, 1)), notBadEither},
		"before: constant, and a hair more":      {bot.Higher, made(60, level(10)), made(20, level(10.0001)), wellOnly},
		"before: constant, a third more":         {bot.Either, made(60, level(9)), made(20, level(12)), "healthy unhealthy inconclusive"},
		"before: it rose a while before":         {bot.Higher, made(60, from(40, noisy(3, 20, 1), noisy(1, 10, 1))), made(20, noisy(2, 20, 1)), notBadEither},
		"before: it rose just before":            {bot.Higher, made(60, from(56, noisy(3, 20, 1), noisy(1, 10, 1))), made(20, noisy(2, 20, 1)), notBadEither},
		"before: it rose just before, either":    {bot.Either, made(60, from(56, noisy(3, 20, 1), noisy(1, 10, 1))), made(20, noisy(2, 20, 1)), notBadEither},
		"before: it fell just before, lower":     {bot.Lower, made(60, from(56, noisy(3, 10, 1), noisy(1, 20, 1))), made(20, noisy(2, 10, 1)), notBadEither},
		"before: it rose, and then doubled":      {bot.Higher, made(60, from(56, noisy(3, 20, 1), noisy(1, 10, 1))), made(20, noisy(2, 60, 1)), badOnly},
		"before: it fell just before, and back":  {bot.Higher, made(60, from(50, noisy(3, 10, 1), noisy(1, 20, 1))), made(20, noisy(2, 20, 1)), notBadEither},
		"before: bad itself, and as bad":         {bot.Higher, made(60, noisy(1, 5000, 400)), made(20, noisy(2, 5000, 400)), wellOnly},
		"before: half of it far out":             {bot.Higher, made(60, nowAndThen(2, 5000, noisy(1, 10, 1))), made(20, nowAndThen(2, 5000, noisy(2, 10, 1))), wellOnly},
		"after: one outlier, the first":          {bot.Either, made(60, noisy(1, 10, 1)), made(20, from(1, noisy(2, 10, 1), level(1e9))), notBadEither},
		"after: one outlier, the last":           {bot.Either, made(60, noisy(1, 10, 1)), made(20, from(19, level(1e9), noisy(2, 10, 1))), notBadEither},
		"after: one outlier below":               {bot.Either, made(60, noisy(1, 10, 1)), made(20, from(10, noisy(3, 10, 1), from(9, level(-1e9), noisy(2, 10, 1)))), notBadEither},
		"after: two outliers":                    {bot.Either, made(60, noisy(1, 10, 1)), made(20, nowAndThen(9, 1e9, noisy(2, 10, 1))), notBadEither},
		"after: it warms up":                     {bot.Higher, made(60, noisy(1, 10, 1)), made(20, from(3, noisy(2, 10, 1), noisy(4, 40, 1))), notBadEither},
		"after: it begins at nothing and fills":  {bot.Lower, made(60, noisy(1, 100, 5)), made(20, from(3, noisy(2, 100, 5), from(2, level(50), level(0)))), notBadEither},
		"after: a counter begins anew":           {bot.Higher, made(60, func(i int) float64 { return 1000 + 10*float64(i) }), made(20, func(i int) float64 { return 10 * float64(i) }), wellOnly},
		"after: a counter goes on":               {bot.Higher, made(60, func(i int) float64 { return 1000 + 10*float64(i) }), made(20, func(i int) float64 { return 1600 + 10*float64(i) }), notBadEither},
		"after: a counter from nothing goes on":  {bot.Higher, made(60, func(i int) float64 { return 10 * float64(i) }), made(20, func(i int) float64 { return 600 + 10*float64(i) }), notBadEither},
		"after: milliseconds instead of seconds": {bot.Higher, made(60, noisy(1, 0.2, 0.02)), made(20, noisy(2, 200, 20)), badOnly},
		"after: seconds instead of milliseconds": {bot.Higher, made(60, noisy(1, 200, 20)), made(20, noisy(2, 0.2, 0.02)), wellOnly},
		"after: gone":                            {bot.Either, made(60, noisy(1, 10, 1)), made(20, missing), openOnly},
		"after: gone but for one":                {bot.Either, made(60, noisy(1, 10, 1)), made(20, from(19, level(1000), missing)), openOnly},
		"after: four, tenfold":                   {bot.Higher, made(60, noisy(1, 10, 1)), made(4, noisy(2, 100, 1)), "unhealthy inconclusive"},
		"after: a fall to nothing":               {bot.Either, made(60, noisy(1, 1000, 100)), made(20, level(0)), badOnly},
		"after: a rise of what heals, lower":     {bot.Lower, made(60, noisy(1, 10, 1)), made(20, noisy(2, 30, 1)), wellOnly},
		"from nothing to now and then one":       {bot.Higher, made(60, level(0)), made(20, nowAndThen(10, 1, level(0))), notBadEither},
		"from now and then one to always":        {bot.Higher, made(60, nowAndThen(10, 1, level(0))), made(20, level(5)), badOnly},
		"a saturated one, no longer":             {bot.Higher, made(60, level(100)), made(20, noisy(2, 80, 5)), wellOnly},
		"ties, and one step more":                {bot.Higher, made(60, quantised(1, 1)), made(20, quantised(2, 1)), notBadEither},
		"ties, twice as many steps":              {bot.Higher, made(60, quantised(1, 1)), made(20, quantised(2, 4)), badOnly},
	} {
		course := health.Course{
			Name: "p", Kind: bot.Values, Conditions: bot.Conditions{Worse: tt.worse},
			Before: readingsAt(start.Add(-time.Duration(len(tt.before))*time.Minute), tt.before), After: readingsAt(start, tt.after),
		}
		got := health.Replay(health.Trial{Courses: []health.Course{course}, Start: start})
		if !slices.Contains(strings.Fields(tt.want), string(got.Verdict)) {
			t.Errorf("%s: %s after %s, want %s: %s", name, got.Verdict, got.At.Sub(start), tt.want, got.Findings[0].Why)
		}
	}
}

// TestReplay_KindsOfCounts has one course for each kind of trouble with counts.
func TestReplay_KindsOfCounts(t *testing.T) {
	t.Parallel()
	type pair func(i int) (bad, total float64)
	same := func(bad, total float64) pair { return func(int) (float64, float64) { return bad, total } }
	then := func(place int, f, g pair) pair {
		return func(i int) (float64, float64) {
			if i >= place {
				return g(i)
			}
			return f(i)
		}
	}
	bursts := func(every int) pair {
		return func(i int) (float64, float64) {
			if i%every == 3 {
				return 60, 1000
			}
			return 1, 1000
		}
	}
	random := func(seed uint64, share float64, total func(i int) float64) pair {
		r := rand.New(rand.NewPCG(seed, 5))
		return func(i int) (float64, float64) { n := total(i); return min(n, poisson(r, share*n)), n }
	}
	ticks := func(n int, f pair) []bot.Reading {
		readings := make([]bot.Reading, n)
		for i := range readings {
			readings[i].Bad, readings[i].Total = f(i)
			readings[i].At = start.Add(time.Duration(i) * time.Minute)
		}
		return readings
	}
	for name, tt := range map[string]struct {
		before, after []bot.Reading
		want          string
	}{
		"traffic doubles":                          {ticks(30, random(1, 0.01, level(1000))), ticks(20, random(2, 0.01, level(2000))), wellOnly},
		"traffic halves":                           {ticks(30, random(1, 0.01, level(2000))), ticks(20, random(2, 0.01, level(1000))), wellOnly},
		"traffic doubles, and so do the errors":    {ticks(30, random(1, 0.01, level(1000))), ticks(20, random(2, 0.02, level(2000))), badOnly},
		"traffic comes and goes":                   {ticks(30, random(1, 0.01, func(i int) float64 { return 100 * float64(i%10) })), ticks(20, random(2, 0.01, func(i int) float64 { return 100 * float64(i%10) })), wellOnly},
		"per minute instead of per second":         {ticks(30, same(0.05, 10)), ticks(20, same(3, 600)), wellOnly},
		"per second instead of per minute":         {ticks(30, same(3, 600)), ticks(20, same(0.05, 10)), notBadEither},
		"more bad than there are, both":            {ticks(30, same(5, 3)), ticks(20, same(5, 3)), wellOnly},
		"more bad than there are, before":          {ticks(30, same(5, 3)), ticks(20, same(1, 100)), wellOnly},
		"bad ones without a total, both":           {ticks(30, same(5, 0)), ticks(20, same(5, 0)), openOnly},
		"one request a tick, the first one fails":  {ticks(30, same(0, 1)), ticks(20, then(1, same(1, 1), same(0, 1))), notBadEither},
		"one request a tick, two of twenty fail":   {ticks(30, same(0, 1)), ticks(20, then(10, then(2, same(1, 1), same(0, 1)), same(0, 1))), notBadEither},
		"three requests in all, one fails":         {ticks(30, then(27, same(0, 0), same(0, 1))), ticks(20, then(17, same(0, 0), then(19, same(0, 1), same(1, 1)))), notBadEither},
		"three requests in all, two fail":          {ticks(30, then(27, same(0, 0), same(0, 1))), ticks(20, then(17, same(0, 0), then(18, same(0, 1), same(1, 1)))), notBadEither},
		"a single bad request after many":          {ticks(30, same(0, 1000)), ticks(20, then(7, same(0, 1000), then(8, same(1, 1000), same(0, 1000)))), notBadEither},
		"two bad ones of very many":                {ticks(30, same(0, 1e6)), ticks(20, then(18, same(0, 1e6), same(1, 1e6))), notBadEither},
		"one tick of errors at the start":          {ticks(30, same(1, 1000)), ticks(20, then(1, same(300, 1000), same(1, 1000))), notBadEither},
		"bad before as well":                       {ticks(30, random(1, 0.4, level(200))), ticks(20, random(2, 0.4, level(200))), wellOnly},
		"it broke a while before":                  {ticks(30, then(15, same(2, 1000), same(200, 1000))), ticks(20, same(200, 1000)), notBadEither},
		"it broke just before":                     {ticks(30, then(27, same(2, 1000), same(200, 1000))), ticks(20, same(200, 1000)), notBadEither},
		"it broke just before, and then wholly":    {ticks(30, then(27, same(2, 1000), same(20, 1000))), ticks(20, same(900, 1000)), badOnly},
		"an incident before, over in time":         {ticks(30, then(10, same(2, 1000), then(15, same(500, 1000), same(2, 1000)))), ticks(20, same(2, 1000)), notBadEither},
		"an incident before, and a worse one":      {ticks(30, then(10, same(2, 1000), then(12, same(100, 1000), same(2, 1000)))), ticks(20, same(500, 1000)), badOnly},
		"three ticks before, as after":             {ticks(3, same(2, 1000)), ticks(20, same(2, 1000)), wellOnly},
		"three ticks before, none bad":             {ticks(3, same(0, 1000)), ticks(20, then(19, same(0, 1000), same(1, 1000))), notBadEither},
		"hardly anything before, some bad":         {ticks(3, same(0, 5)), ticks(20, same(0.2, 5)), notBadEither},
		"bursts on both sides":                     {ticks(40, bursts(8)), ticks(20, bursts(8)), notBadEither},
		"bursts, of which three fall after":        {ticks(40, bursts(20)), ticks(20, bursts(6)), notBadEither},
		"a wandering rate":                         {ticks(40, func(i int) (float64, float64) { return math.Round(20 + 15*math.Sin(float64(i)/4)), 1000 }), ticks(20, func(i int) (float64, float64) { return math.Round(20 + 15*math.Sin(float64(i+40)/4)), 1000 }), notBadEither},
		"all minus nothing":                        {ticks(30, same(math.Copysign(0, -1), 100)), ticks(20, same(math.Copysign(0, -1), 100)), wellOnly},
		"negative bad ones":                        {ticks(30, same(-5, 100)), ticks(20, same(-5, 100)), notBadEither},
		"negative totals":                          {ticks(30, same(5, -100)), ticks(20, same(5, -100)), openOnly},
		"a counter that was set back, as if lost":  {ticks(30, same(2, 1000)), ticks(20, then(5, same(2, 1000), then(6, same(-600, -300000), same(2, 1000)))), notBadEither},
		"a total that shrinks, the errors with it": {ticks(30, func(i int) (float64, float64) { return 30 - float64(i), 3000 - 100*float64(i) }), ticks(20, same(0, 0)), openOnly},
	} {
		for i := range tt.before {
			tt.before[i].At = tt.before[i].At.Add(-time.Duration(len(tt.before)) * time.Minute)
		}
		course := health.Course{Name: "p", Kind: bot.Counts, Before: tt.before, After: tt.after}
		got := health.Replay(health.Trial{Courses: []health.Course{course}, Start: start})
		if !slices.Contains(strings.Fields(tt.want), string(got.Verdict)) {
			t.Errorf("%s: %s after %s, want %s: %s", name, got.Verdict, got.At.Sub(start), tt.want, got.Findings[0].Why)
		}
		if why := got.Findings[0].Why; strings.Contains(why, "NaN") || strings.Contains(why, "Inf") || strings.Contains(why, " -") {
			t.Errorf("%s: it says %q", name, why)
		}
	}
}
