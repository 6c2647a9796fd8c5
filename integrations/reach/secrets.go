package reach

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// Secrets gives the secrets of a probe that is asked, by the paths of their keys; a probe
// that is not in slipway.yaml any more has none.
type Secrets func(q bot.Question) map[string]string

// longestSecret is far more than any secret has, in bytes.
const longestSecret = 64 << 10

// Under gives the secrets of settings whose keys begin with a prefix and a dot, by what
// follows it: of headers.X-Tenant the value of X-Tenant. A secret that stands in a file
// is read each time, so that it may change. One that cannot be had is an error.
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

// errNotKnown is that a secret is not in slipway.yaml any more.
var errNotKnown = errors.New("a secret of it is not in slipway.yaml any more")

// One gives the value of a setting that is a secret: that of its key among those known,
// or what is in the file that it names.
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
