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

// made makes readings by f, one a minute.
func made(n int, f func(i int) float64) []float64 {
	numbers := make([]float64, n)
	for i := range numbers {
		numbers[i] = f(i)
	}
	return numbers
}

func level(v float64) func(int) float64 { return func(int) float64 { return v } }

// noisy is a level with independent noise, the same for each seed.
func noisy(seed uint64, v, spread float64) func(int) float64 {
	r := rand.New(rand.NewPCG(seed, 7))
	return func(int) float64 { return v + spread*r.NormFloat64() }
}

// now and then one is something else.
func nowAndThen(every int, one float64, f func(int) float64) func(int) float64 {
	return func(i int) float64 {
		if i%every == every-1 {
			return one
		}
		return f(i)
	}
}

// from a place on it is something else.
func from(place int, later, f func(int) float64) func(int) float64 {
	return func(i int) float64 {
		if i >= place {
			return later(i)
		}
		return f(i)
	}
}

func readingsAt(begin time.Time, numbers []float64) []bot.Reading {
	readings := make([]bot.Reading, len(numbers))
	for i, v := range numbers {
		readings[i] = bot.Reading{At: begin.Add(time.Duration(i) * time.Minute), Value: v, Missing: math.IsNaN(v)}
	}
	return readings
}

// TestReplay_ValuesAsAPersonWould judges made-up values. Where people would disagree several
// verdicts are right; where nobody would doubt there is one.
func TestReplay_ValuesAsAPersonWould(t *testing.T) {
	t.Parallel()
	const (
		well    = "healthy"
		bad     = "unhealthy"
		open    = "inconclusive"
		notBad  = "healthy inconclusive"
		notWell = "unhealthy inconclusive"
	)
	missing := math.NaN()
	few := func(numbers ...float64) []float64 { return numbers }
	wave := func(i int) float64 { return 100 + 40*math.Sin(float64(i)*2*math.Pi/30) }
	for name, tt := range map[string]struct {
		worse         bot.Worse
		before, after []float64
		want          string
	}{
		"constant, a tenth more":               {bot.Higher, made(30, level(5)), made(30, level(5.5)), well},
		"constant, twice as much":              {bot.Higher, made(30, level(5)), made(30, level(10)), bad},
		"constant, half as much":               {bot.Higher, made(30, level(5)), made(30, level(2.5)), well},
		"constant, half as much, lower":        {bot.Lower, made(30, level(5)), made(30, level(2.5)), bad},
		"constant, one far out after":          {bot.Higher, made(30, level(5)), made(30, from(15, from(16, level(5), level(5000)), level(5))), notBad},
		"nothing, and nothing":                 {bot.Higher, made(30, level(0)), made(30, level(0)), well},
		"nothing, and nothing, either":         {bot.Either, made(30, level(0)), made(30, level(0)), well},
		"nothing, then always something":       {bot.Higher, made(30, level(0)), made(30, level(1)), bad},
		"nothing, then once something":         {bot.Higher, made(30, level(0)), made(30, nowAndThen(15, 1, from(15, level(0), level(0)))), notBad},
		"something, then nothing, lower":       {bot.Lower, made(30, level(1000)), made(30, level(0)), bad},
		"something, then nothing, higher":      {bot.Higher, made(30, level(1000)), made(30, level(0)), well},
		"now and then one":                     {bot.Higher, made(60, nowAndThen(10, 1, level(0))), made(30, nowAndThen(10, 1, level(0))), notBad},
		"noise":                                {bot.Higher, made(30, noisy(1, 100, 10)), made(30, noisy(2, 100, 10)), well},
		"noise, twice the level":               {bot.Higher, made(30, noisy(1, 100, 10)), made(30, noisy(2, 200, 10)), bad},
		"noise, half as much again":            {bot.Higher, made(30, noisy(1, 100, 10)), made(30, noisy(2, 150, 10)), bad},
		"noise, a twentieth more":              {bot.Higher, made(30, noisy(1, 100, 5)), made(30, noisy(2, 105, 5)), well},
		"noise, a twentieth less, lower":       {bot.Lower, made(30, noisy(1, 1000, 50)), made(30, noisy(2, 950, 50)), well},
		"noise, half of it, lower":             {bot.Lower, made(30, noisy(1, 1000, 50)), made(30, noisy(2, 500, 50)), bad},
		"noise, half of it, higher":            {bot.Higher, made(30, noisy(1, 1000, 50)), made(30, noisy(2, 500, 50)), well},
		"noise, half of it, either":            {bot.Either, made(30, noisy(1, 1000, 50)), made(30, noisy(2, 500, 50)), bad},
		"a wider spread, either":               {bot.Either, made(60, noisy(1, 100, 5)), made(30, noisy(2, 100, 50)), bad},
		"a wider spread, higher":               {bot.Higher, made(60, noisy(1, 100, 5)), made(30, noisy(2, 100, 20)), "healthy inconclusive"},
		"a rise that goes on":                  {bot.Higher, made(30, func(i int) float64 { return 100 + float64(i) }), made(30, func(i int) float64 { return 130 + float64(i) }), notBad},
		"a steep rise that goes on":            {bot.Higher, made(30, func(i int) float64 { return 1 + float64(i) }), made(30, func(i int) float64 { return 31 + float64(i) }), notBad},
		"a fall that goes on, lower":           {bot.Lower, made(30, func(i int) float64 { return 100 - float64(i) }), made(30, func(i int) float64 { return 70 - float64(i) }), notBad},
		"a wave":                               {bot.Higher, made(60, wave), made(30, wave), well},
		"below zero":                           {bot.Higher, made(30, noisy(1, -100, 10)), made(30, noisy(2, -100, 10)), well},
		"below zero, up":                       {bot.Higher, made(30, noisy(1, -100, 10)), made(30, noisy(2, -40, 10)), bad},
		"below zero, down, lower":              {bot.Lower, made(30, noisy(1, -100, 10)), made(30, noisy(2, -200, 10)), bad},
		"about zero":                           {bot.Either, made(30, noisy(1, 0, 1)), made(30, noisy(2, 0, 1)), well},
		"about zero, far off":                  {bot.Either, made(30, noisy(1, 0, 1)), made(30, noisy(2, 20, 1)), bad},
		"huge":                                 {bot.Higher, made(30, noisy(1, 1e15, 1e14)), made(30, noisy(2, 1e15, 1e14)), well},
		"huge, twice":                          {bot.Higher, made(30, noisy(1, 1e15, 1e14)), made(30, noisy(2, 2e15, 1e14)), bad},
		"tiny, twice":                          {bot.Higher, made(30, noisy(1, 1e-9, 1e-10)), made(30, noisy(2, 2e-9, 1e-10)), bad},
		"seconds for milliseconds, higher":     {bot.Higher, made(30, noisy(1, 200, 20)), made(30, noisy(2, 0.2, 0.02)), well},
		"milliseconds for seconds":             {bot.Higher, made(30, noisy(1, 0.2, 0.02)), made(30, noisy(2, 200, 20)), bad},
		"far out before, now and then":         {bot.Higher, made(60, nowAndThen(10, 500, noisy(1, 10, 1))), made(30, nowAndThen(10, 500, noisy(2, 10, 1))), well},
		"far out before, and no more":          {bot.Higher, made(60, nowAndThen(10, 500, noisy(1, 10, 1))), made(30, noisy(2, 10, 1)), well},
		"far out before, and twice after":      {bot.Higher, made(60, nowAndThen(20, 500, noisy(1, 10, 1))), made(30, noisy(2, 25, 1)), bad},
		"two levels by turns":                  {bot.Higher, made(60, nowAndThen(2, 20, level(10))), made(30, nowAndThen(2, 20, level(10))), well},
		"two levels by turns, three times":     {bot.Higher, made(60, nowAndThen(2, 20, level(10))), made(30, nowAndThen(2, 60, level(30))), bad},
		"a spike that passes":                  {bot.Higher, made(60, noisy(1, 10, 1)), made(30, from(12, from(15, noisy(3, 10, 1), level(100)), noisy(2, 10, 1))), notBad},
		"the last five of thirty":              {bot.Higher, made(30, noisy(1, 10, 1)), made(30, from(25, level(100), noisy(2, 10, 1))), notWell},
		"the last half":                        {bot.Higher, made(30, noisy(1, 10, 1)), made(30, from(15, level(100), noisy(2, 10, 1))), bad},
		"every second missing after":           {bot.Higher, made(30, noisy(1, 10, 1)), made(30, nowAndThen(2, missing, noisy(2, 10, 1))), well},
		"every second missing after, thrice":   {bot.Higher, made(30, noisy(1, 10, 1)), made(30, nowAndThen(2, missing, noisy(2, 30, 1))), bad},
		"every second missing before":          {bot.Higher, made(60, nowAndThen(2, missing, noisy(1, 10, 1))), made(30, noisy(2, 10, 1)), well},
		"most missing after":                   {bot.Higher, made(30, noisy(1, 10, 1)), made(30, from(5, level(missing), noisy(2, 10, 1))), open},
		"all missing after":                    {bot.Higher, made(30, noisy(1, 10, 1)), made(30, level(missing)), open},
		"nothing after":                        {bot.Higher, made(30, noisy(1, 10, 1)), nil, open},
		"nothing before":                       {bot.Higher, nil, made(30, noisy(1, 10, 1)), open},
		"nothing at all":                       {bot.Either, nil, nil, open},
		"five and five":                        {bot.Higher, few(10, 11, 9, 10, 12), few(10, 9, 11, 12, 10), well},
		"five and five, tenfold":               {bot.Higher, few(10, 11, 9, 10, 12), few(100, 90, 110, 120, 100), bad},
		"five and five, tenfold, lower":        {bot.Lower, few(10, 11, 9, 10, 12), few(100, 90, 110, 120, 100), well},
		"five and five, a tenth, either":       {bot.Either, few(100, 110, 90, 100, 120), few(10, 9, 11, 12, 10), bad},
		"five and five, ten times less steady": {bot.Either, few(10, 20, 30, 40, 50), few(1, 2, 3, 4, 5), bad},
		"five equal, and five others":          {bot.Either, few(10, 10, 10, 10, 10), few(1, 1, 1, 1, 1), bad},
		"three and three":                      {bot.Higher, few(10, 11, 9), few(10, 11, 9), open},
		"two before":                           {bot.Higher, few(10, 11), made(30, noisy(1, 10, 1)), open},
		"one after":                            {bot.Higher, made(30, noisy(1, 10, 1)), few(10), open},
		"one after, a hundredfold":             {bot.Higher, made(30, noisy(1, 10, 1)), few(1000), open},
		"all missing before":                   {bot.Higher, made(30, level(missing)), made(30, noisy(1, 10, 1)), open},
		"most missing before":                  {bot.Higher, made(60, from(10, level(missing), noisy(1, 10, 1))), made(30, noisy(2, 10, 1)), well},
		"a long gap in the middle":             {bot.Higher, made(30, noisy(1, 10, 1)), made(40, from(10, from(20, noisy(3, 10, 1), level(missing)), noisy(2, 10, 1))), well},
		"a long gap, and thrice behind it":     {bot.Higher, made(30, noisy(1, 10, 1)), made(40, from(10, from(20, noisy(3, 30, 1), level(missing)), noisy(2, 10, 1))), bad},
		"five equal, and the same five":        {bot.Either, few(10, 10, 10, 10, 10), few(10, 10, 10, 10, 10), well},
		"five equal, and tenfold":              {bot.Higher, few(1, 1, 1, 1, 1), few(10, 10, 10, 10, 10), bad},
		"five equal, and tenfold, lower":       {bot.Lower, few(1, 1, 1, 1, 1), few(10, 10, 10, 10, 10), well},
		"five and five, a tenth, higher":       {bot.Higher, few(10, 20, 30, 40, 50), few(1, 2, 3, 4, 5), well},
		"five and five, a tenth, lower":        {bot.Lower, few(10, 20, 30, 40, 50), few(1, 2, 3, 4, 5), bad},
		"five before, none after":              {bot.Higher, few(1, 2, 3, 4, 5), nil, open},
		"none before, five after":              {bot.Either, nil, few(1, 2, 3, 4, 5), open},
		"five before, five missing after":      {bot.Either, few(1, 2, 3, 4, 5), few(missing, missing, missing, missing, missing), open},
		"five times nothing, and again":        {bot.Either, few(0, 0, 0, 0, 0), few(0, 0, 0, 0, 0), well},
		"every second tenfold":                 {bot.Higher, made(60, noisy(1, 10, 1)), made(30, nowAndThen(2, 100, noisy(2, 10, 1))), bad},
		"nothing, then every second one":       {bot.Higher, made(30, level(0)), made(30, nowAndThen(2, 1, level(0))), notWell},
		"nothing, then one in three":           {bot.Higher, made(30, level(0)), made(30, nowAndThen(3, 1, level(0))), notWell},
		"nothing, then one in ten":             {bot.Higher, made(30, level(0)), made(30, nowAndThen(10, 1, level(0))), notBad},
		"ten and ten, twice as much":           {bot.Higher, made(10, noisy(1, 10, 2)), made(10, noisy(2, 20, 2)), notWell},
		"ten, and ten that all lie above":      {bot.Higher, few(7.9, 7.5, 9.4, 10.7, 11.6, 12, 12.3, 15.5, 11.2, 12.1), few(22.3, 21.4, 18.3, 18.4, 20.1, 19.7, 19.7, 23.9, 18.8, 18.3), notWell},
		"sparse, then half of them three":      {bot.Higher, made(60, nowAndThen(6, 1, level(0))), made(30, nowAndThen(2, 3, level(0))), notWell},
		"sparse, then always one":              {bot.Higher, made(60, nowAndThen(6, 1, level(0))), made(30, level(1)), bad},
		"sparse, then none, higher":            {bot.Higher, made(60, nowAndThen(6, 1, level(0))), made(30, level(0)), well},
		"a spike at the first looks":           {bot.Higher, made(30, noisy(1, 10, 1)), made(30, from(3, noisy(2, 10, 1), level(100))), notBad},
		"a step at the second look":            {bot.Higher, made(30, noisy(1, 10, 1)), made(30, from(1, level(30), level(10))), bad},
		"down and back again, lower":           {bot.Lower, made(30, noisy(1, 10, 1)), made(30, from(10, from(13, noisy(3, 10, 1), level(1)), noisy(2, 10, 1))), notBad},
		"one outlier after":                    {bot.Higher, made(30, level(10)), made(30, from(7, from(8, level(10), level(5000)), level(10))), notBad},
		"one outlier before, and thrice after": {bot.Higher, made(30, from(7, from(8, level(10), level(5000)), level(10))), made(30, level(30)), bad},
		"from below zero to above":             {bot.Higher, made(30, noisy(1, -50, 5)), made(30, noisy(2, 50, 5)), bad},
		"from below zero to above, lower":      {bot.Lower, made(30, noisy(1, -50, 5)), made(30, noisy(2, 50, 5)), well},
		"beyond what can be squared":           {bot.Higher, made(30, noisy(1, 1e99, 1e98)), made(30, noisy(2, 1e99, 1e98)), well},
		"beyond what can be squared, twice":    {bot.Higher, made(30, noisy(1, 1e99, 1e98)), made(30, noisy(2, 2e99, 1e98)), bad},
		"from next to nothing to very much":    {bot.Higher, made(30, level(1e-300)), made(30, level(1e99)), bad},
	} {
		begin := start.Add(-time.Duration(len(tt.before)) * time.Minute)
		course := health.Course{Name: "p", Kind: bot.Values, Conditions: bot.Conditions{Worse: tt.worse}, Before: readingsAt(begin, tt.before), After: readingsAt(start, tt.after)}
		got := health.Replay(health.Trial{Courses: []health.Course{course}, Start: start})
		if !slices.Contains(strings.Fields(tt.want), string(got.Verdict)) {
			t.Errorf("%s: %s after %s, want %s: %s", name, got.Verdict, got.At.Sub(start), tt.want, got.Findings[0].Why)
		}
	}
}

