package health

import (
	"math"
	"slices"
)

// The test of values is made for series as they occur in practice: autocorrelated, with
// outliers and ties, and with a level that drifts. If no value is negative it compares
// logarithms, so that a doubling is the same at any level. A change must meet two
// conditions.
//
// It must last. A burst is no change, and a short series does not show how long bursts
// last. So there must be enough readings for a rank test (Mann-Whitney), in which two
// neighbours count as one, to be significant at the budget.
//
// It must be large. Its size is the distance from the 60 % quantile before to the 30 %
// quantile after, in units of the long-run deviation before. Without a change the tail of
// that distance was measured to be about exponential, and wider the fewer readings there
// are before; see TestVerdicts.
const (
	neighbours = 2.0 // how many neighbouring readings count as one
	mostBefore = 0.6
	mostAfter  = 0.3
	// leastNoise is the deviation that is assumed of a series at least.
	leastNoise = 0.1
	// leastRise is the smallest rise of the median that counts as harm where no bound was
	// given.
	leastRise = 0.2
	// dominance is the lowest rank statistic that counts, in standard deviations.
	dominance = 2.33
	// distanceAt is the distance that one in a thousand series without a change exceeds if
	// there are many readings before; with fewBefore readings it is twice as far. When each
	// real series of TestVerdicts is left out in turn, and the lowest distance is taken at
	// which the others keep to the budget, that is 0.36 to 0.44; this is a little farther,
	// since a false alarm costs more than a miss.
	distanceAt = 0.48
	fewBefore  = 40.0
	// peakOf is how many readings a peak is the highest of. Peaks show what happens only
	// now and then.
	peakOf = 3
)

// history is the readings before, prepared for comparisons.
type history struct {
	inTime, sorted []float64 // on the scale
	scale          scale
	median, most   float64
	unit           float64 // of distances: the long-run deviation
	wide           float64 // the distance that one in a thousand exceeds without a change
}

// scale transforms readings for a comparison in which higher is worse.
type scale struct {
	sign float64 // -1 where lower is worse
	// floor is added before taking the logarithm, so that zero has one. If it is 0,
	// readings are compared without logarithms, in units of size.
	floor, size float64
}

func (s scale) of(reading float64) float64 {
	if s.floor > 0 {
		return s.sign * math.Log(max(reading, 0)+s.floor)
	}
	return s.sign * reading / s.size
}

func (s scale) all(readings []float64) []float64 {
	compared := make([]float64, len(readings))
	for i, r := range readings {
		compared[i] = s.of(r)
	}
	return compared
}

// scaleOf chooses the scale. Its size is that of the readings before, or of those after
// where those before are all zero.
func scaleOf(before, after []float64, sign float64) scale {
	size := typical(before)
	if size == 0 {
		size = typical(after)
	}
	if size == 0 {
		size = 1
	}
	negative := func(v float64) bool { return v < 0 }
	if slices.ContainsFunc(before, negative) || slices.ContainsFunc(after, negative) {
		return scale{sign: sign, size: size}
	}
	return scale{sign: sign, floor: leastNoise * size, size: size}
}

// typical is the median absolute value of the readings that are not zero.
func typical(readings []float64) float64 {
	amounts := make([]float64, 0, len(readings))
	for _, r := range readings {
		if r != 0 {
			amounts = append(amounts, math.Abs(r))
		}
	}
	if len(amounts) == 0 {
		return 0
	}
	slices.Sort(amounts)
	return quantile(amounts, 0.5)
}

func historyOf(compared []float64, s scale) history {
	h := history{inTime: compared, sorted: sortedCopy(compared), scale: s}
	h.median, h.most = quantile(h.sorted, 0.5), quantile(h.sorted, mostBefore)
	h.unit = (deviation(compared) + leastNoise) * longRun(compared)
	h.wide = distanceAt * (1 + fewBefore/float64(len(compared)))
	return h
}

// shift is how readings after differ from a history.
type shift struct {
	readings int
	rise     float64 // of the median, on the scale
	chance   float64 // the probability of such a distance without a change
	lasted   bool    // there are enough readings, and most lie above those before
}

func (h history) against(after []float64, budget float64) shift {
	sorted := sortedCopy(after)
	distance := (quantile(sorted, mostAfter) - h.most) / h.unit
	chance := 1.0
	if distance > 0 {
		chance = math.Pow(0.001, distance/h.wide)
	}
	return shift{
		readings: len(after),
		rise:     quantile(sorted, 0.5) - h.median,
		chance:   chance,
		lasted:   len(after) >= longEnough(len(h.sorted), budget) && h.rank(after)/math.Sqrt(neighbours) >= dominance,
	}
}

