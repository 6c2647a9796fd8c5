package bot

import "strings"

// Target is a service in an environment. One release at a time may be under way on it.
type Target struct {
	Service     string
	Environment string
}

// String is the form that people see: "api → production".
func (t Target) String() string { return t.Service + " → " + t.Environment }

// Path is the form for records, logs and keys: "api/production". It is stored, so it
// never changes.
func (t Target) Path() string { return t.Service + "/" + t.Environment }

// Person is somebody who uses slipway. ID is the account in the chat, which alone
// decides what the person may do; Name is for display.
type Person struct {
	ID   string
	Name string
}

// String is the name or, if that is unknown, the id.
func (p Person) String() string {
	if p.Name != "" {
		return p.Name
	}
	return p.ID
}

// ShortSHA is the first seven characters of a commit's SHA, as code hosts show it.
func ShortSHA(sha string) string {
	if len(sha) > 7 {
		return sha[:7]
	}
	return sha
}

// ReleaseIDOf returns the release id in a run key, "api-142" for "api-142.k3v9x2mq";
// false: key is not a run key.
func ReleaseIDOf(key string) (string, bool) {
	id, mark, found := strings.Cut(key, ".")
	if !found || len(mark) != RunKeyMark || !ValidReleaseID(id) {
		return "", false
	}
	for _, c := range mark {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return "", false
		}
	}
	return id, true
}

// RunKeyMark is the number of random characters in a run key.
const RunKeyMark = 8

// MaxName is the longest name of a service or an environment.
const MaxName = 40

// ValidName says whether s may be the name of a service or an environment: lowercase
// letters, digits and dashes, beginning with a letter or a digit. Nothing else is
// allowed, since names become parts of keys, messages and workflow inputs.
func ValidName(s string) bool {
	if s == "" || len(s) > MaxName || s[0] == '-' {
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
