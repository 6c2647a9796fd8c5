package httpprobe

import (
	"cmp"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// Bound describes a good answer in a few words.
func (p *Prober) Bound(q bot.Question) string {
	probe := q.Probe
	good := []string{"status " + cmp.Or(probe.Setting(keyStatus), "200")}
	if latency := probe.Conditions.MaxLatency; latency > 0 {
		good[0] += " within " + bot.Span(latency)
	}
	if probe.Setting(keyBody) != "" {
		good = append(good, "what must stand in the answer")
	}
	if probe.Setting(keyVersion) != "" {
		good = append(good, "version "+bot.ShortSHA(q.SHA))
	}
	path := keyJSON + "."
	for _, bound := range []struct{ key, words string }{{keyEquals, "is"}, {keyMin, "at least"}, {keyMax, "at most"}} {
		if value := probe.Setting(path + bound.key); value != "" {
			good = append(good, probe.Setting(path+keyPath)+" "+bound.words+" "+value)
		}
	}
	return strings.Join(good, ", ")
}
