package health

import (
	"math"
	"slices"
)

// quantile is the value below which a share of the sorted numbers lies, interpolated
// between two of them if necessary.
func quantile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	below := int(at)
	if below+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[below] + (at-float64(below))*(sorted[below+1]-sorted[below])
}

func sortedCopy(numbers []float64) []float64 {
	s := slices.Clone(numbers)
	slices.Sort(s)
	return s
}

// deviation is the standard deviation of a sample.
func deviation(numbers []float64) float64 {
	if len(numbers) < 2 {
		return 0
	}
	m, sum := mean(numbers), 0.0
	for _, v := range numbers {
		sum += (v - m) * (v - m)
	}
	return math.Sqrt(sum / float64(len(numbers)-1))
}

func mean(numbers []float64) float64 {
	sum := 0.0
	for _, v := range numbers {
		sum += v
	}
	return sum / float64(len(numbers))
}

// maxAutocorrelation bounds the estimate, which is unreliable in a short series.
const maxAutocorrelation = 0.9

// longRun is the factor by which autocorrelation widens the deviation of a mean: the
// square root of (1+r)/(1-r), where r is the lag-1 autocorrelation, corrected for its bias
// in short series.
func longRun(inTime []float64) float64 {
	m := mean(inTime)
	products, squares := 0.0, 0.0
	for i, v := range inTime {
		squares += (v - m) * (v - m)
		if i > 0 {
			products += (v - m) * (inTime[i-1] - m)
		}
	}
	r := 0.0
	if squares > 0 {
		r = products / squares
	}
	r += (1 + 4*max(0, r)) / float64(len(inTime))
	r = min(max(r, 0), maxAutocorrelation)
	return math.Sqrt((1 + r) / (1 - r))
}

// upperTail is the probability that a standard normal variable exceeds z.
func upperTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

func lnGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// lnBeta is the logarithm of the beta function. Where one argument is large the difference
// of two gamma functions is taken by Stirling's series, since they themselves are so large
// that nothing is left of it in a float64.
func lnBeta(a, b float64) float64 {
	a, b = min(a, b), max(a, b)
	const large = 1e4
	if b < large {
		return lnGamma(a) + lnGamma(b) - lnGamma(a+b)
	}
	rise := (b-0.5)*math.Log1p(a/b) + a*(math.Log(a+b)-1) + (1/(a+b)-1/b)/12
	return lnGamma(a) - rise
}

// lnChoose is the logarithm of a binomial coefficient.
func lnChoose(n, k float64) float64 { return -math.Log(n+1) - lnBeta(k+1, n-k+1) }

// lnSum is the logarithm of a sum whose terms are given by their logarithms.
func lnSum(logs []float64) float64 {
	highest := slices.Max(logs)
	if math.IsInf(highest, -1) {
		return highest
	}
	sum := 0.0
	for _, l := range logs {
		sum += math.Exp(l - highest)
	}
	return highest + math.Log(sum)
}
