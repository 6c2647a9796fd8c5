package readiness

import (
	"regexp"
	"strings"
)

// image is the name of a container image, split into its parts.
type image struct{ name, tag, digest string }

// imageOf splits the name of an image. It omits Docker's own registry and the prefix of
// its official images, as people do.
func imageOf(reference string) image {
	name, digest, _ := strings.Cut(strings.TrimSpace(reference), "@")
	i := image{name: name, digest: digest}
	folders := strings.LastIndexByte(name, '/') + 1
	if own, tag, tagged := strings.Cut(name[folders:], ":"); tagged && strings.Count(own, "{") == strings.Count(own, "}") {
		i.name, i.tag = name[:folders]+own, tag
	}
	for _, usual := range []string{"docker.io/", "index.docker.io/", "library/"} {
		i.name = strings.TrimPrefix(i.name, usual)
	}
	return i
}

// known says whether the file says anything about the image. If all of it is variables,
// which are set from outside, it may be any.
func (i image) known() bool {
	return i.name != "" && (!strings.Contains(i.name, "$") || i.version() != "" && strings.Contains(i.name, "/"))
}

// version is the part after the image's name.
func (i image) version() string {
	if i.tag == "" && i.digest != "" {
		return i.shortDigest()
	}
	return i.tag
}

// shortDigest is enough of the digest to tell two images apart.
func (i image) shortDigest() string {
	_, hex, _ := strings.Cut(i.digest, ":")
	return hex[:min(len(hex), 12)]
}

// languageOf returns the language of an image whose tags are versions of a language:
// the language's official image, at Docker or in a mirror of Docker's library. The tags
// of any other image mean something else, even if it has a language's name.
func languageOf(image string) string {
	if _, official, copied := strings.Cut(image, "/library/"); copied {
		image = official
	}
	return map[string]string{
		"golang": "Go", "node": "Node.js", "python": "Python", "ruby": "Ruby", "php": "PHP", "rust": "Rust", "swift": "Swift",
		"eclipse-temurin": "Java", "openjdk": "Java", "amazoncorretto": "Java", "ibm-semeru-runtimes": "Java", "sapmachine": "Java",
		"elixir": "Elixir", "hexpm/elixir": "Elixir", "erlang": "Erlang", "hexpm/erlang": "Erlang",
		"oven/bun": "Bun", "denoland/deno": "Deno",
		"mcr.microsoft.com/dotnet/sdk": ".NET SDK", "mcr.microsoft.com/dotnet/aspnet": ".NET", "mcr.microsoft.com/dotnet/runtime": ".NET",
		"mcr.microsoft.com/dotnet/runtime-deps": ".NET",
	}[image]
}

var (
	tagVersion = regexp.MustCompile(`^v?(\d+(?:[._]\d+)*(?:u\d+)?(?:(?:rc|alpha|beta|a|b)\d*)?(?:\+\d+)?)$`)
	tagPhase   = regexp.MustCompile(`^(?:(?:rc|alpha|beta|preview|pre|ea)\.?\d*|b\d+)$`)
)

// languages returns the versions of languages that the tag names, and the rest of the
// tag: the system below them.
func (i image) languages() (versions map[string]string, system string) {
	language := languageOf(i.name)
	parts := strings.Split(i.tag, "-")
	found := tagVersion.FindStringSubmatch(parts[0])
	if language == "" || found == nil {
		return nil, i.tag
	}
	versions, parts = map[string]string{language: found[1]}, parts[1:]
	for len(parts) > 0 && tagPhase.MatchString(parts[0]) {
		versions[language] += "-" + parts[0]
		parts = parts[1:]
	}
	// "1.18-otp-27" and "1.18.4-erlang-27.3-debian-bookworm"
	if len(parts) > 1 && (parts[0] == "otp" || parts[0] == "erlang") && tagVersion.MatchString(parts[1]) {
		versions["Erlang"] = parts[1]
		parts = parts[2:]
	}
	return versions, strings.Join(parts, "-")
}
