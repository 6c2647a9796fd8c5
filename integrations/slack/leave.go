package slack

import (
	"context"
	"net/http"

	"github.com/slipwayhq/slipway/integrations/lastcheck"
)

type leaveKey struct{}

// withLeave returns a context whose requests are only sent while leave returns
// nil.
func withLeave(ctx context.Context, leave func(context.Context) error) context.Context {
	return context.WithValue(ctx, leaveKey{}, leave)
}

// leaving holds back what may not leave any more.
type leaving struct{ next http.RoundTripper }

// RoundTrip sends req if it may leave.
func (l leaving) RoundTrip(req *http.Request) (*http.Response, error) {
	leave, _ := req.Context().Value(leaveKey{}).(func(context.Context) error) // nil: it may
	return l.next.RoundTrip(lastcheck.Guard(req, leave))
}