// TestReplay_CountsAsAPersonWould is the same for counts.
func TestReplay_CountsAsAPersonWould(t *testing.T) {
	t.Parallel()
	counts := func(n int, begin time.Time, bad, total float64) []bot.Reading {
		var readings []bot.Reading
		for i := range n {
			readings = append(readings, bot.Reading{At: begin.Add(time.Duration(i) * time.Minute), Bad: bad, Total: total})
		}
		return readings
	}
	before := func(n int, bad, total float64) []bot.Reading {
		return counts(n, start.Add(-time.Duration(n)*time.Minute), bad, total)
	}
	after := func(n int, bad, total float64) []bot.Reading { return counts(n, start, bad, total) }
	but := func(readings []bot.Reading, from, to int, bad, total float64) []bot.Reading {
		for i := from; i < to; i++ {
			readings[i].Bad, readings[i].Total = bad, total
		}
		return readings
	}
	without := func(readings []bot.Reading, every int) []bot.Reading {
		for i := range readings {
			readings[i].Missing = i%every == 0
		}
		return readings
	}
	for name, tt := range map[string]struct {
		worse         bot.Worse
		before, after []bot.Reading
		want          string
	}{
		"as before":                          {bot.Higher, before(20, 2, 4000), after(20, 2, 4000), "healthy"},
		"none, and none":                     {bot.Higher, before(20, 0, 4000), after(20, 0, 4000), "healthy"},
		"none, then one in a hundred":        {bot.Higher, before(20, 0, 4000), after(20, 40, 4000), "unhealthy"},
		"none, then a single one":            {bot.Higher, before(20, 0, 100), but(after(20, 0, 100), 7, 8, 1, 100), "healthy inconclusive"},
		"twice as many":                      {bot.Higher, before(20, 5, 100), after(20, 10, 100), "unhealthy"},
		"few, and just enough more":          {bot.Higher, before(20, 1, 1000), after(20, 39.0/20, 1000), "unhealthy"},
		"a fifth more":                       {bot.Higher, before(20, 5, 100), after(20, 6, 100), "healthy inconclusive"},
		"a tenth more, of very many":         {bot.Higher, before(20, 1e5, 1e9), after(20, 1.1e5, 1e9), "healthy"},
		"twice, of very many":                {bot.Higher, before(20, 1e5, 1e9), after(20, 2e5, 1e9), "unhealthy"},
		"half of them, then nearly all":      {bot.Higher, before(20, 50, 100), after(20, 95, 100), "unhealthy"},
		"all, and all":                       {bot.Higher, before(20, 100, 100), after(20, 100, 100), "healthy"},
		"all, then none":                     {bot.Higher, before(20, 100, 100), after(20, 0, 100), "healthy"},
		"a fifth, then hardly any":           {bot.Higher, before(20, 200, 1000), after(20, 20, 1000), "healthy"},
		"no traffic after":                   {bot.Higher, before(20, 5, 100), after(20, 0, 0), "inconclusive"},
		"no traffic before":                  {bot.Higher, before(20, 0, 0), after(20, 5, 100), "inconclusive"},
		"no traffic at all":                  {bot.Higher, before(20, 0, 0), after(20, 0, 0), "inconclusive"},
		"hardly any traffic after":           {bot.Higher, before(20, 5, 100), but(after(20, 0, 0), 3, 6, 0, 1), "inconclusive"},
		"traffic a tenth, the rate the same": {bot.Higher, before(20, 50, 1000), after(20, 5, 100), "healthy"},
		"traffic a tenth, as many errors":    {bot.Higher, before(20, 5, 1000), after(20, 5, 100), "unhealthy"},
		"one tick wholly bad":                {bot.Higher, before(20, 1, 100), but(after(20, 1, 100), 9, 10, 100, 100), "healthy inconclusive"},
		"the last third wholly bad":          {bot.Higher, before(20, 1, 100), but(after(20, 1, 100), 13, 20, 100, 100), "unhealthy"},
		"bad for a while, and well again":    {bot.Higher, before(20, 1, 1000), but(after(20, 1, 1000), 2, 8, 300, 1000), "unhealthy"},
		"every second missing":               {bot.Higher, before(20, 2, 4000), without(after(20, 2, 4000), 2), "healthy"},
		"every second missing, and worse":    {bot.Higher, before(20, 2, 4000), without(after(20, 60, 4000), 2), "unhealthy"},
		"all missing":                        {bot.Higher, before(20, 2, 4000), without(after(20, 2, 4000), 1), "inconclusive"},
		"all missing before":                 {bot.Higher, without(before(20, 2, 4000), 1), after(20, 2, 4000), "inconclusive"},
		"one tick before":                    {bot.Higher, before(1, 20, 40000), after(20, 400, 40000), "unhealthy"},
		"nothing after":                      {bot.Higher, before(20, 2, 4000), nil, "inconclusive"},
		"nothing before":                     {bot.Higher, nil, after(20, 2, 4000), "inconclusive"},
		"few requests, all well":             {bot.Higher, before(20, 0, 3), after(20, 0, 3), "healthy inconclusive"},
		"few requests, most fail":            {bot.Higher, before(20, 0, 3), after(20, 2, 3), "unhealthy"},
		"parts of requests":                  {bot.Higher, before(20, 0.4, 333.3), after(20, 0.4, 333.3), "healthy"},
		"parts of requests, and worse":       {bot.Higher, before(20, 0.4, 333.3), after(20, 33.3, 333.3), "unhealthy"},
		"more bad than there are":            {bot.Higher, before(20, 2, 100), after(20, 150, 100), "unhealthy"},
		"fewer hits, lower":                  {bot.Lower, before(20, 900, 1000), after(20, 500, 1000), "unhealthy"},
		"as many hits, lower":                {bot.Lower, before(20, 900, 1000), after(20, 900, 1000), "healthy"},
		"more hits, lower":                   {bot.Lower, before(20, 500, 1000), after(20, 900, 1000), "healthy"},
		"fewer, either":                      {bot.Either, before(20, 500, 1000), after(20, 100, 1000), "unhealthy"},
		"none, then all":                     {bot.Higher, before(20, 0, 100), after(20, 100, 100), "unhealthy"},
		"none of few, then all of them":      {bot.Higher, before(20, 0, 1), after(20, 1, 1), "unhealthy"},
		"as many of a thousandth":            {bot.Higher, before(20, 2, 100_000), after(20, 0, 100), "healthy inconclusive"},
		"traffic and errors tenfold":         {bot.Higher, before(20, 5, 100), after(20, 50, 1000), "healthy"},
		"traffic tenfold, as many errors":    {bot.Higher, before(20, 5, 100), after(20, 5, 1000), "healthy"},
		"some ticks without traffic":         {bot.Higher, before(20, 2, 4000), but(after(20, 2, 4000), 5, 9, 0, 0), "healthy"},
		"no traffic, and then it breaks":     {bot.Higher, before(20, 2, 4000), but(after(20, 0, 0), 10, 20, 400, 4000), "unhealthy"},
		"bad ones of nothing":                {bot.Higher, before(20, 2, 4000), after(20, 5, 0), "inconclusive"},
		"breaks in the middle":               {bot.Higher, before(20, 1, 1000), but(after(20, 1, 1000), 10, 20, 200, 1000), "unhealthy"},
		"bad before, and half as bad after":  {bot.Higher, before(20, 50, 100), after(20, 25, 100), "healthy"},
		"bad before, and clearly worse":      {bot.Higher, before(20, 20, 100), after(20, 60, 100), "unhealthy"},
		"one tick, twentyfold":               {bot.Higher, before(20, 2, 4000), after(1, 400, 4000), "unhealthy inconclusive"},
		"fewer hits, either":                 {bot.Either, before(20, 900, 1000), after(20, 500, 1000), "unhealthy"},
		"as many, either":                    {bot.Either, before(20, 500, 1000), after(20, 500, 1000), "healthy"},
	} {
		course := health.Course{Name: "p", Kind: bot.Counts, Conditions: bot.Conditions{Worse: tt.worse}, Before: tt.before, After: tt.after}
		got := health.Replay(health.Trial{Courses: []health.Course{course}, Start: start})
		if !slices.Contains(strings.Fields(tt.want), string(got.Verdict)) {
			t.Errorf("%s: %s after %s, want %s: %s", name, got.Verdict, got.At.Sub(start), tt.want, got.Findings[0].Why)
		}
	}
}

