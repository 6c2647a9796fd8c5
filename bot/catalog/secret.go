package catalog

import (
	"fmt"
	"log/slog"
)

// redacted is all that is ever printed of a secret.
const redacted = "[redacted]"

// Secret is a value that must not be seen in a log, a message or an error. It
// prints as [redacted] in every way that Go has of printing; only Reveal gives
// the value, so that a search for Reveal finds every place a secret goes to.
//
// The value lies behind a pointer because fmt cannot call methods on the
// unexported fields of a struct: printing a struct that holds a Secret in one
// would show the value, and so shows an address. For the same reason two
// Secrets are not to be compared with ==.
type Secret struct {
	value *string
}

// NewSecret makes a secret of a value.
func NewSecret(value string) Secret {
	return Secret{value: &value}
}

// Reveal gives the value, or nothing if there is none.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet says whether there is a value.
func (s Secret) IsSet() bool { return s.Reveal() != "" }

// String gives [redacted].
func (s Secret) String() string { return redacted }

// GoString gives [redacted].
func (s Secret) GoString() string { return redacted }

// Format writes [redacted] whatever the verb and its flags.
func (s Secret) Format(state fmt.State, _ rune) {
	_, _ = state.Write([]byte(redacted)) // fmt keeps the error of its own writer
}

// LogValue gives [redacted].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText gives [redacted].
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON gives "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
