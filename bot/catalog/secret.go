package catalog

import (
	"fmt"
	"log/slog"
)

// redacted is all that is ever printed of a secret.
const redacted = "[redacted]"

// Secret is a value that must not appear in a log, a message or an error. It prints as
// [redacted] in every way that Go can print; only Reveal returns the value, so a search
// for Reveal finds every use.
//
// The value is behind a pointer because fmt cannot call methods on the unexported
// fields of a struct. Printing a struct with a Secret in such a field would show the
// value; this way it shows an address. For the same reason, do not compare two Secrets
// with ==.
type Secret struct {
	value *string
}

// NewSecret wraps a value.
func NewSecret(value string) Secret {
	return Secret{value: &value}
}

// Reveal returns the value, or "" if there is none.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet says whether there is a value.
func (s Secret) IsSet() bool { return s.Reveal() != "" }

// String returns [redacted].
func (s Secret) String() string { return redacted }

// GoString returns [redacted].
func (s Secret) GoString() string { return redacted }

// Format writes [redacted] whatever the verb and its flags.
func (s Secret) Format(state fmt.State, _ rune) {
	_, _ = state.Write([]byte(redacted)) // fmt keeps the error of its own writer
}

// LogValue returns [redacted].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns [redacted].
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON returns "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
