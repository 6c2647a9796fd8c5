package reach

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// Secrets returns the secrets of a probe by the paths of their keys. A probe that is no
// longer in slipway.yaml has none.
type Secrets func(q bot.Question) map[string]string

// longestSecret bounds the file of a secret, in bytes. No real secret is as long.
const longestSecret = 64 << 10

// Under returns the secrets of the settings below a key, by the rest of their keys: with
// prefix headers, that of headers.X-Tenant is under X-Tenant. A secret in a file is read
// each time, so that it may change. An unknown or unreadable one is an error.
func Under(prefix string, settings []bot.Setting, known map[string]string) (map[string]string, error) {
	values := map[string]string{}
	for _, s := range settings {
		name, found := strings.CutPrefix(s.Key, prefix+".")
		if !found {
			continue
		}
		value, err := One(s, known)
		if err != nil {
			return nil, err
		}
		values[strings.TrimSuffix(name, ".file")] = value
	}
	return values, nil
}

// errNotKnown means that a secret is no longer in slipway.yaml.
var errNotKnown = errors.New("a secret of it is not in slipway.yaml any more")

// One returns the value of a secret setting: from the file that it names, or else from the
// known secrets by its key.
func One(s bot.Setting, known map[string]string) (string, error) {
	if strings.HasSuffix(s.Key, ".file") {
		return read(s.Value)
	}
	value, found := known[s.Key]
	if !found {
		return "", errNotKnown
	}
	return value, nil
}

func read(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	text, err := io.ReadAll(io.LimitReader(f, longestSecret))
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	value := strings.TrimSpace(string(text))
	if value == "" || strings.ContainsAny(value, "\r\n") {
		return "", errors.New("the file of a secret must hold one line")
	}
	return value, nil
}
