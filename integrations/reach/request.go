package reach

import (
	"cmp"
	"net/http"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// UsualTimeout is how long an answer may take if the probe has no timeout of its own.
const UsualTimeout = 10 * time.Second

// Timeout is how long an answer to a probe may take.
func Timeout(p bot.Probe) time.Duration { return cmp.Or(max(p.Timeout, 0), UsualTimeout) }

// SetHeaders sets the headers of a request. net/http ignores Host among them and takes it
// from the request itself.
func SetHeaders(request *http.Request, headers map[string]string) {
	for name, value := range headers {
		if http.CanonicalHeaderKey(name) == "Host" {
			request.Host = value
		}
		request.Header.Set(name, value)
	}
}
