package health

import (
	"math"
	"slices"
)

// The test of values is made for series as they are: neighbours in time are
// alike, single readings are far out, many are equal, and the level wanders. It
// compares the logarithms where there are only amounts, so that a doubling is a
// doubling at any level, and asks two things, both of which must hold.
//
// It must have lasted. A burst is no change, and how long bursts last cannot be
// learnt from a short series; so the readings that are judged must be so many that
// their lying apart has a probability of at most the budget in a rank test
// (Mann-Whitney) in which two neighbours count as one.
//
// It must be large: the distance from most of the readings before (their 60 %
// quantile) to most of those after (their 30 % quantile), in units of how the
// readings before vary in the long run. The tail of that distance under no change
// was measured to be about exponential, and wider the fewer the readings before;
// see TestVerdicts.
const (
	neighbours = 2.0 // readings that count as one
	mostBefore = 0.6
	mostAfter  = 0.3
	// leastNoise is the spread that even a quiet series is believed to have.
	leastNoise = 0.1
	// leastRise is the least rise of the median that is a harm where no bound was
	// given.
	leastRise = 0.2
	// dominance is the least rank statistic, in standard deviations.
	dominance = 2.33
	// distanceAt is the distance that a thousandth of quiet series with many
	// readings exceed, and fewBefore the number of readings before at which it is
	// twice that.
	distanceAt = 0.38
	fewBefore  = 40.0
	// gather is the number of readings of which the highest is taken to see what
	// shows only now and then.
	gather = 3
)

// history is what the readings before say, ready to be compared with.
type history struct {
	inTime, sorted []float64 // as they are compared
	scale          scale
	median, most   float64
	unit           float64 // of distances: how the readings vary in the long run
	wide           float64 // the distance at a thousandth
}

// scale turns readings into what is compared, where higher is worse.
type scale struct {
	sign float64 // -1 where lower is worse
	// floor is what is added before the logarithm, so that zero has one; where it
	// is 0, readings are compared as they are, in units of size.
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

// scaleOf chooses how readings are compared. The unit is that of the readings
// before; only where those are all zero, of those after.
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

// typical is the median of the amounts that are not zero.
func typical(readings []float64) float64 {
	var amounts []float64
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

// shift is what the readings after, compared with a history, come to.
type shift struct {
	readings int
	rise     float64 // of the median, as compared
	chance   float64 // of so large a distance under no change
	lasted   bool    // long enough, and most of the readings lie above those before
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

func rankSpread(n, k float64) float64 { return math.Sqrt((n + k + 1) / (12 * n * k)) }

// longEnough is how many readings after it takes, with so many before, so that
// their all lying above has a probability of at most the budget.
func longEnough(before int, budget float64) int {
	// Solved for k: 0.5/rankSpread(n, k)/sqrt(neighbours) = z.
	n, z := float64(before), math.Sqrt2*math.Erfinv(1-2*budget)
	squares := neighbours * z * z
	if 3*n <= squares {
		return manyReadings
	}
	return max(fewest-1, int(math.Ceil(squares*(n+1)/(3*n-squares))))
}

// manyReadings is more than any watch has.
const manyReadings = 1 << 20

// gross is for where there are too few readings for more than a look, and the look is
// enough: all readings after lie apart from all before, by more than those before
// spread and by more than a doubling. It gives the probability of that order by chance,
// and 1 where it is not so. Where there are more readings before, it is looked at the
// end, and neighbours do not count in full.
func (h history) gross(after []float64, look Look) float64 {
	n, k := len(h.sorted), len(after)
	if n < fewest || k < fewest-1 || n > 2*fewest && !look.Over {
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

// fewest is the number of readings with which comparing begins, and leastGap the
// least distance between the readings before and those after that is gross.
const (
	fewest   = 5
	leastGap = 0.2
)

// peaks are the highest of every few readings.
func peaks(compared []float64) []float64 {
	var highest []float64
	for i := 0; i+gather <= len(compared); i += gather {
		highest = append(highest, slices.Max(compared[i:i+gather]))
	}
	return highest
}

// newest are the numbers of newest readings that are compared with all older ones:
// as few as can be judged, twice as many, and so on.
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
