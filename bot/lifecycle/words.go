package lifecycle

import (
	"strings"
	"time"
)

// inWords writes a duration as people do: "30m", "2h", "1h30m".
func inWords(d time.Duration) string {
	text := d.Round(time.Second).String()
	text = strings.TrimSuffix(text, "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	if text == "" {
		return "0s"
	}
	return text
}
