package bot

import "log/slog"

// Reply is where a private answer goes.
type Reply struct {
	To      Person
	Channel string
	Thread  string
	// URL accepts a few answers for half an hour. It is kept apart from the release and
	// never logged. Empty: a direct message is sent instead.
	URL string
}

// String omits the URL, so that it is not printed by accident.
func (r Reply) String() string { return "reply to " + r.To.String() }

// GoString omits the URL from %#v too.
func (r Reply) GoString() string { return r.String() }

// LogValue omits the URL from the log.
func (r Reply) LogValue() slog.Value { return slog.StringValue(r.String()) }