// rank is the Mann-Whitney statistic in standard deviations; ties count half.
func (h history) rank(after []float64) float64 {
	sum := 0.0
	for _, v := range after {
		below, found := slices.BinarySearch(h.sorted, v)
		sum += float64(below)
		for i := below; found && i < len(h.sorted) && h.sorted[i] == v; i++ {
			sum += 0.5
		}
	}
	n, k := float64(len(h.sorted)), float64(len(after))
	return (sum/(n*k) - 0.5) / rankSpread(n, k)
}

// chanceByPast is the probability of so large a distance, judged by how far the readings
// before moved by themselves: by the distances, up or down, of stretches of as many
// readings from all others. If their tail is exponential, the greatest of n is about
// log(n) + 0.58 times its scale. It is 0 where there are too few stretches. Of a long past
// about a hundred stretches are looked at, since each look sorts all of it.
func (h history) chanceByPast(after []float64) float64 {
	n, m := len(h.inTime), len(after)
	if n < 2*m {
		return 0
	}
	const looked = 100
	greatest := 0.0
	for i := 0; i+m <= n; i += max(1, m/4, (n-m)/looked) {
		stretch := sortedCopy(h.inTime[i : i+m])
		others := sortedCopy(slices.Concat(h.inTime[:i], h.inTime[i+m:]))
		up := quantile(stretch, mostAfter) - quantile(others, mostBefore)
		down := quantile(others, 1-mostBefore) - quantile(stretch, 1-mostAfter)
		greatest = max(greatest, up, down)
	}
	if greatest <= 0 {
		return 0
	}
	const euler = 0.5772
	distance := quantile(sortedCopy(after), mostAfter) - h.most
	return math.Exp(-distance / greatest * (math.Log(float64(n)/float64(m)) + euler))
}

func rankSpread(n, k float64) float64 { return math.Sqrt((n + k + 1) / (12 * n * k)) }

// longEnough is how many readings after are needed, with that many before, for the rank
// test to be significant at the budget if all of them lie above those before.
func longEnough(before int, budget float64) int {
	// Solved for k: 0.5/rankSpread(n, k)/sqrt(neighbours) = z.
	n, z := float64(before), math.Sqrt2*math.Erfinv(1-2*budget)
	squares := neighbours * z * z
	if 3*n <= squares {
		return manyReadings
	}
	return max(fewest-1, int(math.Ceil(squares*(n+1)/(3*n-squares))))
}

// manyReadings is more than any watch has: no number would be enough.
const manyReadings = 1 << 20

// gross finds changes so large that a few readings are enough: all readings after lie above
// all readings before, by more than the range of those before and by more than a doubling.
// It returns the probability of that order by chance, or 1 if there is no such change. With
// more than a few readings before it waits for the end of the window, and neighbours do
// not count in full.
func (h history) gross(after []float64, look moment) float64 {
	n, k := len(h.sorted), len(after)
	if n < fewest || k < fewest-1 || n > 2*fewest && !look.over {
		return 1
	}
	lowest, highest := slices.Min(after), h.sorted[n-1]
	spread := highest - h.sorted[0]
	if lowest-highest <= leastGap || quantile(sortedCopy(after), 0.5)-h.median <= max(spread, math.Ln2) {
		return 1
	}
	orders := lnGamma(float64(n+k+1)) - lnGamma(float64(n+1)) - lnGamma(float64(k+1))
	if n > 2*fewest {
		orders /= neighbours * 3 / 4
	}
	return math.Exp(-orders)
}

// fewest is how many readings before a comparison needs, and leastGap the smallest gap
// between the readings before and those after that is gross.
const (
	fewest   = 5
	leastGap = 0.2
)

// peaks are the highest of each few readings (peakOf).
func peaks(compared []float64) []float64 {
	var highest []float64
	for i := 0; i+peakOf <= len(compared); i += peakOf {
		highest = append(highest, slices.Max(compared[i:i+peakOf]))
	}
	return highest
}

// newest are how many of the newest readings to compare with all older ones: as few as the
// test can judge, twice as many, and so on.
func newest(before, after int, budget float64) []int {
	least := fewest - 1
	for least < after && longEnough(before+after-least, budget) > least {
		least++
	}
	var lengths []int
	for n := least; n < after; n *= 2 {
		lengths = append(lengths, n)
	}
	return lengths
}
