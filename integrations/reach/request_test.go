package reach_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

func TestTimeout(t *testing.T) {
	t.Parallel()
	for given, want := range map[time.Duration]time.Duration{0: 10 * time.Second, -time.Second: 10 * time.Second, 2 * time.Second: 2 * time.Second, time.Minute: time.Minute} {
		if got := reach.Timeout(bot.Probe{Timeout: given}); got != want {
			t.Errorf("Timeout of a probe with %s = %s, want %s", given, got, want)
		}
	}
}

func TestSetHeaders(t *testing.T) {
	t.Parallel()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	reach.SetHeaders(request, map[string]string{"host": "metrics.example.com", "X-Tenant": "blue"})
	if request.Host != "metrics.example.com" || request.Header.Get("X-Tenant") != "blue" {
		t.Errorf("Host = %q, headers %v", request.Host, request.Header)
	}
}
