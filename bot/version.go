package bot

import "strings"

// SettingVersion is the setting of a probe that says where in its answer to find the
// version, which is the live commit.
const SettingVersion = "version"

// minVersion is how many characters of a SHA a service must report at least.
const minVersion = 7

// TellsVersion says whether the probe's answers contain a version.
func (p Probe) TellsVersion() bool { return p.Setting(SettingVersion) != "" }

// IsVersion says whether a version that a service reports means a commit.
func IsVersion(version, sha string) bool {
	return len(version) >= minVersion && strings.HasPrefix(strings.ToLower(sha), strings.ToLower(version))
}

// CommitOf is the commit that a version names, as far as it is given; empty: it names
// none.
func CommitOf(version string) string {
	const longest = 40
	if len(version) < minVersion || len(version) > longest || strings.Trim(strings.ToLower(version), "0123456789abcdef") != "" {
		return ""
	}
	return version
}
