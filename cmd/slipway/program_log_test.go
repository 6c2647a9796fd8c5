package main

import (
	"regexp"
	"testing"
)

// What slipway's log says is read at the end of every story; here is what must
// never be passed over.
func TestTroubleInTheLogIsSeen(t *testing.T) {
	t.Parallel()
	const quiet = `{"level":"INFO","msg":"ready","address":"127.0.0.1:1"}` + "\n" + `{"level":"WARN","msg":"a card was not shown","error":"panic: or so it says"}` + "\n"
	expected := []*regexp.Regexp{regexp.MustCompile("Redis does not answer")}
	cases := map[string]struct {
		log  string
		want int
	}{
		"nothing":              {quiet, 0},
		"a data race":          {quiet + "==================\nWARNING: DATA RACE\nRead at 0x00c000\n", 1},
		"a panic":              {quiet + "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\n", 1},
		"a fault of Go's":      {"fatal error: all goroutines are asleep - deadlock!\n", 1},
		"an ERROR":             {quiet + `{"time":"2026-01-02T03:04:05Z","level":"ERROR","msg":"the store is broken"}` + "\n", 1},
		"an ERROR of a story":  {`{"level":"ERROR","msg":"work stands still","error":"Redis does not answer: EOF"}` + "\n", 0},
		"two, of which one is": {`{"level":"ERROR","msg":"Redis does not answer"}` + "\n" + `{"level":"ERROR","msg":"other"}`, 1},
		"half a line":          {`{"level":"ERR`, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := wordsOfTrouble(c.log, expected); len(got) != c.want {
				t.Errorf("wordsOfTrouble() = %q, want %d", got, c.want)
			}
		})
	}
}
