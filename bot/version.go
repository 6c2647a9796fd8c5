package bot

import "strings"

// SettingVersion is the setting under which a probe tells which version answers: the
// commit that is live.
const SettingVersion = "version"

// minVersion is how many characters of a SHA a service must tell at least.
const minVersion = 7

// TellsVersion says that the answers to the probe tell which version it is.
func (p Probe) TellsVersion() bool { return p.Setting(SettingVersion) != "" }

// IsVersion says whether a version that a service tells is a commit.
func IsVersion(version, sha string) bool {
	return len(version) >= minVersion && strings.HasPrefix(strings.ToLower(sha), strings.ToLower(version))
}

// CommitOf is the commit that a version names, as far as it is told; empty where it names
// none.
func CommitOf(version string) string {
	const longest = 40
	if len(version) < minVersion || len(version) > longest || strings.Trim(strings.ToLower(version), "0123456789abcdef") != "" {
		return ""
	}
	return version
}