// TestReplay_Bounds judges values at a given bound, and a little beyond it.
func TestReplay_Bounds(t *testing.T) {
	t.Parallel()
	counts := func(begin time.Time, bad, total float64) []bot.Reading {
		var readings []bot.Reading
		for i := range 30 {
			readings = append(readings, bot.Reading{At: begin.Add(time.Duration(i) * time.Minute), Bad: bad, Total: total})
		}
		return readings
	}
	hourBefore := start.Add(-time.Hour)
	type sides struct{ before, after []bot.Reading }
	levels := func(before, after float64) sides {
		return sides{readingsAt(hourBefore, made(30, level(before))), readingsAt(start, made(30, level(after)))}
	}
	shares := func(bad, total, badAfter, totalAfter float64) sides {
		return sides{counts(hourBefore, bad, total), counts(start, badAfter, totalAfter)}
	}
	for name, tt := range map[string]struct {
		kind bot.SampleKind
		c    bot.Conditions
		seen sides
		want bot.Verdict
	}{
		"at max":                              {bot.Values, bot.Conditions{Max: new(0.8)}, levels(0.2, 0.8), bot.Healthy},
		"beyond max":                          {bot.Values, bot.Conditions{Max: new(0.8)}, levels(0.2, 0.81), bot.NotHealthy},
		"beyond max, and so before":           {bot.Values, bot.Conditions{Max: new(0.8)}, levels(0.9, 0.9), bot.Healthy},
		"beyond max before, and twice as far": {bot.Values, bot.Conditions{Max: new(0.8)}, levels(0.9, 1.8), bot.NotHealthy},
		"beyond max, and nothing before":      {bot.Values, bot.Conditions{Max: new(0.8)}, sides{nil, levels(0, 0.9).after}, bot.NotHealthy},
		"below max, and nothing before":       {bot.Values, bot.Conditions{Max: new(0.8)}, sides{nil, levels(0, 0.7).after}, bot.Healthy},
		"at min":                              {bot.Values, bot.Conditions{Min: new(10.0)}, levels(50, 10), bot.Healthy},
		"below min":                           {bot.Values, bot.Conditions{Min: new(10.0)}, levels(50, 9.9), bot.NotHealthy},
		"at the increase":                     {bot.Values, bot.Conditions{MaxIncrease: new(0.1)}, levels(0.7, 0.77), bot.Healthy},
		"at another increase":                 {bot.Values, bot.Conditions{MaxIncrease: new(0.2)}, levels(3, 3.6), bot.Healthy},
		"beyond the increase":                 {bot.Values, bot.Conditions{MaxIncrease: new(0.1)}, levels(0.7, 0.78), bot.NotHealthy},
		"at the decrease":                     {bot.Values, bot.Conditions{MaxIncrease: new(0.1), Worse: bot.Lower}, levels(0.7, 0.63), bot.Healthy},
		"beyond the decrease":                 {bot.Values, bot.Conditions{MaxIncrease: new(0.1), Worse: bot.Lower}, levels(0.7, 0.62), bot.NotHealthy},
		"the increase of nothing":             {bot.Values, bot.Conditions{MaxIncrease: new(0.1)}, levels(0, 0), bot.Healthy},
		"an increase, and nothing before":     {bot.Values, bot.Conditions{MaxIncrease: new(0.1)}, sides{nil, levels(0, 5).after}, bot.Inconclusive},
		"a share at max":                      {bot.Counts, bot.Conditions{Max: new(0.01)}, shares(10, 10_000, 100, 10_000), bot.Healthy},
		"a share a tenth beyond max":          {bot.Counts, bot.Conditions{Max: new(0.01)}, shares(10, 100_000, 1100, 100_000), bot.NotHealthy},
		"a share a tenth beyond, of few":      {bot.Counts, bot.Conditions{Max: new(0.01)}, shares(1, 1000, 11, 1000), bot.Healthy},
		"far more, and below max":             {bot.Counts, bot.Conditions{Max: new(0.01)}, shares(1, 100_000, 900, 100_000), bot.Healthy},
		"a share beyond max, as before":       {bot.Counts, bot.Conditions{Max: new(0.01)}, shares(300, 10_000, 300, 10_000), bot.Healthy},
		"a share beyond max, and now worse":   {bot.Counts, bot.Conditions{Max: new(0.01)}, shares(300, 10_000, 900, 10_000), bot.NotHealthy},
		"a share below min":                   {bot.Counts, bot.Conditions{Min: new(0.9)}, shares(9900, 10_000, 8500, 10_000), bot.NotHealthy},
		"a share at min":                      {bot.Counts, bot.Conditions{Min: new(0.9)}, shares(9900, 10_000, 9000, 10_000), bot.Healthy},
		"a share beyond the increase":         {bot.Counts, bot.Conditions{MaxIncrease: new(0.1)}, shares(1000, 100_000, 1150, 100_000), bot.NotHealthy},
		"a share within the increase":         {bot.Counts, bot.Conditions{MaxIncrease: new(0.5)}, shares(1000, 100_000, 1300, 100_000), bot.Healthy},
	} {
		course := health.Course{Name: "p", Kind: tt.kind, Conditions: tt.c, Before: tt.seen.before, After: tt.seen.after}
		got := health.Replay(health.Trial{Courses: []health.Course{course}, Start: start})
		if got.Verdict != tt.want {
			t.Errorf("%s: %s after %s, want %s: %s", name, got.Verdict, got.At.Sub(start), tt.want, got.Findings[0].Why)
		}
	}
}

// TestReplay_WrittenTwice: identical readings of the same time count once, in any order.
func TestReplay_WrittenTwice(t *testing.T) {
	t.Parallel()
	var before, after []bot.Reading
	for i := range 20 {
		at := time.Duration(i) * time.Minute
		before = append(before, bot.Reading{At: start.Add(at - time.Hour), Bad: float64(i % 3), Total: 1000})
		after = append(after, bot.Reading{At: start.Add(at), Bad: 2 + float64(i%2), Total: 1000})
	}
	judged := func(before, after []bot.Reading) health.Finding {
		course := health.Course{Name: "p", Kind: bot.Counts, Before: before, After: after}
		return health.Replay(health.Trial{Courses: []health.Course{course}, Start: start}).Findings[0]
	}
	twice := func(readings []bot.Reading) []bot.Reading {
		both := slices.Concat(readings, readings)
		slices.Reverse(both)
		return both
	}
	once := judged(before, after)
	if got := judged(twice(before), twice(after)); got != once {
		t.Errorf("twice: %+v, once: %+v", got, once)
	}
}
