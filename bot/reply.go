package bot

import "log/slog"

// Reply is where a private answer goes.
type Reply struct {
	To      Person
	Channel string
	Thread  string
	// URL takes a few answers for half an hour; it is kept apart from the
	// release and never logged. Empty: a direct message is sent.
	URL string
}

// String leaves the URL out, so that it is not printed by accident.
func (r Reply) String() string { return "reply to " + r.To.String() }

// GoString leaves it out of %#v too.
func (r Reply) GoString() string { return r.String() }

// LogValue leaves the URL out of the log.
func (r Reply) LogValue() slog.Value { return slog.StringValue(r.String()) }
